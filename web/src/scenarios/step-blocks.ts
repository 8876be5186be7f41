import type { RunEntry } from './run-api.ts'

/** Lines of the record that belong together: a step from its beginning to its outcome, or something that happened. */
export interface StepBlock {
  key: number
  /** null: it belongs to the run as a whole */
  step: string | null
  action: string
  entries: RunEntry[]
  /** how often the step asked for its effect */
  attempts: number
}

/** Actions that are no steps. */
const MOMENTS = new Set(['start', 'interrupt', 'resume', 'stop', 'time', 'end'])

export const isMoment = ({ step, action }: Pick<StepBlock, 'step' | 'action'>): boolean =>
  step === null || MOMENTS.has(action)

/** A round of a `repeat` that comes to the same step again begins a new block. */
const BEGINS = new Set(['round', 'branch', 'waits'])

export function blocksOf(entries: readonly RunEntry[]): StepBlock[] {
  const blocks: StepBlock[] = []
  for (const entry of entries) {
    const last = blocks.at(-1)
    const asked = entry.outcome === 'asked' ? 1 : 0
    const goesOn =
      last !== undefined &&
      !isMoment(last) &&
      !isMoment(entry) &&
      last.step === entry.step &&
      last.action === entry.action &&
      !BEGINS.has(entry.outcome)
    if (goesOn) {
      last.entries.push(entry)
      last.attempts += asked
    } else blocks.push({ key: entry.n, step: entry.step, action: entry.action, entries: [entry], attempts: asked })
  }
  return blocks
}

/** What a step did, as it was asked for, and what came to it; null: nothing that was written down. */
export function deedIn({ entries }: Pick<StepBlock, 'entries'>): Record<string, unknown> | null {
  const given = entries.flatMap(({ inputs }) => (isObject(inputs) ? [inputs] : []))
  return given.length === 0 ? null : (Object.assign({}, ...given) as Record<string, unknown>)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const SENDS = new Set(['sendText', 'sendTemplate', 'sendInteractive', 'sendFile', 'sendQuickReply'])

/** Trying a step again: what reaches the client then, and whether it was asked for before. */
export function retryOf(entries: readonly RunEntry[], step: string | null) {
  const asked = entries.filter((entry) => entry.step === step && entry.outcome === 'asked')
  const last = asked.at(-1)
  const inputs = (last?.inputs ?? null) as { do?: string; text?: unknown; name?: unknown } | null
  if (!inputs || !SENDS.has(inputs.do ?? '')) return { sends: false, text: null }
  const text = [inputs.text, inputs.name].find((value) => typeof value === 'string')
  return { sends: true, text: typeof text === 'string' ? text : null }
}
