import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScenarioDocument } from '../../../../src/domain/scenario/document/scenario-document.ts'
import { findStep } from '../../../../src/domain/scenario/document/walk.ts'
import { advance } from '../../../../src/domain/scenario/interpreter/advance.ts'
import { MOST_RUN_STEPS } from '../../../../src/domain/scenario/interpreter/limits.ts'
import { canMove, move } from '../../../../src/domain/scenario/interpreter/move.ts'
import { deadlineOf, hasEnded, type Run, start } from '../../../../src/domain/scenario/interpreter/run.ts'
import type { Answer, Stimulus } from '../../../../src/domain/scenario/interpreter/stimulus.ts'
import { CLOSED_WINDOW, DAY, makeDocument, NOON, SURROUNDINGS } from './play.ts'

// biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited

const condition = fc.constantFrom(
  { field: 'vars.n', lt: 3 },
  { field: 'event.text', is: 'a' },
  { field: 'conversation.windowOpen', is: true },
  { none: [{ field: 'contact.fields.none', exists: false }] },
  { cel: 'vars.n % 2 == 0' },
  { cel: 'event.x.y == 1' },
)
const awaited = fc.constantFrom<unknown>(
  'message.received',
  'task.assigned',
  { event: 'message.received', when: { field: 'event.text', is: 'a' } },
  { event: 'tag.added', tag: 'a' },
)
const events = fc.array(awaited, { minLength: 1, maxLength: 2 })
const ifWindowClosed = fc.constantFrom<unknown>('park', 'skip', 'fail', {
  template: { name: 't', body: ['{{ vars.n }}'] },
})
const deadline = fc.constantFrom<object>(
  { timeout: '5m' },
  { timeout: '3h' },
  { timeout: '2d' },
  { timeout: '1bd', calendar: 'sales' },
  { timeout: '2bh', calendar: 'gone' },
  { until: 'open', calendar: 'sales' },
  { until: '{{ event.text }}' },
  {},
)
const rule = fc.constantFrom('cancel', 'pause', 'ignore', 'ignore')
const onInterrupt = fc.record({ humanReply: rule, taskClosed: rule, newScenario: rule })

type Tree = { steps: object[] }
const { list } = fc.letrec<{ list: object[]; step: object }>((tie) => ({
  list: fc.array(tie('step'), { minLength: 1, maxLength: 5, size: 'max', depthIdentifier: 'steps' }),
  step: fc.oneof(
    { depthIdentifier: 'steps', maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<object>(
      { tag: 'n{{ vars.n }}' },
      { setStatus: 'done' },
      { set: { n: { cel: 'vars.n + 1' } } },
      { set: { s: '{{ vars.s }}{{ event.text | default: "x" }}' } },
      { comment: { text: 'Hi {{ event.text }}' } },
      { sendTemplate: { name: 't', body: ['{{ contact.firstName }}'] } },
      { find: { tasks: { field: 'task.id', exists: true }, into: 'l', limit: 3 } },
      { start: { scenario: 'other', each: 'vars.l' } },
      { start: { scenario: 'above' } },
      { call: { scenario: 'other', into: 'm' } },
      { handoff: {} },
      { stop: true },
    ),
    ifWindowClosed.map((mode) => ({ sendText: { text: 'Hi {{ vars.n }}', ifWindowClosed: mode, hold: '5s' } })),
    fc.record({ if: condition, then: tie('list'), else: tie('list') }),
    fc.record({ is: tie('list'), else: tie('list') }).map((one) => ({
      switch: 'event.text',
      cases: [{ is: 'a', then: one.is }],
      else: one.else,
    })),
    {
      weight: 4,
      arbitrary: fc
        .record({
          for: events,
          deadline,
          debounce: fc.boolean(),
          onReply: tie('list'),
          onTimeout: tie('list'),
          onInterrupt,
        })
        .map(({ for: names, deadline: until, debounce, ...more }) => ({
          wait: { for: names, ...until, ...(debounce && { debounce: '10s' }) },
          ...more,
        })),
    },
    {
      weight: 2,
      arbitrary: fc.record({ a: events, b: events, deadline, then: tie('list'), onInterrupt }).map((one) => ({
        waitAny: {
          branches: [
            { for: one.a, then: one.then },
            { for: one.b, then: [] },
          ],
          ...one.deadline,
        },
        onInterrupt: one.onInterrupt,
      })),
    },
    fc
      .record({ max: fc.constantFrom(1, 2, 500), while: fc.option(condition, { nil: undefined }), steps: tie('list') })
      .map(({ max, while: holds, steps }) => ({ repeat: { max, ...(holds && { while: holds }) }, steps })),
    fc.record({ onError: fc.option(tie('list'), { nil: undefined }) }).map(({ onError }) => ({
      http: { endpoint: 'crm', body: { n: '{{ vars.n }}' }, into: 'm' },
      ...(onError && { onError }),
    })),
  ),
}))

/** Gives every step an id, in the order of the text. */
function named(tree: Tree): object[] {
  let count = 0
  const name = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(name)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) =>
        LISTS.has(key)
          ? [key, (one as object[]).map((step) => ({ id: `s${++count}`, ...(name(step) as object) }))]
          : [key, name(one)],
      ),
    )
  }
  return (name(tree) as Tree).steps
}
const LISTS = new Set(['steps', 'then', 'else', 'onReply', 'onTimeout', 'onError'])

