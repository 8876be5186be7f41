import { russianCount, sameWords, type Words } from '../../words.ts'

const characters = (count: number): string => russianCount(count, 'символа', 'символов', 'символов')
const mapWords = (each: readonly Words[], join: (texts: string[], language: keyof Words) => string): Words => ({
  en: join(
    each.map(({ en }) => en),
    'en',
  ),
  ru: join(
    each.map(({ ru }) => ru),
    'ru',
  ),
})

/** How sentences begin that say what a value has to be. */
const MUST_BE: Words = { en: 'must be ', ru: 'нужно указать: ' }

/** What a value has to be. */
const KINDS: Record<string, Words> = {
  string: { en: 'a text', ru: 'текст' },
  number: { en: 'a number', ru: 'число' },
  int: { en: 'a whole number', ru: 'целое число' },
  boolean: { en: 'true or false', ru: 'true или false' },
  array: { en: 'a list', ru: 'список' },
  tuple: { en: 'a list', ru: 'список' },
  object: { en: 'a map', ru: 'набор «ключ: значение»' },
  record: { en: 'a map', ru: 'набор «ключ: значение»' },
  null: { en: 'null', ru: 'null' },
}

/** Things that have one of several keys, as sentences name them. */
const UNIONS = {
  'A step': { one: 'Шаг — это что-то одно', none: 'У шага нет ключа', needs: 'Шагу нужно одно из' },
  'A trigger': { one: 'Триггер — это что-то одно', none: 'У триггера нет ключа', needs: 'Триггеру нужно одно из' },
  'The subject of a webhook': {
    one: 'То, о ком вебхук, — это что-то одно',
    none: 'У того, о ком вебхук, нет ключа',
    needs: 'Чтобы сказать, о ком вебхук, нужно одно из',
  },
  'A find': { one: 'Поиск — это что-то одно', none: 'У поиска нет ключа', needs: 'Поиску нужно одно из' },
  'An assignee': {
    one: 'Исполнитель — это что-то одно',
    none: 'У исполнителя нет ключа',
    needs: 'Чтобы назвать исполнителя, нужно одно из',
  },
  'A case': { one: 'Случай — это что-то одно', none: 'У случая нет ключа', needs: 'Случаю нужно одно из' },
  'Somebody to notify': {
    one: 'Получатель уведомления — это что-то одно',
    none: 'У получателя уведомления нет ключа',
    needs: 'Чтобы назвать получателя уведомления, нужно одно из',
  },
} satisfies Record<string, { one: string; none: string; needs: string }>

/** How messages call a union. */
export type UnionName = keyof typeof UNIONS

/**
 * What is wrong with the form of a document. Words that begin with a small letter go on after the name of what they are
 * about (`labelled`).
 */
