import type { Words } from '../words.ts'
import type { TemplateProblem, TemplateProblemCode } from './template.ts'

/** What is wrong with the parameters of a template, in every language: in English as the rules say it themselves. */
export const templateProblemWords = (problem: TemplateProblem): Words => ({
  en: problem.message,
  ru: `${placeOf(problem)}: ${PROBLEMS[problem.code]}`,
})

function placeOf({ where, key }: TemplateProblem): string {
  if (where === 'buttons') return key === null ? 'кнопки' : `кнопка ${Number(key) + 1}`
  return key === null ? PLACES[where] : `${PLACES[where]}, значение «${key}»`
}

const PLACES: Record<Exclude<TemplateProblem['where'], 'buttons'>, string> = {
  template: 'весь шаблон',
  header: 'заголовок',
  body: 'текст',
}

const PROBLEMS: Record<TemplateProblemCode, string> = {
  missing: 'значение не указано',
  unexpected: 'здесь есть лишнее значение, шаблон его не принимает',
  empty: 'значение пустое',
  too_long: 'значение слишком длинное',
  forbidden_characters:
    'WhatsApp не допускает здесь переносов строки, табуляции и больше четырёх пробелов подряд, а в ссылке — никаких пробелов',
  wrong_kind: 'нужно значение другого вида',
  unsupported: 'шаблоны с такой частью отсюда отправить нельзя',
}
