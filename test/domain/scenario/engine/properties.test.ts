import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScenarioDocument } from '../../../../src/domain/scenario/document/scenario-document.ts'
import { deadlineOf, hasEnded } from '../../../../src/domain/scenario/interpreter/run.ts'
import { DAY, HOUR } from '../interpreter/play.ts'
import { emptyPlace, MemoryPlace, makeScenario, type PlaceState } from './memory-place.ts'

// biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited

const KEYS = ['a', 'b', 'c'] as const
const EVENTS = ['message.received', 'task.assigned', 'tag.added', 'comment.added'] as const
const key = fc.constantFrom(...KEYS)
const rule = fc.constantFrom('cancel', 'pause', 'ignore')
const condition = fc.constantFrom({ field: 'vars.n', lt: 2 }, { field: 'event.text', is: 'x' })

const step = fc.oneof(
  key.map((scenario) => ({ start: { scenario } })),
  key.map((scenario) => ({ call: { scenario } })),
  key.map((scenario) => ({ cancel: { scenario } })),
  fc.constantFrom<object>(
    { set: { n: { cel: 'vars.n + 1' } } },
    { tag: 'x' },
    { sendText: { text: 'Hi', ifWindowClosed: 'skip' } },
  ),
  {
    weight: 3,
    arbitrary: fc
      .record({
        event: fc.constantFrom(...EVENTS),
        timeout: fc.constantFrom('1h', '3d'),
        newScenario: rule,
        humanReply: rule,
      })
      .map(({ event, timeout, ...onInterrupt }) => ({ wait: { for: [event], timeout }, onInterrupt })),
  },
  fc
    .record({ when: condition, then: key })
    .map(({ when, then }) => ({ if: when, then: [{ id: 'inner', start: { scenario: then } }] })),
  fc.constant({ stop: true }),
)

const scenarioOf = (id: string): fc.Arbitrary<ScenarioDocument> =>
  fc
    .record({
      event: fc.constantFrom(...EVENTS, 'scenario.finished'),
      concurrency: fc.constantFrom('skip', 'restart', 'queue', 'parallel'),
      priority: fc.constantFrom(0, 0, 1, 5),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    })
    .map(({ event, steps, ...more }) =>
      makeScenario({
        id,
        ...more,
        trigger: { event },
        vars: { n: { type: 'number', default: 0 } },
        steps: steps.map((one, index) => named(one, index)),
      }),
    )
const named = (one: object, index: number): object =>
  'if' in one ? { id: `i${index}`, ...one, then: [{ id: `i${index}t`, tag: 'y' }] } : { id: `s${index}`, ...one }

const documents = fc.tuple(...KEYS.map(scenarioOf))

type Act =
  | { happen: (typeof EVENTS)[number]; text: string; person: boolean }
  | { after: number }
  | { answer: 'sent' | 'undone' }
  | { ask: 'stop' | 'resume' | 'restart'; of: number }
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        happen: fc.constantFrom(...EVENTS),
        text: fc.constantFrom('x', 'y'),
        person: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ after: fc.constantFrom(HOUR, DAY, 4 * DAY, 40 * DAY) }) },
    { weight: 2, arbitrary: fc.record({ answer: fc.constantFrom('sent' as const, 'undone' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        ask: fc.constantFrom('stop' as const, 'resume' as const, 'restart' as const),
        of: fc.nat(20),
      }),
    },
  ),
  { minLength: 8, maxLength: 25, size: 'max' },
)

