/**
 * The variables of quick replies (M16): `{{contact.firstName}}`, with a fallback `{{contact.firstName | there}}`.
 *
 * `{{` always begins a variable and the next `}}` ends it. A fallback is plain text; an empty one (`{{contact.name | }}`)
 * says that nothing may stand there. What a value holds is never read again: a client named `{{me.name}}` stays that.
 */

/** What a quick reply is filled from. Fields are flat; only texts, numbers and true/false can be written out. */
export interface QuickReplyValues {
  contact: { name: string | null; phone: string | null; fields: Record<string, unknown> }
  /** nulls: there is no task */
  task: { number: number | null; title: string | null; fields: Record<string, unknown> }
  /** null: an API token, which is no person */
  me: { name: string | null }
  channel: { name: string }
}

/** What is wrong with a text, for whoever writes it. */
export interface VariableProblem {
  code: 'unknown_variable' | 'variable_not_closed' | 'variable_in_fallback'
  message: string
  /** as it was written, between the braces */
  variable: string
  /** of the `{{`: UTF-16 units from the start of the text; line and column count from 1 */
  position: number
  line: number
  column: number
}

/** Longest value, in UTF-16 units: what is longer is no part of a sentence. */
const MAX_VALUE = 1_000
/** Mistakes that are named; who made more of them mends these first. */
const MAX_PROBLEMS = 20
/** Longest name of a field (as contacts and tasks have them). */
const MAX_FIELD_NAME = 100

type Read = (values: QuickReplyValues) => unknown

const PLAIN: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['contact.name', ({ contact }) => properName(contact)],
  ['contact.firstName', ({ contact }) => firstName(properName(contact) ?? '')],
  ['contact.phone', ({ contact }) => contact.phone],
  ['task.number', ({ task }) => task.number],
  ['task.title', ({ task }) => task.title],
  ['me.name', ({ me }) => me.name],
  ['channel.name', ({ channel }) => channel.name],
])

const FIELDS: readonly (readonly [prefix: string, fieldsOf: (values: QuickReplyValues) => Record<string, unknown>])[] =
  [
    ['contact.fields.', ({ contact }) => contact.fields],
    ['task.fields.', ({ task }) => task.fields],
  ]

/** Every variable that there is; `…` stands for the name of a field. */
export const QUICK_REPLY_VARIABLES: readonly string[] = [...PLAIN.keys(), ...FIELDS.map(([prefix]) => `${prefix}…`)]

/** What is wrong with the text of a quick reply, the first 20 mistakes; empty: it can be saved. */
export function checkQuickReply(text: string): VariableProblem[] {
  return parse(text).problems
}

/**
 * Fills the variables. A value that is not there and has no fallback leaves nothing in the text, and its variable is
 * named in `missing` (each once, in the order of the text): whoever inserts the text shows that before it is sent.
 * Not there is also: a value of blanks, a list or an object, more than 1,000 characters, and a client's name that is
 * only their phone number.
 */
export function renderQuickReply(text: string, values: QuickReplyValues): { text: string; missing: string[] } {
  const missing = new Set<string>()
  const filled = parse(text).parts.map((part) => {
    if ('literal' in part) return part.literal
    const value = asText(read(part.variable)?.(values)) ?? part.fallback
    if (value === null) missing.add(part.variable)
    return value ?? ''
  })
  return { text: filled.join(''), missing: [...missing] }
}

type Part = { literal: string } | { variable: string; fallback: string | null }

/** One pass over the text: every character is looked at a fixed number of times, whatever was written. */
function parse(text: string): { parts: Part[]; problems: VariableProblem[] } {
  const parts: Part[] = []
  const problems: VariableProblem[] = []
  const place = lineCounter(text)
  const report = (code: VariableProblem['code'], written: string, at: number) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem(code, written, place(at)))
  }
  let at = 0
  for (;;) {
    const open = text.indexOf('{{', at)
    const close = open === -1 ? -1 : text.indexOf('}}', open + 2)
    if (close === -1) {
      if (open !== -1) report('variable_not_closed', text.slice(open + 2), open)
      parts.push({ literal: text.slice(at) })
      return { parts, problems }
    }
    const inner = text.slice(open + 2, close)
    const bar = inner.indexOf('|')
    const variable = (bar === -1 ? inner : inner.slice(0, bar)).trim()
    const fallback = bar === -1 ? null : inner.slice(bar + 1).trim()
    if (!read(variable)) report('unknown_variable', variable, open)
    else if (fallback?.includes('{{')) report('variable_in_fallback', variable, open)
    parts.push({ literal: text.slice(at, open) }, { variable, fallback })
    at = close + 2
  }
}

/** How a variable gets its value; null where there is no such variable. */
function read(variable: string): Read | null {
  const plain = PLAIN.get(variable)
  if (plain) return plain
  for (const [prefix, fieldsOf] of FIELDS) {
    const name = variable.startsWith(prefix) ? variable.slice(prefix.length) : ''
    if (name === '' || name.length > MAX_FIELD_NAME || /[{}\p{Cc}]/u.test(name)) continue
    return (values) => {
      const fields = fieldsOf(values)
      // A field may be called `constructor`: only what the record itself holds counts.
      return Object.hasOwn(fields, name) ? fields[name] : null
    }
  }
  return null
}

function asText(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value.length <= MAX_VALUE && value.trim() !== '' ? value : null
}

/** Whoever has no name is shown by their number (src/domain/client-name.ts), which is nothing to greet them by. */
function properName({ name, phone }: QuickReplyValues['contact']): string | null {
  return name === null || name === phone ? null : name
}

/** The first word with a letter in it, without what stands around its letters: `👑Anna-Maria, Dr.` is `Anna-Maria`. */
const firstName = (name: string): string | null =>
  /\p{L}(?:\S*[\p{L}\p{M}])?/u.exec(name.slice(0, MAX_VALUE))?.[0] ?? null

const WORDS: Record<VariableProblem['code'], (variable: string) => string> = {
  unknown_variable: (variable) => `“{{${variable}}}” is no variable. There are ${QUICK_REPLY_VARIABLES.join(', ')}`,
  variable_not_closed: (variable) => `“{{${variable}” is not closed by “}}”`,
  variable_in_fallback: (variable) => `The fallback of “{{${variable}}}” is plain text: no variable can stand in it`,
}

function problem(
  code: VariableProblem['code'],
  written: string,
  place: Pick<VariableProblem, 'position' | 'line' | 'column'>,
): VariableProblem {
  const variable = [...written.slice(0, 80)].slice(0, 40).join('')
  return { code, message: WORDS[code](variable), variable, ...place }
}

/** Tells line and column of positions that only grow. */
function lineCounter(text: string) {
  let line = 1
  let start = 0
  let end = text.indexOf('\n')
  return (position: number) => {
    while (end !== -1 && end < position) {
      line++
      start = end + 1
      end = text.indexOf('\n', start)
    }
    return { position, line, column: position - start + 1 }
  }
}