export const FORM_WORDS = {
  labelled: (label: Words, words: Words): Words => ({
    en: `${label.en} ${words.en}`,
    ru: `${label.ru}: ${words.ru}`,
  }),
  theDocument: (): Words => ({ en: 'the document', ru: 'документ' }),
  missing: (): Words => ({ en: 'is missing', ru: 'не указано' }),
  missingOf: (options: readonly string[]): Words => ({
    en: `is missing; there are ${options.join(', ')}`,
    ru: `не указано; есть ${options.join(', ')}`,
  }),
  meant: (name: string): Words => ({
    en: `is none that there is: is it “${name}”?`,
    ru: `такого нет, может быть, «${name}»?`,
  }),
  oneOf: (values: readonly string[]): Words => ({
    en: `must be one of: ${values.join(', ')}`,
    ru: `нужно одно из: ${values.join(', ')}`,
  }),
  exactly: (value: string): Words => ({ en: `must be ${value}`, ru: `нужно ${value}` }),
  mustBe: (kind: string): Words => {
    const { en, ru } = KINDS[kind] ?? sameWords(kind)
    return { en: MUST_BE.en + en, ru: MUST_BE.ru + ru }
  },
  mustBeQuoted: (): Words => ({
    en: 'must be a text: put it in quotes',
    ru: 'нужно указать: текст; возьмите его в кавычки',
  }),
  /** @param each of the options: words of `mustBe`, or what else is wrong with them */
  mustBeAny: (each: readonly Words[]): Words =>
    mapWords(each, (texts, language) => {
      const begin = MUST_BE[language]
      const options = texts.map((text) => (text.startsWith(begin) ? text.slice(begin.length) : text))
      return begin + [...new Set(options)].join(language === 'en' ? ', or ' : ', или ')
    }),
  unknownKeyMeant: (key: string, meant: string): Words => ({
    en: `unknown key “${key}”: is it “${meant}”?`,
    ru: `неизвестный ключ «${key}»: может быть, «${meant}»?`,
  }),
  unknownKey: (key: string, known: readonly string[]): Words => ({
    en: `unknown key “${key}”; there are ${known.join(', ')}`,
    ru: `неизвестный ключ «${key}»; есть ${known.join(', ')}`,
  }),
  date: (): Words => ({ en: 'must be a date: YYYY-MM-DD', ru: 'нужна дата: ГГГГ-ММ-ДД' }),
  wrongForm: (): Words => ({ en: 'has the wrong form', ru: 'записано не так' }),
  wrongKey: (): Words => ({ en: 'is no name that can stand here', ru: 'такого имени здесь быть не может' }),
  wholeNumber: (): Words => ({ en: 'must be a whole number', ru: 'нужно целое число' }),
  empty: (): Words => ({ en: 'must not be empty', ru: 'не может быть пустым' }),
  leastCharacters: (limit: number): Words => ({
    en: `must have at least ${limit} characters`,
    ru: `нужно не меньше ${characters(limit)}`,
  }),
  mostCharacters: (limit: number): Words => ({
    en: `must have at most ${limit} characters`,
    ru: `можно не больше ${characters(limit)}`,
  }),
  leastEntries: (limit: number): Words => ({
    en: `must have at least ${limit} entries`,
    ru: `нужно не меньше ${russianCount(limit, 'элемента', 'элементов', 'элементов')}`,
  }),
  mostEntries: (limit: number): Words => ({
    en: `must have at most ${limit} entries`,
    ru: `можно не больше ${russianCount(limit, 'элемента', 'элементов', 'элементов')}`,
  }),
  least: (limit: string): Words => ({ en: `must be at least ${limit}`, ru: `нужно не меньше ${limit}` }),
  most: (limit: string): Words => ({ en: `must be at most ${limit}`, ru: `можно не больше ${limit}` }),
  textAtMost: (limit: number): Words => ({
    en: `must be at most ${limit} characters`,
    ru: `можно не больше ${characters(limit)}`,
  }),
  valuesAtMost: (limit: number): Words => ({
    en: `must be at most ${limit} values`,
    ru: `можно не больше ${russianCount(limit, 'значения', 'значений', 'значений')}`,
  }),

  stepId: (): Words => ({
    en: 'must begin with a letter and have at most 64 letters, digits, _ and -',
    ru: 'нужна латинская буква в начале, всего не больше 64 латинских букв, цифр, _ и -',
  }),
  scenarioKey: (): Words => ({
    en: 'must be 1 to 64 lower-case letters, digits and -, not beginning with -',
    ru: 'нужно от 1 до 64 строчных латинских букв, цифр и -, в начале не -',
  }),
  variableName: (): Words => ({
    en: 'must begin with a letter and have at most 64 letters, digits and _',
    ru: 'нужна латинская буква в начале, всего не больше 64 латинских букв, цифр и _',
  }),
  calendarName: (): Words => ({
    en: 'is no name of a calendar',
    ru: 'так календарь называться не может',
  }),
  statusKey: (): Words => ({
    en: 'must be lower-case letters, digits and _',
    ru: 'нужны строчные латинские буквы, цифры и _',
  }),
  fieldName: (): Words => ({
    en: 'must have no dots, braces and control characters',
    ru: 'нельзя использовать точки, фигурные скобки и управляющие символы',
  }),
  plainName: (): Words => ({
    en: 'is a name: nothing is filled in here',
    ru: 'это название, значения сюда не подставляются',
  }),
  fieldPath: (roots: readonly string[]): Words => ({
    en: `must be a field: ${roots.join('., ')}.`,
    ru: `нужно поле: ${roots.join('., ')}.`,
  }),
  valueName: (): Words => ({ en: 'is no name', ru: 'это не имя' }),
  duration: (): Words => ({
    en: 'must be a duration: 30s, 5m, 2h, 3d, or in open hours 4bh, 2bd',
    ru: 'нужна длительность: 30s, 5m, 2h, 3d или в рабочем времени 4bh, 2bd',
  }),
  clockDuration: (): Words => ({
    en: 'must be a duration by the clock: 30s, 5m, 2h, 3d',
    ru: 'нужна длительность по часам: 30s, 5m, 2h, 3d',
  }),
  ninetyDays: (): Words => ({ en: 'must be at most 90 days', ru: 'можно не больше 90 дней' }),
  changedField: (): Words => ({
    en: 'must be task.title, task.fields.…, contact.name or contact.fields.…',
    ru: 'нужно task.title, task.fields.…, contact.name или contact.fields.…',
  }),
  timeZone: (): Words => ({
    en: 'is no time zone, such as Europe/Berlin',
    ru: 'такого часового пояса нет, пример: Europe/Berlin',
  }),
  templateLanguage: (): Words => ({
    en: 'must be auto or a language as approved, such as en_US',
    ru: 'нужно auto или язык, как он одобрен, например en_US',
  }),
  tenRows: (): Words => ({ en: 'must be at most 10 rows in all', ru: 'можно не больше 10 строк на все разделы' }),
  rowIds: (): Words => ({ en: 'needs a different id for each row', ru: 'нужен свой id для каждой строки' }),
  sectionTitles: (): Words => ({ en: 'needs a title for each section', ru: 'нужен заголовок для каждого раздела' }),
  buttonIds: (): Words => ({ en: 'needs a different id for each button', ru: 'нужен свой id для каждой кнопки' }),
  buttonTitles: (): Words => ({
    en: 'needs a different title for each button',
    ru: 'нужна своя надпись для каждой кнопки',
  }),
  choices: (): Words => ({ en: 'needs one of: buttons, list, link', ru: 'нужно одно из: buttons, list, link' }),
  addressees: (): Words => ({ en: 'needs employees or groups', ru: 'нужно указать employees или groups' }),
  twoDeadlines: (): Words => ({
    en: 'has two deadlines: timeout or until',
    ru: 'указано два срока: оставьте timeout или until',
  }),
  waitsForNothing: (): Words => ({ en: 'needs for, timeout or until', ru: 'нужно for, timeout или until' }),
  debounceWithoutEvents: (): Words => ({
    en: 'needs events to wait for',
    ru: 'нужны события, которых шаг ждёт',
  }),
  eachIsList: (): Words => ({ en: 'must be a list: vars.…', ru: 'нужен список: vars.…' }),
  wrongDefault: (): Words => ({
    en: 'does not have the type of the variable',
    ru: 'значение не того типа, что у переменной',
  }),

  bothKeys: (what: UnionName, one: string, other: string): Words => ({
    en: `${what} is one thing: this has both ${one} and ${other}`,
    ru: `${UNIONS[what].one}, а здесь есть и ${one}, и ${other}`,
  }),
  noSuchKey: (what: UnionName, given: string, meant: string): Words => ({
    en: `${what} has no “${given}”: is it “${meant}”?`,
    ru: `${UNIONS[what].none} «${given}»: может быть, «${meant}»?`,
  }),
  needsKey: (what: UnionName, keys: readonly string[]): Words => ({
    en: `${what} needs one of: ${keys.join(', ')}`,
    ru: `${UNIONS[what].needs}: ${keys.join(', ')}`,
  }),

  fiveFields: (): Words => ({
    en: 'must have five fields: minute hour day month weekday',
    ru: 'нужно пять полей: минута час день месяц день_недели',
  }),
  cronField: (field: CronField, fault: Words): Words => ({
    en: `has a wrong ${field}: ${fault.en}`,
    ru: `${CRON_FIELDS[field]}: ${fault.ru}`,
  }),
  cronPart: (part: string): Words => ({ en: `“${part}”`, ru: `«${part}» записано не так` }),
  cronRange: (part: string, least: number, most: number): Words => ({
    en: `“${part}” is not within ${least} to ${most}`,
    ru: `«${part}» не входит в пределы от ${least} до ${most}`,
  }),
  cronEnd: (part: string): Words => ({
    en: `“${part}” ends before it begins`,
    ru: `«${part}» кончается раньше начала`,
  }),
  cronStep: (part: string): Words => ({ en: `“${part}” has a step of 0`, ru: `«${part}»: шаг не может быть 0` }),

  manyValues: (most: number): Words => ({
    en: `The document has more than ${most} values`,
    ru: `В документе больше ${russianCount(most, 'значения', 'значений', 'значений')}`,
  }),
  manyLevels: (most: number): Words => ({
    en: `The document is nested more than ${most} levels deep`,
    ru: `В документе больше ${russianCount(most, 'уровня', 'уровней', 'уровней')} вложенности`,
  }),
  leaf: (path: string, fault: Words): Words => ({
    en: `${path || 'The document'} ${fault.en}`,
    ru: `${path || 'Документ'}: ${fault.ru}`,
  }),
  forbiddenKey: (): Words => ({ en: '“__proto__” cannot be a name', ru: '«__proto__» не может быть именем' }),
  brokenCharacter: (): Words => ({ en: 'holds a broken character', ru: 'есть повреждённый символ' }),
  noJsonNumber: (): Words => ({ en: 'is no number that JSON has', ru: 'такого числа в JSON нет' }),
  inexact: (): Words => ({
    en: 'is too large to be kept exactly: put it in quotes',
    ru: 'число слишком велико, чтобы сохранить его точно: возьмите его в кавычки',
  }),
  noPlainJson: (): Words => ({ en: 'is no plain JSON', ru: 'это не простой JSON' }),

  documentSize: (kilobytes: number): Words => ({
    en: `The document is larger than ${kilobytes} KB`,
    ru: `Документ больше ${kilobytes} КБ`,
  }),
  repeatedSize: (kilobytes: number): Words => ({
    en: `The document is larger than ${kilobytes} KB with all that it repeats`,
    ru: `Вместе со всем, что в нём повторяется, документ больше ${kilobytes} КБ`,
  }),
  stepTwice: (id: string): Words => ({
    en: `There is a step “${id}” already: ids are unique in a scenario`,
    ru: `Шаг «${id}» уже есть: id шагов в сценарии не повторяются`,
  }),
  stepDepth: (most: number): Words => ({
    en: `Steps stand within each other at most ${most} levels deep`,
    ru: `Шаги можно вкладывать друг в друга не больше чем на ${russianCount(most, 'уровень', 'уровня', 'уровней')}`,
  }),
  mostSteps: (most: number): Words => ({
    en: `A scenario has at most ${most} steps`,
    ru: `В сценарии не больше ${russianCount(most, 'шага', 'шагов', 'шагов')}`,
  }),
} as const

const CRON_FIELDS = {
  minute: 'минута',
  hour: 'час',
  'day of the month': 'день месяца',
  month: 'месяц',
  'day of the week': 'день недели',
} as const
export type CronField = keyof typeof CRON_FIELDS
