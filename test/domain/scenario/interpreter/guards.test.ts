import { describe, expect, it } from 'vitest'
import { mayStart } from '../../../../src/domain/scenario/interpreter/chain.ts'
import { deadlineOf } from '../../../../src/domain/scenario/interpreter/run.ts'
import { DAY, event, makeDocument, NOON, Play, play } from './play.ts'

const tag = (id: string) => ({ id, tag: id })
const S = { vars: { s: { type: 'string', default: '' }, l: { type: 'list', default: [] } } }
const chainOf = (count: number) => ({ scenarios: Array.from({ length: count }, (_, index) => `s${index}`), events: [] })

describe('a run', () => {
  it('has at most 500 steps', () => {
    const one = play(
      [
        {
          id: 'a',
          repeat: { max: 500 },
          steps: [{ id: 'b', repeat: { max: 500 }, steps: [{ id: 'c', set: { s: 'x' } }] }],
        },
      ],
      S,
    )
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'limit_steps' }, used: { steps: 500 } })
    expect(one.log.at(-1)).toMatchObject({ action: 'end', outcome: 'failed', error: { code: 'limit_steps' } })
  })

  it('counts its steps over waits and further tries', () => {
    const one = play([{ id: 'a', repeat: { max: 500 }, steps: [{ id: 'w', wait: { timeout: '1s' } }] }])
    for (let round = 0; round < 400 && one.run.state === 'waiting'; round++) one.after(1_000)
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'limit_steps' } })
    const blocked = play([{ id: 'a', wait: { until: 'open', calendar: 'gone' } }])
    for (let round = 0; round < 600; round++) blocked.give({ kind: 'resume' })
    expect(blocked.run).toMatchObject({ state: 'failed', reason: { code: 'limit_steps' } })
  })

  it('sends no more messages than its scenario allows', () => {
    const send = { id: 'b', sendText: { text: 'Hi', ifWindowClosed: 'fail' } }
    const one = play([{ id: 'a', repeat: { max: 9 }, steps: [send, { id: 'c', wait: { timeout: '1s' } }] }], {
      limits: { messages: 2 },
    })
    one.answer().after(1_000).answer().after(1_000)
    expect(one.effects).toHaveLength(2)
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'limit_messages' }, used: { messages: 2 } })
  })

  it('counts only messages that left, the templates in their place too', () => {
    const one = play(
      [
        { id: 'a', sendText: { text: 'Hi', ifWindowClosed: 'skip' } },
        { id: 'b', comment: { text: 'Internal' } },
        { id: 'c', sendText: { text: 'Hi', ifWindowClosed: { template: { name: 't' } } } },
        { id: 'd', sendTemplate: { name: 't' } },
      ],
      { limits: { messages: 1 } },
    )
    const closed = { ok: false, code: 'window_closed', message: 'x', final: true } as const
    one.answer(closed).answer().answer(closed)
    expect(one.out).toMatchObject({ step: 'c', do: 'sendTemplate' })
    expect(one.answer().run).toMatchObject({ state: 'failed', at: 'd', reason: { code: 'limit_messages' } })
  })

  it.each(['event', 'time', 'resume', 'interrupt', 'answer'] as const)('ends with its life, seen by %s', (kind) => {
    const steps = kind === 'answer' ? [tag('a')] : [{ id: 'w', wait: { for: ['message.received'] } }]
    const one = play(steps, { limits: { lifetime: '2d' } })
    expect(deadlineOf(one.run)).toBe(NOON + 2 * DAY)
    one.now += 2 * DAY
    one.give(
      kind === 'event'
        ? { kind, event: event('message.received') }
        : kind === 'interrupt'
          ? { kind, by: 'newScenario' }
          : kind === 'answer'
            ? { kind, step: 'a', number: 1, answer: { ok: true } }
            : { kind },
    )
    expect(one.run).toMatchObject({ state: 'stopped', reason: { code: 'limit_lifetime' } })
    expect(one.log.at(-1)).toMatchObject({ action: 'end', error: { code: 'limit_lifetime' } })
    expect(deadlineOf(one.run)).toBeNull()
  })

  it('ends with its life also while it is blocked or paused', () => {
    const blocked = play([{ id: 'a', wait: { until: 'open', calendar: 'gone' } }]).after(90 * DAY)
    expect(blocked.run.state).toBe('stopped')
    const paused = play([{ id: 'w', wait: { timeout: '1d' }, onInterrupt: { humanReply: 'pause' } }])
    paused.give({ kind: 'interrupt', by: 'humanReply' })
    expect(paused.after(90 * DAY).run.state).toBe('stopped')
  })

  it('has variables of a bounded size', () => {
    const text = 'x'.repeat(9_000)
    const doubled = [1, 2, 3, 4, 5].map((n) => ({ id: `d${n}`, set: { s: '{{ vars.s }}{{ vars.s }}' } }))
    const one = play(
      [
        { id: 'a', set: { s: text } },
        ...doubled.slice(0, 2),
        { id: 'l', set: { l: ['{{ vars.s }}', '{{ vars.s }}', '{{ vars.s }}', '{{ vars.s }}'] } },
      ],
      S,
    )
    expect(one.run).toMatchObject({ state: 'failed', at: 'l', reason: { code: 'limit_variables' } })
    const deep = Array.from({ length: 40 }).reduce<object | string>((inner) => [inner], 'x')
    expect(play([{ id: 'a', set: { l: deep } }], S).run.reason?.code).toBe('limit_variables')
  })

  it('shares one budget among the expressions of a call', () => {
    const costly = '{% for i in (1..900) %}{{ vars.s }}{% endfor %}'
    const one = play([{ id: 'a', repeat: { max: 100 }, steps: [{ id: 'b', set: { s: costly } }] }], S)
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'limit_expressions' } })
  })

  it('counts the copying of large variables as work', () => {
    const default_ = Array.from({ length: 40_000 }, () => 1)
    const one = play(
      [
        {
          id: 'a',
          repeat: { max: 100 },
          steps: [
            { id: 'b', set: { s: 'x' } },
            { id: 'c', repeat: { max: 1, while: { field: 'vars.s', is: 'y' } }, steps: [] },
          ],
        },
      ],
      { vars: { s: { type: 'string' }, l: { type: 'list', default: default_ } } },
    )
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'limit_expressions' } })
    expect(one.run.used.steps).toBeLessThan(100)
  })

  it('starts no more than 150 others at once', () => {
    const list = { id: 'a', find: { tasks: { field: 'task.id', exists: true }, into: 'l' } }
    const one = play([list, { id: 'b', start: { scenario: 'o', each: 'vars.l' } }], {
      vars: { l: { type: 'list', default: Array.from({ length: 151 }, () => 1) } },
    })
    expect(one.answer({ ok: true, value: [] }).out).toMatchObject({ do: 'start', each: [] })
    const many = play([{ id: 'b', start: { scenario: 'o', each: 'vars.l' } }], {
      vars: { l: { type: 'list', default: Array.from({ length: 151 }, () => 1) } },
    })
    expect(many.run).toMatchObject({ state: 'failed', reason: { code: 'limit_started' } })
  })
})

