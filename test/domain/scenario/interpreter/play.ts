import type { Calendar } from '../../../../src/domain/calendar/calendar.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../../../src/domain/scenario/document/scenario-document.ts'
import type { Json } from '../../../../src/domain/scenario/expressions/scope.ts'
import { type Advanced, advance } from '../../../../src/domain/scenario/interpreter/advance.ts'
import type { Effect } from '../../../../src/domain/scenario/interpreter/effects.ts'
import type { LogEntry } from '../../../../src/domain/scenario/interpreter/log-entry.ts'
import { type Chain, type Run, type ScenarioEvent, start } from '../../../../src/domain/scenario/interpreter/run.ts'
import type { Answer, Stimulus, Surroundings } from '../../../../src/domain/scenario/interpreter/stimulus.ts'

/** A Tuesday, 12:00 in Madrid. */
export const NOON = Date.parse('2026-05-05T10:00:00Z')
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** Monday to Friday, 9 to 17; the Thursday of that week is a holiday. */
export const SALES: Calendar = {
  timeZone: 'Europe/Madrid',
  week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [{ from: '09:00', to: '17:00' }] : [])),
  holidays: [{ date: '2026-05-07' }],
}

export const NEVER: Calendar = { timeZone: 'Europe/Madrid', week: [[], [], [], [], [], [], []], holidays: [] }

export const SURROUNDINGS: Surroundings = {
  contact: { name: 'Ana Ruiz', firstName: 'Ana', fields: { vip: true } },
  task: { id: 't1', number: 7, title: 'Ana', status: { key: 'new', active: true }, fields: { amount: 120 } },
  conversation: { windowOpen: true },
  channel: { id: 'c1', name: 'Main', kind: 'whatsapp' },
  current: {},
  calendars: { sales: SALES, never: NEVER },
  timeZone: 'Europe/Madrid',
  locale: 'es',
}

export const CLOSED_WINDOW: Surroundings = { ...SURROUNDINGS, conversation: { windowOpen: false } }

/** A document of these steps; a mistake in it fails the test. */
export function makeDocument(steps: object[], more: object = {}): ScenarioDocument {
  const read = readDocument({ id: 'made', name: 'Made', trigger: { event: 'task.created' }, steps, ...more })
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path} ${message}`).join('\n'))
  return read.document
}

let made = 0
export const event = (name: ScenarioEvent['name'], data: Record<string, Json> = {}): ScenarioEvent => ({
  id: `e${++made}`,
  name,
  data,
})

/** Plays one run, a stimulus at a time, and keeps what came of it. */
export class Play {
  readonly document: ScenarioDocument
  run: Run
  now = NOON
  surroundings: Surroundings
  readonly log: LogEntry[] = []
  readonly effects: Effect[] = []

  constructor(
    document: ScenarioDocument,
    { surroundings = SURROUNDINGS, chain }: { surroundings?: Surroundings; chain?: Chain } = {},
  ) {
    this.document = document
    this.surroundings = surroundings
    this.run = start(document, { id: 's1', version: 1, ...(chain && { chain }) }, this.now)
  }

  give(stimulus: Stimulus): Advanced {
    const advanced = advance(this.run, this.document, stimulus, this.now, this.surroundings)
    this.run = advanced.run
    this.log.push(...advanced.log)
    this.effects.push(...advanced.effects)
    return advanced
  }

  start(more: Partial<Extract<Stimulus, { kind: 'start' }>> = {}): this {
    this.give({ kind: 'start', event: event('task.created'), ...more })
    return this
  }

  event(name: ScenarioEvent['name'], data: Record<string, Json> = {}): this {
    this.give({ kind: 'event', event: event(name, data) })
    return this
  }

  /** Some time goes by, and the run is told. */
  after(milliseconds: number): this {
    this.now += milliseconds
    this.give({ kind: 'time' })
    return this
  }

  answer(answer: Answer = { ok: true }): this {
    const { asked } = this.run
    if (!asked) throw new Error(`nothing was asked: the run is ${this.run.state} ${this.run.reason?.code ?? ''}`)
    this.give({ kind: 'answer', step: asked.step, number: asked.number, answer })
    return this
  }

  /** The effect that is out. */
  get out(): Effect | null {
    const { asked } = this.run
    return this.effects.find(({ number }) => number === asked?.number) ?? null
  }

  /** Step and outcome of each line. */
  get outcomes(): string[] {
    return this.log.map(({ step, action, outcome, took }) => `${step ?? action} ${outcome}${took ? ` ${took}` : ''}`)
  }
}

export const play = (steps: object[], more: object = {}): Play => new Play(makeDocument(steps, more)).start()