const documents: fc.Arbitrary<ScenarioDocument> = fc
  .record({ steps: list, messages: fc.constantFrom(0, 2, 20, 20), received: fc.boolean() })
  .map(({ steps, messages, received }) =>
    makeDocument([...named({ steps }), { id: 'last', tag: 'last' }], {
      trigger: { event: received ? 'message.received' : 'task.created' },
      limits: { messages, lifetime: '20d' },
      vars: {
        n: { type: 'number', default: 0 },
        s: { type: 'string', default: '' },
        l: { type: 'list', default: [1, 2] },
        m: { type: 'map' },
      },
    }),
  )

/** null: as it should be answered */
const answers: fc.Arbitrary<Answer | null> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(null) },
  fc.constantFrom<Answer>({ ok: true }, { ok: true, value: 'x' }),
  fc.record({
    ok: fc.constant(false as const),
    code: fc.constantFrom('window_closed', 'undone', 'called_stopped', 'http_500'),
    message: fc.constant('x'),
    final: fc.boolean(),
  }),
)

/** What is done to a run; an answer is for the effect that is out, if there is one. */
type Act = { wait: number; closed: boolean } & ({ answer: Answer | null } | { stimulus: Stimulus })
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc
    .tuple(
      fc.record({ wait: fc.constantFrom(0, 10_000, 300_000, DAY), closed: fc.boolean() }),
      fc.oneof(
        { weight: 5, arbitrary: answers.map((answer) => ({ answer })) },
        {
          weight: 5,
          arbitrary: fc
            .record({
              name: fc.constantFrom('message.received', 'task.assigned', 'tag.added', 'message.read'),
              text: fc.constantFrom('a', 'b', '2026-05-06T00:00:00Z'),
            })
            .map(({ name, text }) => ({
              stimulus: { kind: 'event', event: { id: `e-${text}`, name, data: { text, tag: text } } } as Stimulus,
            })),
        },
        {
          weight: 4,
          arbitrary: fc
            .constantFrom<Stimulus>(
              { kind: 'time' },
              { kind: 'resume' },
              { kind: 'interrupt', by: 'humanReply' },
              { kind: 'interrupt', by: 'taskClosed' },
              { kind: 'answer', step: 's1', number: 1, answer: { ok: true } },
              { kind: 'start', event: { id: 'again', name: 'task.created', data: {} } },
            )
            .map((stimulus) => ({ stimulus })),
        },
      ),
    )
    .map(([how, what]) => ({ ...how, ...what })),
  { minLength: 20, maxLength: 60, size: 'max' },
)

interface Seen {
  before: Run
  after: Run
  effects: { step: string; number: number; action: string }[]
  log: { n: number }[]
  bytes: string
}

