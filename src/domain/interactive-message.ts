import { utf8Length } from './split-text.ts'
import { russianCount, type Words } from './words.ts'

/** A text with something to tap below it. What a tap answers is its `id`; a link answers nothing. */
export interface InteractiveMessage {
  text: string
  header: string | null
  footer: string | null
  choice: InteractiveChoice
}

export type InteractiveChoice =
  | { kind: 'buttons'; buttons: { id: string; title: string }[] }
  | { kind: 'list'; button: string; sections: ListSection[] }
  | { kind: 'link'; title: string; url: string }

export interface ListSection {
  /** needed where there are several */
  title: string | null
  rows: { id: string; title: string; description: string | null }[]
}

/** What a messenger takes; lengths in the stricter of UTF-16 units and code points (reference §5.2). */
export interface InteractiveRules {
  /** of messages with buttons or a link */
  text: number
  /** of the text, in UTF-8; absent: only its length counts */
  textBytes?: number
  /** 0: there is none */
  header: number
  footer: number
  buttons: { count: number; id: number; title: number }
  /** `rows`: in all sections together */
  list: {
    text: number
    button: number
    sections: number
    rows: number
    section: number
    id: number
    title: number
    description: number
    /** absent: as for other messages */
    footer?: number
  } | null
  link: { title: number; url: number } | null
}

/**
 * Why a messenger would refuse the message; null: it takes it. Asked before anything is stored, because the provider
 * would say so only when it is too late to choose other words.
 */
export function interactiveProblem(message: InteractiveMessage, rules: InteractiveRules): Words | null {
  const { choice } = message
  const parts = choiceParts(choice, rules)
  if (parts === null) return NO_CHOICE[choice.kind]
  const longest = choice.kind === 'list' ? (rules.list?.text ?? rules.text) : rules.text
  const all: Part[] = [
    ['text', message.text, longest],
    ['header', message.header, rules.header],
    ['footer', message.footer, (choice.kind === 'list' ? rules.list?.footer : undefined) ?? rules.footer],
    ...parts,
  ]
  for (const [name, text, limit] of all) {
    if (text === null) continue
    if (limit === 0) {
      return {
        en: `This channel knows no ${name} in such a message`,
        ru: `В этом канале у такого сообщения не бывает части «${PARTS[name]}»`,
      }
    }
    if (text.trim() === '') return { en: `The ${name} is empty`, ru: `${PARTS[name]}: пусто` }
    if (text.length > limit) {
      const most = russianCount(limit, 'символа', 'символов', 'символов')
      return { en: `The ${name} may have ${limit} characters at most`, ru: `${PARTS[name]}: не больше ${most}` }
    }
  }
  if (rules.textBytes !== undefined && utf8Length(message.text) > rules.textBytes) {
    const most = rules.textBytes
    return {
      en: `The text may have ${most} bytes at most, which is half as many letters where they are not Latin`,
      ru: `Текст: не больше ${russianCount(most, 'байта', 'байт', 'байт')}, это вдвое меньше букв, если они не латинские`,
    }
  }
  switch (choice.kind) {
    case 'buttons':
      return countProblem('buttons', choice.buttons.length, rules.buttons.count) ?? doubled(choice.buttons, true)
    case 'list':
      return rules.list && listProblem(choice.sections, rules.list)
    case 'link':
      return isWebAddress(choice.url) ? null : NO_ADDRESS
  }
}

const NO_CHOICE: Record<InteractiveChoice['kind'], Words> = {
  buttons: { en: 'This channel knows no buttons', ru: 'В этом канале нет кнопок' },
  list: { en: 'This channel knows no lists', ru: 'В этом канале нет списков' },
  link: { en: 'This channel knows no links', ru: 'В этом канале нет кнопок-ссылок' },
}
const NO_ADDRESS: Words = {
  en: 'The link is no address that begins with http:// or https://',
  ru: 'Ссылка — это адрес, который начинается с http:// или https://',
}

