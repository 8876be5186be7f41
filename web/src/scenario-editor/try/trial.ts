import { request } from '../../api/request.ts'
import type { ConditionResult, RunEntry } from '../../scenarios/run-api.ts'
import type { Finding } from '../finding.ts'

/** A client who does not exist. */
export interface MadeUpClient {
  name: string
  fields: Record<string, string | number | boolean>
  tags: string[]
  isNew: boolean
}

export type Happening =
  | { text: string }
  | { tap: { id: string; title: string; of: 'reply' | 'list' | 'template' } }
  | { press: { inputs: Record<string, string> } }
  | { until: string }

export interface ShownButton {
  kind: 'reply' | 'row' | 'template' | 'link'
  id: string | null
  title: string
  description: string | null
}

export interface ShownMessage {
  header: string | null
  text: string | null
  footer: string | null
  buttons: ShownButton[]
  hasFile: boolean
  template: { name: string; language: string } | null
}

interface Reason {
  code: string
  message: string
}

export type TriedEntry = RunEntry & {
  run: number
  /** of what was asked for: what came of it */
  answer: { outcome: string; error: Reason | null } | null
  shows: ShownMessage | null
}

export interface TriedDecision {
  event: string | null
  started: boolean
  reason: string | null
  condition: ConditionResult | null
}

export interface TriedAfter {
  at: string
  decisions: TriedDecision[]
  entries: TriedEntry[]
}

export interface Trial {
  ok: boolean
  findings: Finding[]
  from: string
  now: string
  after: TriedAfter[]
  runs: { state: string; unknownFrom: string | null }[]
  nextDue: string | null
  isCut: boolean
}

/** The whole record goes along each time: the server keeps nothing of it. */
export interface TrialQuestion {
  document: string
  channelId?: string
  client: MadeUpClient
  from: string
  happened: readonly Happening[]
}

export const askTrial = (question: TrialQuestion, signal: AbortSignal): Promise<Trial> =>
  request('POST', '/api/scenarios/try', { body: question, signal })

/** A line `name: value` for each field; numbers and true/false become what they look like. */
export function fieldsIn(text: string): MadeUpClient['fields'] {
  const fields: [string, string | number | boolean][] = []
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim()
    if (name !== '') fields.push([name, fieldValue(line.slice(colon + 1).trim())])
  }
  return Object.fromEntries(fields)
}

/** Phone numbers and the like, which begin with + or 0, stay texts. */
function fieldValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(text) ? Number(text) : text
}

/** Names with commas between them, each once. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]

/** Lines that say what came of the line above them: that line says it already. */
export function tellingEntries(entries: readonly TriedEntry[]): TriedEntry[] {
  const last = new Map<number, TriedEntry>()
  return entries.filter((entry) => {
    const before = last.get(entry.run)
    last.set(entry.run, entry)
    const isAnswer = before?.outcome === 'asked' && before.step === entry.step && before.answer !== null
    return !isAnswer && entry.outcome !== 'started'
  })
}