/** Plays a run to its end or to the last act. `carry`: what happens to the run between two calls. */
function playAll(document: ScenarioDocument, all: Act[], carry: (run: Run) => Run): Seen[] {
  const chain = { scenarios: ['above'], events: [] }
  let run = start(document, { id: 'x', version: 1, chain }, NOON)
  let now = NOON
  const seen: Seen[] = []
  const give = (stimulus: Stimulus, closed: boolean) => {
    const before = run
    const advanced = advance(run, document, stimulus, now, closed ? CLOSED_WINDOW : SURROUNDINGS)
    seen.push({
      before,
      after: advanced.run,
      effects: advanced.effects,
      log: advanced.log,
      bytes: JSON.stringify(advanced),
    })
    run = carry(advanced.run)
  }
  const trigger = 'event' in document.trigger ? document.trigger.event : 'button.pressed'
  give({ kind: 'start', event: { id: 'e0', name: trigger, data: { text: 'a' } } }, false)
  for (const act of all) {
    now += act.wait
    if ('stimulus' in act) give(act.stimulus, act.closed)
    else if (run.asked) {
      const { step, number, action } = run.asked
      const value = action === 'find' ? [1] : { a: 1 }
      give({ kind: 'answer', step, number, answer: act.answer ?? { ok: true, value } }, act.closed)
    }
  }
  return seen
}

const asIs = (run: Run) => run
const stored = (run: Run): Run => JSON.parse(JSON.stringify(run))

describe('any document, whatever is done to its run', () => {
  it('gives runs that keep their rules', () => {
    fc.assert(
      fc.property(documents, acts, (document, all) => {
        const seen = playAll(document, all, asIs)
        const effects = seen.flatMap((one) => one.effects)
        // Effects are asked for one by one, each by a step of the document, under a number of its own.
        for (const { after, effects: asked } of seen) {
          expect(asked.length).toBeLessThanOrEqual(1)
          if (asked[0]) expect(after.asked).toMatchObject({ step: asked[0].step, number: asked[0].number })
        }
        for (const { step, action } of effects) expect(findStep(document, step)?.step).toHaveProperty(action)
        expect(effects.map(({ number }) => number)).toEqual(effects.map((_, index) => index + 1))
        const lines = seen.flatMap((one) => one.log)
        expect(lines.map(({ n }) => n)).toEqual(lines.map((_, index) => index + 1))
        for (const { after, before, log } of seen) {
          expect(after.used.steps).toBeLessThanOrEqual(MOST_RUN_STEPS)
          expect(after.used.messages).toBeLessThanOrEqual(document.limits.messages)
          // Nothing is asked for behind the last message.
          if (after.asked?.isMessage) expect(after.used.messages).toBeLessThan(document.limits.messages)
          expect(after.state === 'running').toBe(after.asked !== null && !hasEnded(after))
          expect(after.waiting !== null).toBe(after.state === 'waiting')
          if (['failed', 'stopped', 'blocked'].includes(after.state)) expect(after.reason?.code).toMatch(/^[a-z0-9_]+$/)
          if (after.state === 'finished') expect(after.at).toBeNull()
          expect(deadlineOf(after) === null).toBe(hasEnded(after))
          // What changed is in the log; what did not is the same run.
          expect(after === before).toBe(log.length === 0)
          if (hasEnded(before)) expect(after).toBe(before)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('goes on the same way from what was stored between any two calls, byte for byte', () => {
    fc.assert(
      fc.property(documents, acts, (document, all) => {
        const first = playAll(document, all, asIs)
        const again = playAll(document, all, stored)
        expect(again.map(({ bytes }) => bytes)).toEqual(first.map(({ bytes }) => bytes))
        for (const { after } of first) expect(after).toStrictEqual(stored(after))
      }),
      { numRuns: 100 },
    )
  })

  it('leaves the run that was given as it was', () => {
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      Object.freeze(value)
      for (const inner of Object.values(value)) freeze(inner)
    }
    fc.assert(
      fc.property(documents, acts, (document, all) => {
        playAll(document, all, (run) => {
          freeze(run)
          return run
        })
      }),
      { numRuns: 40 },
    )
  })

  it('can be moved to itself while it waits, and nothing changes but its version', () => {
    fc.assert(
      fc.property(documents, acts, (document, all) => {
        for (const { after } of playAll(document, all, asIs)) {
          if (after.state !== 'waiting') continue
          expect(canMove(after, document, document)).toEqual({ ok: true })
          const moved = move(after, document, 1)
          expect({ ...moved, vars: null }).toEqual({ ...after, vars: null })
          expect(moved.vars).toEqual({ ...moved.vars, ...after.vars })
        }
      }),
      { numRuns: 40 },
    )
  })
})
// biome-ignore-end lint/suspicious/noThenProperty: the word of the format