/** Parts of a message as sentences name them, in Russian at their beginning. */
const PARTS = {
  text: 'Текст',
  header: 'Заголовок',
  footer: 'Подпись',
  'id of a button': 'Id кнопки',
  'title of a button': 'Надпись кнопки',
  'button that opens the list': 'Кнопка, которая открывает список',
  'title of a section': 'Заголовок раздела',
  'id of a row': 'Id строки',
  'title of a row': 'Название строки',
  'description of a row': 'Описание строки',
  'title of the link': 'Надпись ссылки',
  link: 'Ссылка',
}

type Part = [name: keyof typeof PARTS, text: string | null, limit: number]

/** null: the messenger has no such choice */
function choiceParts(choice: InteractiveChoice, rules: InteractiveRules): Part[] | null {
  switch (choice.kind) {
    case 'buttons':
      return choice.buttons.flatMap(({ id, title }): Part[] => [
        ['id of a button', id, rules.buttons.id],
        ['title of a button', title, rules.buttons.title],
      ])
    case 'list': {
      const { list } = rules
      if (!list) return null
      return [
        ['button that opens the list', choice.button, list.button],
        ...choice.sections.flatMap(({ title, rows }): Part[] => [
          ['title of a section', title, list.section],
          ...rows.flatMap((row): Part[] => [
            ['id of a row', row.id, list.id],
            ['title of a row', row.title, list.title],
            ['description of a row', row.description, list.description],
          ]),
        ]),
      ]
    }
    case 'link': {
      const { link } = rules
      if (!link) return null
      return [
        ['title of the link', choice.title, link.title],
        ['link', choice.url, link.url],
      ]
    }
  }
}

function listProblem(sections: readonly ListSection[], rules: NonNullable<InteractiveRules['list']>): Words | null {
  const rows = sections.flatMap((section) => section.rows)
  if (sections.some((section) => section.rows.length === 0)) {
    return { en: 'A section of the list has no rows', ru: 'В одном из разделов списка нет строк' }
  }
  if (sections.length > 1 && sections.some(({ title }) => title === null)) {
    return {
      en: 'Where there are several sections, each needs a title',
      ru: 'Если разделов несколько, каждому нужен заголовок',
    }
  }
  return (
    countProblem('sections', sections.length, rules.sections) ??
    countProblem('rows', rows.length, rules.rows) ??
    doubled(rows, false)
  )
}

const COUNTED = {
  buttons: { none: 'Кнопок нет', most: 'Кнопок' },
  sections: { none: 'Разделов нет', most: 'Разделов' },
  rows: { none: 'Строк нет', most: 'Строк' },
}

function countProblem(what: keyof typeof COUNTED, count: number, most: number): Words | null {
  if (count === 0) return { en: `There are no ${what}`, ru: COUNTED[what].none }
  if (count <= most) return null
  return { en: `There may be ${most} ${what} at most`, ru: `${COUNTED[what].most} может быть не больше ${most}` }
}

/** A tap has to say which one it was. Buttons also have to look different. */
function doubled(choices: readonly { id: string; title: string }[], titlesToo: boolean): Words | null {
  const isDoubled = (values: string[]) => new Set(values).size < values.length
  if (isDoubled(choices.map(({ id }) => id))) {
    return { en: 'Two choices have the same id', ru: 'У двух вариантов одинаковый id' }
  }
  return titlesToo && isDoubled(choices.map(({ title }) => title))
    ? { en: 'Two buttons have the same title', ru: 'У двух кнопок одинаковая надпись' }
    : null
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text)
}

/** Everything that the client reads without tapping, as one text: a comment's `text`. */
export const interactiveText = ({ header, text, footer }: InteractiveMessage): string =>
  [header, text, footer].filter((part) => part !== null).join('\n')

/**
 * A comment's `data`: the parts of what the client sees, named as those of a template. Of a list, `buttons` has the one
 * that opens it.
 */
export function interactiveData({ header, text, footer, choice }: InteractiveMessage): Record<string, unknown> {
  const parts = { type: choice.kind, header, body: text, footer }
  switch (choice.kind) {
    case 'buttons':
      return { ...parts, buttons: choice.buttons.map(({ id, title }) => ({ kind: 'reply', text: title, id })) }
    case 'list': {
      const { button, sections } = choice
      return { ...parts, buttons: [{ kind: 'list', text: button }], sections }
    }
    case 'link':
      return { ...parts, buttons: [{ kind: 'url', text: choice.title, url: choice.url }] }
  }
}
