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
  }
  link: { title: number; url: number }
}

/**
 * Why a messenger would refuse the message; null: it takes it. Asked before anything is stored, because the provider
 * would say so only when it is too late to choose other words.
 */
export function interactiveProblem(message: InteractiveMessage, rules: InteractiveRules): string | null {
  const { choice } = message
  const parts: Part[] = [
    ['text', message.text, choice.kind === 'list' ? rules.list.text : rules.text],
    ['header', message.header, rules.header],
    ['footer', message.footer, rules.footer],
    ...choiceParts(choice, rules),
  ]
  for (const [name, text, limit] of parts) {
    if (text === null) continue
    if (text.trim() === '') return `The ${name} is empty`
    if (text.length > limit) return `The ${name} may have ${limit} characters at most`
  }
  switch (choice.kind) {
    case 'buttons':
      return countProblem('buttons', choice.buttons.length, rules.buttons.count) ?? doubled(choice.buttons, true)
    case 'list':
      return listProblem(choice.sections, rules.list)
    case 'link':
      return isWebAddress(choice.url) ? null : 'The link is no address that begins with http:// or https://'
  }
}

type Part = [name: string, text: string | null, limit: number]

function choiceParts(choice: InteractiveChoice, rules: InteractiveRules): Part[] {
  switch (choice.kind) {
    case 'buttons':
      return choice.buttons.flatMap(({ id, title }): Part[] => [
        ['id of a button', id, rules.buttons.id],
        ['title of a button', title, rules.buttons.title],
      ])
    case 'list':
      return [
        ['button that opens the list', choice.button, rules.list.button],
        ...choice.sections.flatMap(({ title, rows }): Part[] => [
          ['title of a section', title, rules.list.section],
          ...rows.flatMap((row): Part[] => [
            ['id of a row', row.id, rules.list.id],
            ['title of a row', row.title, rules.list.title],
            ['description of a row', row.description, rules.list.description],
          ]),
        ]),
      ]
    case 'link':
      return [
        ['title of the link', choice.title, rules.link.title],
        ['link', choice.url, rules.link.url],
      ]
  }
}

function listProblem(sections: readonly ListSection[], rules: InteractiveRules['list']): string | null {
  const rows = sections.flatMap((section) => section.rows)
  if (sections.some((section) => section.rows.length === 0)) return 'A section of the list has no rows'
  if (sections.length > 1 && sections.some(({ title }) => title === null)) {
    return 'Where there are several sections, each needs a title'
  }
  return (
    countProblem('sections', sections.length, rules.sections) ??
    countProblem('rows', rows.length, rules.rows) ??
    doubled(rows, false)
  )
}

function countProblem(what: string, count: number, most: number): string | null {
  if (count === 0) return `There are no ${what}`
  return count > most ? `There may be ${most} ${what} at most` : null
}

/** A tap has to say which one it was. Buttons also have to look different. */
function doubled(choices: readonly { id: string; title: string }[], titlesToo: boolean): string | null {
  const isDoubled = (values: string[]) => new Set(values).size < values.length
  if (isDoubled(choices.map(({ id }) => id))) return 'Two choices have the same id'
  return titlesToo && isDoubled(choices.map(({ title }) => title)) ? 'Two buttons have the same title' : null
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
