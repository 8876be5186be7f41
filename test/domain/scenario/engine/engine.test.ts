import { describe, expect, it } from 'vitest'
import { hasEnded } from '../../../../src/domain/scenario/interpreter/run.ts'
import { MemoryPlace, makeScenario } from './memory-place.ts'

const waits = { wait: { for: ['task.assigned'], timeout: '5d' }, onInterrupt: { newScenario: 'ignore' } }
const never = { event: 'contact.opted_out' }

describe('runs that end each other in the middle of an event', () => {
  it('stay ended: one that waits for the event is cancelled by one that woke before it', async () => {
    const place = new MemoryPlace([
      makeScenario({
        id: 'killer',
        priority: 5,
        steps: [
          { id: 'w', ...waits },
          { id: 'c', cancel: { scenario: 'victim' } },
        ],
      }),
      makeScenario({
        id: 'victim',
        steps: [
          { id: 'w', ...waits },
          { id: 't', tag: 'woken' },
        ],
      }),
    ])
    await place.happen('message.received')
    expect(place.states()).toEqual(['killer waiting', 'victim waiting'])
    await place.happen('task.assigned')
    expect(place.states()).toEqual(['killer finished', 'victim stopped cancelled_by_scenario'])
    expect(place.state.runs[1]?.log.at(-1)).toMatchObject({ outcome: 'stopped' })
  })

  it('stay ended: one that is cancelled by what it starts', async () => {
    const place = new MemoryPlace([
      makeScenario({
        id: 'starter',
        steps: [
          { id: 's', start: { scenario: 'killer' } },
          { id: 't', tag: 'after' },
        ],
      }),
      makeScenario({ id: 'killer', trigger: never, steps: [{ id: 'c', cancel: { scenario: 'starter' } }] }),
    ])
    await place.happen('message.received')
    expect(place.states()).toEqual(['starter stopped cancelled_by_scenario', 'killer finished'])
    expect(place.state.runs[0]?.log.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'null started',
      's asked',
      'null stopped',
      's stopped',
    ])
  })

  it('stay ended: a called one that cancels its caller ends with it', async () => {
    const place = new MemoryPlace([
      makeScenario({
        id: 'caller',
        steps: [
          { id: 'c', call: { scenario: 'called' } },
          { id: 't', tag: 'after' },
        ],
      }),
      makeScenario({
        id: 'called',
        trigger: never,
        steps: [
          { id: 'c', cancel: { scenario: 'caller' } },
          { id: 'w', ...waits },
        ],
      }),
    ])
    await place.happen('message.received')
    expect(place.states()).toEqual(['caller stopped cancelled_by_scenario', 'called stopped caller_ended'])
  })
})

describe('scenarios that lead to each other', () => {
  it('go eight deep, and no deeper', async () => {
    const documents = Array.from({ length: 50 }, (_, n) =>
      makeScenario({
        id: `s${n}`,
        ...(n > 0 && { trigger: never }),
        steps: [{ id: 's', start: { scenario: `s${(n + 1) % 50}` } }],
      }),
    )
    const place = new MemoryPlace(documents)
    await place.happen('message.received')
    expect(place.states()).toEqual(Array.from({ length: 8 }, (_, n) => `s${n} finished`))
    expect(place.state.runs.at(-1)?.log.find(({ outcome }) => outcome === 'not_started')?.error?.code).toBe(
      'limit_depth',
    )
  })

  it('start no more than 150 runs by one event, each refusal written down', async () => {
    const documents = Array.from({ length: 50 }, (_, n) =>
      makeScenario({
        id: `s${n}`,
        trigger: n === 0 ? { event: 'message.received' } : { event: 'scenario.finished' },
        steps: [{ id: 't', tag: 'x' }],
      }),
    )
    const place = new MemoryPlace(documents)
    await place.happen('message.received')
    expect(place.state.runs).toHaveLength(150)
    expect(place.state.decisions.flatMap(({ not }) => not).some((one) => one.endsWith('limit_started'))).toBe(true)
    await place.happen('message.received')
    expect(place.state.runs).toHaveLength(300)
  })

  it('say so where a start came to nothing', async () => {
    const place = new MemoryPlace([
      makeScenario({
        id: 'starter',
        trigger: { event: 'task.assigned' },
        steps: [{ id: 's', start: { scenario: 'busy' } }],
      }),
      makeScenario({
        id: 'busy',
        concurrency: 'skip',
        steps: [{ id: 'w', wait: { for: ['tag.added'], timeout: '5d' } }],
      }),
    ])
    await place.happen('message.received')
    await place.happen('task.assigned')
    expect(place.states()).toEqual(['busy waiting', 'starter finished'])
    expect(place.state.runs[1]?.log.find(({ outcome }) => outcome === 'done')?.error?.code).toBe('already_running')
  })
})

describe('a queue', () => {
  const queued = (id: string, more: object = {}) =>
    makeScenario({
      id,
      concurrency: 'queue',
      steps: [
        { id: 'w', ...waits },
        { id: 'say', sendText: { text: id, ifWindowClosed: 'skip' } },
      ],
      ...more,
    })

  it('runs one at a time, in order', async () => {
    const place = new MemoryPlace([queued('q')])
    for (let n = 0; n < 3; n++) await place.happen('message.received')
    expect(place.states()).toEqual(['q waiting', 'q queued', 'q queued'])
    for (let n = 0; n < 3; n++) {
      await place.happen('task.assigned')
      await place.answerAll()
    }
    expect(place.states()).toEqual(['q finished', 'q finished', 'q finished'])
    expect(place.state.said).toEqual(['q q', 'q q', 'q q'])
  })

  it('begins nobody because one that waited its turn was stopped', async () => {
    const place = new MemoryPlace([queued('q')])
    for (let n = 0; n < 3; n++) await place.happen('message.received')
    const second = place.state.runs[1]?.id
    await place.step([], (engine) =>
      engine.obey(second ? [second] : [], { do: 'stop', code: 'by_person', message: '' }),
    )
    expect(place.states()).toEqual(['q waiting', 'q stopped by_person', 'q queued'])
  })

  it('is ended as a whole, and nobody of it begins for a moment', async () => {
    const end = makeScenario({
      id: 'end',
      trigger: { event: 'tag.added' },
      steps: [{ id: 'c', cancel: { scenario: 'q' } }],
    })
    const place = new MemoryPlace([
      queued('q', {
        steps: [
          { id: 'say', sendText: { text: 'Hi', ifWindowClosed: 'skip' } },
          { id: 'w', ...waits },
        ],
      }),
      end,
    ])
    for (let n = 0; n < 3; n++) await place.happen('message.received')
    await place.happen('tag.added')
    expect(place.states().filter((state) => state.startsWith('q'))).toEqual(
      Array.from({ length: 3 }, () => 'q stopped cancelled_by_scenario'),
    )
    expect(place.state.said).toEqual(['q Hi'])

    const asked = new MemoryPlace([
      queued('q', {
        steps: [
          { id: 'say', sendText: { text: 'Hi', ifWindowClosed: 'skip' } },
          { id: 'w', ...waits },
        ],
      }),
    ])
    for (let n = 0; n < 3; n++) await asked.happen('message.received')
    const ids = asked.state.runs.map(({ id }) => id)
    await asked.step([], (engine) => engine.obey(ids, { do: 'restart', version: 1 }))
    // The one that had begun is stopped and begins anew; nobody else has said a word.
    expect(asked.state.runs.filter(({ run }) => !hasEnded(run))).toHaveLength(3)
    expect(asked.state.said).toEqual(['q Hi', 'q Hi'])
  })
})