async function perform(place: MemoryPlace, act: Act): Promise<void> {
  if ('happen' in act) {
    const isReply = act.happen === 'comment.added' && act.person
    await place.happen(act.happen, { data: { text: act.text }, ...(isReply && { interrupts: 'humanReply' }) })
  } else if ('after' in act) {
    place.state.now += act.after
    const due = place.state.runs.filter(({ run, isQueued }) => !isQueued && (deadlineOf(run) ?? Infinity) <= place.now)
    await place.step([], (engine) =>
      engine.stimulate(
        due.map(({ id }) => id),
        { kind: 'time' },
      ),
    )
  } else if ('answer' in act) {
    await place.answerAll(
      act.answer === 'sent' ? { ok: true } : { ok: false, code: 'undone', message: 'Taken back', final: true },
    )
  } else {
    const ids = place.state.runs.filter((_, index) => index % 3 === act.of % 3).map(({ id }) => id)
    const deed =
      act.ask === 'stop'
        ? ({ do: 'stop', code: 'by_person', message: 'Ended' } as const)
        : act.ask === 'resume'
          ? ({ do: 'resume' } as const)
          : ({ do: 'restart', version: 1 } as const)
    await place.step([], (engine) => engine.obey(ids, deed))
  }
}

/** @param carry what happens to everything that is kept, between two events */
async function playAll(
  all: readonly ScenarioDocument[],
  what: readonly Act[],
  carry: (state: PlaceState) => PlaceState,
  look: (place: MemoryPlace) => void = () => undefined,
): Promise<string> {
  let state = emptyPlace()
  for (const act of what) {
    const place = new MemoryPlace(all, carry(state))
    await perform(place, act)
    look(place)
    state = place.state
  }
  return JSON.stringify(state)
}

const asIs = (state: PlaceState) => state
const stored = (state: PlaceState): PlaceState => JSON.parse(JSON.stringify(state))

/** What holds between two events, whatever was published and whatever came. The place itself refuses what it may not write. */
function keepsItsRules(place: MemoryPlace, all: readonly ScenarioDocument[]): void {
  const { runs, begun } = place.state
  for (const { id, run, isQueued, log, parent } of runs) {
    expect(log.length).toBe(run.used.entries)
    expect(log.filter(({ outcome }) => outcome === 'started').length).toBeLessThanOrEqual(1)
    if (isQueued) expect(log).toEqual([])
    if (hasEnded(run)) {
      expect(log.at(-1)?.action).toBe('end')
      expect(isQueued).toBe(false)
    } else if (!isQueued) expect(run.state === 'running').toBe(run.asked !== null)
    // Who was called and goes on is waited for, by one that calls just this.
    const caller = runs.find((one) => one.id === parent)
    if (!hasEnded(run) && parent !== null)
      expect(caller?.run).toMatchObject({ state: 'running', asked: { action: 'call' } })
    if (!hasEnded(run) && run.asked?.action === 'call') {
      expect(runs.filter((one) => one.parent === id && !hasEnded(one.run))).toHaveLength(1)
    }
    expect(run.chain.scenarios).not.toContain(run.scenario.key)
    expect(run.chain.scenarios.length).toBeLessThan(8)
  }
  for (const { id, concurrency } of all) {
    const open = runs.filter(({ run }) => run.scenario.key === id && !hasEnded(run))
    if (concurrency === 'skip' || concurrency === 'restart') expect(open.length).toBeLessThanOrEqual(1)
    if (concurrency !== 'queue') continue
    expect(open.filter(({ isQueued }) => !isQueued).length).toBe(open.length > 0 ? 1 : 0)
    // Begun in the order in which they were asked for.
    const order = begun.filter((run) => runs.find((one) => one.id === run)?.run.scenario.key === id)
    expect(order).toEqual(order.toSorted())
  }
  expect(begun.length).toBeLessThanOrEqual(300)
}

// biome-ignore-end lint/suspicious/noThenProperty: the word of the format

describe('any scenarios beside each other, whatever happens to them', () => {
  it('keep their rules, and come to rest after each event', async () => {
    await fc.assert(
      fc.asyncProperty(documents, acts, async (all, what) => {
        await playAll(all, what, asIs, (place) => keepsItsRules(place, all))
      }),
      { numRuns: 100 },
    )
  })

  it('go on the same way from what was stored between any two events, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(documents, acts, async (all, what) => {
        expect(await playAll(all, what, stored)).toBe(await playAll(all, what, asIs))
      }),
      { numRuns: 40 },
    )
  })
})
