import type { Words } from '../../words.ts'

/**
 * What the libraries say that read CEL, Liquid and patterns: their English as it is, and in Russian what their codes
 * and fixed sentences mean. A sentence of theirs that is not here is quoted.
 */

/** By the library's code for it. */
const CEL: Record<string, string> = {
  unexpected_token: 'здесь это стоять не может, или выражение не закончено',
  unexpected_character: 'недопустимый символ',
  unterminated_string: 'не закрыта кавычка',
  unterminated_triple_quoted_string: 'не закрыты тройные кавычки',
  newline_in_string: 'в кавычках не может быть перевода строки',
  invalid_number: 'число записано неверно',
  invalid_exponent: 'число записано неверно',
  invalid_integer: 'число записано неверно',
  reserved_identifier: 'это слово занято языком и именем быть не может',
  limit_exceeded: 'выражение слишком велико',
  invalid_escape_sequence: 'после \\ этот знак стоять не может',
  invalid_unicode_escape: 'после \\u и \\U нужен номер символа',
  invalid_unicode_surrogate: 'такого символа нет',
  invalid_hex_escape: 'после \\x нужны две шестнадцатеричные цифры',
  invalid_octal_escape: 'после \\ нужны три восьмеричные цифры',
  octal_escape_out_of_range: 'такого символа нет',
  expected_token: 'здесь чего-то не хватает: скобки, запятой или двоеточия',
  no_such_overload: 'эти значения так не сочетаются',
  no_matching_overload: 'этой функции нужны другие значения',
  invalid_logical_operand: 'по обе стороны && и || нужно true или false',
  invalid_condition_type: 'перед ? нужно true или false',
  incompatible_ternary_branches: 'по обе стороны двоеточия нужны значения одного вида',
  invalid_comprehension_range: 'перебрать можно только список или структуру',
  invalid_index_type: 'номер в списке — целое число',
  cannot_index_type: 'у этого значения нет элементов',
  no_such_key: 'такого поля у этого значения нет',
  unknown_variable: 'такого имени нет',
  invalid_macro_argument: 'сюда это поставить нельзя',
}

export const celLibraryWords = (code: string, summary: string): Words => ({
  en: summary,
  ru: CEL[code] === undefined ? `Выражение записано неверно (${summary})` : `${capital(CEL[code])} (${summary})`,
})

const LIQUID: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [/^undefined filter: (.+)$/s, ([, name]) => `Фильтра ${name} нет`],
  [/^tag "(.+)" not found$/s, ([, name]) => `Тега ${name} нет, или он стоит не на своём месте`],
  [/^tag (.+) not closed$/s, ([, tag]) => `Не закрыт тег ${tag}`],
  [/^output (.+) not closed$/s, ([, output]) => `Не закрыты скобки ${output}`],
  [/^raw (.+) not closed$/s, ([, raw]) => `Не закрыт тег ${raw}`],
  [/^invalid range syntax/, () => 'Ряд чисел записывается так: (1..10)'],
  [/^expected ":" after filter name/, () => 'После имени фильтра нужно двоеточие'],
  [/^invalid value expression: (.*)$/s, ([, value]) => `Это не значение: ${value}`],
  [/^unexpected character (.*)$/s, ([, character]) => `Здесь это стоять не может: ${character}`],
  [/^unexpected token (.*), value expected$/s, ([, token]) => `Здесь нужно значение, а стоит ${token}`],
]

export function liquidLibraryWords(message: string): Words {
  for (const [pattern, words] of LIQUID) {
    const match = pattern.exec(message)
    if (match) return { en: message, ru: words(match) }
  }
  return { en: message, ru: `Текст записан неверно (${message})` }
}

const RE2: Record<string, string> = {
  'invalid character class range': 'неверный ряд символов в [ ]',
  'invalid escape sequence': 'после \\ этот знак стоять не может',
  'invalid named capture': 'неверно названа группа',
  'invalid or unsupported Perl syntax': 'так RE2 не умеет',
  'invalid nested repetition operator': 'два повторения подряд',
  'invalid repeat count': 'неверное число повторений',
  'missing closing ]': 'не закрыта скобка [',
  'missing closing )': 'не закрыта скобка (',
  'missing argument to repetition operator': 'повторять здесь нечего',
  'trailing backslash at end of expression': 'в конце стоит одиночный знак \\',
  'duplicate capture group name': 'группа с таким именем уже есть',
  'unexpected )': 'лишняя скобка )',
  'expression nests too deeply': 'слишком много уровней вложенности',
  'expression too large': 'слишком велик',
  'invalid capture in lookbehind': 'так RE2 не умеет',
}

/** @param part what of the pattern is meant */
export function patternLibraryWords(description: string, part: string | null): Words {
  const where = part ? `: ${part.slice(0, 60)}` : ''
  return {
    en: `Not a pattern (RE2): ${description}${where}`,
    ru: `Это не шаблон поиска RE2: ${RE2[description] ?? description}${where}`,
  }
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