describe('the chain of causes', () => {
  it.each([
    ['new', chainOf(0), undefined],
    ['new', chainOf(7), undefined],
    ['new', chainOf(8), 'limit_depth'],
    ['s3', chainOf(5), 'limit_chain'],
  ])('%s after %j: %s', (key, chain, code) => {
    const allowed = mayStart(key, chain)
    expect(allowed.ok ? undefined : allowed.code).toBe(code)
  })

  it('keeps a run from beginning', () => {
    const one = new Play(makeDocument([tag('a')]), { chain: { scenarios: ['made'], events: ['e'] } }).start()
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'limit_chain' } })
    expect(one.effects).toEqual([])
  })

  it('keeps a run from starting what led to it, which is recorded; a call fails', () => {
    const chain = { scenarios: ['other'], events: [] }
    const one = new Play(makeDocument([{ id: 'a', start: { scenario: 'other' } }, tag('z')]), { chain }).start()
    expect(one.out).toMatchObject({ step: 'z' })
    expect(one.log).toContainEqual(
      expect.objectContaining({ outcome: 'not_started', error: expect.objectContaining({ code: 'limit_chain' }) }),
    )
    const call = new Play(makeDocument([{ id: 'a', call: { scenario: 'other' } }]), { chain }).start()
    expect(call.run).toMatchObject({ state: 'failed', reason: { code: 'limit_chain' } })
  })

  it('goes on with the scenario and the events that woke it', () => {
    const one = play([
      { id: 'w', wait: { for: ['task.assigned'] } },
      { id: 's', start: { scenario: 'other' } },
    ])
    one.give({ kind: 'event', event: { id: 'woke', name: 'task.assigned', data: {} } })
    expect(one.out).toMatchObject({ chain: { scenarios: ['made'], events: ['woke'] } })
  })
})

describe('a stop from outside', () => {
  const reason = { code: 'by_person', message: 'Stopped by Ann' }
  it.each([
    ['waits', [{ id: 'w', wait: { timeout: '1h' } }], null],
    ['has an effect out', [tag('a')], { step: 'a' }],
    ['is blocked', [{ id: 'w', wait: { until: 'open', calendar: 'gone' } }], null],
  ])('ends a run that %s, for good', (_, steps, asked) => {
    const one = play(steps)
    one.give({ kind: 'stop', reason })
    expect(one.run).toMatchObject({ state: 'stopped', reason, waiting: null, asked })
    const { run } = one
    one.give({ kind: 'answer', step: 'a', number: 1, answer: { ok: true } })
    one.event('message.received').after(DAY).start()
    one.give({ kind: 'resume' })
    expect(one.run).toBe(run)
  })
})

describe('what is not as it should be', () => {
  it('a run begins once', () => {
    const one = play([tag('a')])
    const { run } = one
    expect(one.start().run).toBe(run)
    const fresh = new Play(one.document)
    expect(fresh.event('message.received').after(DAY).log).toEqual([])
    expect(fresh.after(90 * DAY).run).toMatchObject({ state: 'stopped', reason: { code: 'limit_lifetime' } })
  })

  it('a step that is gone blocks the run', () => {
    const one = play([
      { id: 'a', wait: { timeout: '1h' } },
      { id: 'b', wait: { timeout: '1h' } },
    ])
    const other = new Play(makeDocument([tag('c')]))
    other.run = { ...one.run, state: 'blocked', waiting: null }
    other.give({ kind: 'resume' })
    expect(other.run).toMatchObject({ state: 'blocked', reason: { code: 'step_missing' } })
  })

  it('surroundings that are no JSON block the run', () => {
    const one = new Play(makeDocument([{ id: 'a', tag: '{{ contact.name }}' }]))
    one.surroundings = { ...one.surroundings, contact: { at: new Date(0) } as never }
    expect(one.start().run).toMatchObject({ state: 'blocked', reason: { code: 'invalid_surroundings' } })
  })
})
