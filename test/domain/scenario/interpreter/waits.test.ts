import { describe, expect, it } from 'vitest'
import { awaits, deadlineOf } from '../../../../src/domain/scenario/interpreter/run.ts'
import { awaitedEvents } from '../../../../src/domain/scenario/interpreter/wait-steps.ts'
import { DAY, HOUR, MINUTE, makeDocument, NOON, Play, play, SURROUNDINGS } from './play.ts'

const tag = (id: string) => ({ id, tag: id })
const waiting = (wait: object, more: object = {}, document: object = {}) =>
  play([{ id: 'w', wait, ...more }, tag('z')], document)
const inBranches = { onReply: [tag('reply')], onTimeout: [tag('late')] }

describe('wait', () => {
  it('for an event: goes on with it, through onReply', () => {
    const one = waiting({ for: ['message.received'], timeout: '1h' }, inBranches)
    expect(one.run).toMatchObject({ state: 'waiting', at: 'w', waiting: { since: NOON, deadline: NOON + HOUR } })
    expect(awaits(one.run)).toEqual(['message.received'])
    expect(awaitedEvents(one.run, one.document)).toEqual(['message.received'])
    one.event('message.received', { text: 'hello' })
    expect(one.run.event).toMatchObject({ name: 'message.received', data: { text: 'hello' } })
    expect(one.out).toMatchObject({ step: 'reply' })
    expect(one.answer().out).toMatchObject({ step: 'z' })
  })

  it('until its time: goes on through onTimeout, and sees what it saw before', () => {
    const one = waiting({ for: ['message.received'], timeout: '1h' }, inBranches)
    const { event } = one.run
    one.after(HOUR - 1)
    expect(one.run.state).toBe('waiting')
    one.after(1)
    expect(one.out).toMatchObject({ step: 'late' })
    expect(one.run.event).toEqual(event)
    expect(one.answer().out).toMatchObject({ step: 'z' })
  })

  it('without branches goes on behind the step', () => {
    expect(waiting({ timeout: '5m' }).after(5 * MINUTE).out).toMatchObject({ step: 'z' })
    expect(waiting({ for: ['task.assigned'] }).event('task.assigned').out).toMatchObject({ step: 'z' })
  })

  it('is not disturbed by what it does not wait for, without a word', () => {
    const one = waiting({
      for: [{ event: 'message.received', kinds: ['text'], when: { field: 'event.text', is: 'go {{x' } }],
    })
    const before = one.run
    for (const data of [{ kind: 'text', text: 'no' }, { kind: 'image' }, {}]) {
      const advanced = one.give({ kind: 'event', event: { id: 'x', name: 'message.received', data } })
      expect(advanced).toEqual({ run: before, effects: [], log: [] })
      expect(advanced.run).toBe(before)
    }
    one.event('task.assigned').after(DAY)
    expect(one.run).toBe(before)
  })

  it('matches with the event that came, and with its variables', () => {
    const when = {
      all: [
        { field: 'event.text', is: 'go' },
        { field: 'vars.n', is: 1 },
      ],
    }
    const one = waiting(
      { for: [{ event: 'message.received', when }] },
      {},
      { vars: { n: { type: 'number', default: 1 } } },
    )
    one.event('message.received', { text: 'go' })
    expect(one.log.find(({ outcome }) => outcome === 'event')?.conditions?.[0]).toMatchObject({ ok: true })
    expect(one.out).toMatchObject({ step: 'z' })
  })

  it('takes an event that comes behind the deadline before the time is told', () => {
    const one = waiting({ for: ['message.received'], timeout: '1h' }, inBranches)
    one.now += 2 * HOUR
    expect(one.event('message.received').out).toMatchObject({ step: 'reply' })
  })

  it.each([
    // Tuesday noon, Thursday is a holiday: Wednesday, Friday; then Monday
    ['2bd', { calendar: 'sales' }, '2026-05-08T10:00:00Z'],
    ['3bd', { calendar: 'sales' }, '2026-05-11T10:00:00Z'],
    // 5 hours of Tuesday, 8 of Wednesday, 1 of Friday
    ['14bh', { calendar: 'sales' }, '2026-05-08T08:00:00Z'],
    ['90s', {}, '2026-05-05T10:01:30Z'],
    ['3d', {}, '2026-05-08T10:00:00Z'],
  ])('for %s is until', (timeout, more, deadline) => {
    const one = waiting({ for: ['message.received'], timeout, ...more })
    expect(new Date(one.run.waiting?.deadline ?? 0).toISOString()).toBe(new Date(deadline).toISOString())
    expect(deadlineOf(one.run)).toBe(Date.parse(deadline))
  })

  it.each([
    ['2026-05-06T09:00:00+02:00', '2026-05-06T07:00:00Z'],
    // a date is the midnight it begins with, where the account is
    ['{{ event.day }}', '2026-05-31T22:00:00Z'],
  ])('until %s', (until, deadline) => {
    const one = new Play(makeDocument([{ id: 'w', wait: { until } }]))
    one.start({ event: { id: 'e', name: 'task.created', data: { day: '2026-06-01' } } })
    expect(one.run.waiting?.deadline).toBe(Date.parse(deadline))
  })

  it('until open: goes straight on while it is open, and at the next opening while it is not', () => {
    const wait = { until: 'open', calendar: 'sales' }
    expect(waiting(wait).out).toMatchObject({ step: 'z' })
    const closed = new Play(makeDocument([{ id: 'w', wait }, tag('z')]))
    closed.now = Date.parse('2026-05-06T15:00:00Z')
    closed.start()
    expect(closed.run.waiting?.deadline).toBe(Date.parse('2026-05-08T07:00:00Z'))
  })

  it('until what is past goes straight on, through onTimeout', () => {
    const one = waiting({ for: ['message.received'], until: '2020-01-01T00:00:00Z' }, inBranches)
    expect(one.out).toMatchObject({ step: 'late' })
  })

  it.each([
    [{ timeout: '2bd', calendar: 'gone' }, 'calendar_missing'],
    [{ timeout: '2bd', calendar: 'constructor' }, 'calendar_missing'],
    [{ timeout: '4bh', calendar: 'never' }, 'never_open'],
    [{ until: 'open', calendar: 'never' }, 'never_open'],
    [{ until: '{{ contact.name }}' }, 'invalid_time'],
    [{ until: '2026-06-31' }, 'invalid_time'],
  ])('%j blocks the run for a person to mend', (wait, code) => {
    const one = waiting(wait)
    expect(one.run).toMatchObject({ state: 'blocked', at: 'w', reason: { code } })
    one.give({ kind: 'resume' })
    expect(one.run).toMatchObject({ state: 'blocked', used: { steps: 2 } })
  })

  it('a mended calendar lets a blocked run go on', () => {
    const document = makeDocument([{ id: 'w', wait: { timeout: '1bd', calendar: 'sales' } }])
    const one = new Play(document, { surroundings: { ...SURROUNDINGS, calendars: {} } }).start()
    one.surroundings = SURROUNDINGS
    one.give({ kind: 'resume' })
    expect(one.run).toMatchObject({ state: 'waiting', reason: null })
  })
})

describe('debounce', () => {
  const wait = { for: ['message.received'], timeout: '1h', debounce: '30s' }

  it('begins its countdown with the first event, restarts with each, and goes on with the last', () => {
    const one = waiting(wait, inBranches)
    expect(deadlineOf(one.run)).toBe(NOON + HOUR)
    one.after(MINUTE).event('message.received', { text: 'one' })
    expect(deadlineOf(one.run)).toBe(NOON + MINUTE + 30_000)
    one.after(29_999).event('message.received', { text: 'two' })
    one.after(29_999)
    expect(one.run).toMatchObject({ state: 'waiting', event: { data: { text: 'two' } } })
    one.after(1)
    expect(one.out).toMatchObject({ step: 'reply' })
    expect(one.outcomes.filter((line) => line.includes('countdown'))).toHaveLength(2)
  })

  it('minds no deadline once somebody has written', () => {
    const one = waiting(wait, inBranches)
    one.now += HOUR - 10_000
    one.event('message.received').after(10_000)
    expect(one.run.state).toBe('waiting')
    expect(one.after(20_000).out).toMatchObject({ step: 'reply' })
  })

  it('lets the deadline count while nobody has', () => {
    expect(waiting(wait, inBranches).after(HOUR).out).toMatchObject({ step: 'late' })
  })
})

describe('waitAny', () => {
  // biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited
  const step = {
    id: 'w',
    waitAny: {
      branches: [
        { for: [{ event: 'message.received', when: { field: 'event.text', is: 'a' } }], then: [tag('a')] },
        { for: ['message.received', 'task.assigned'], then: [tag('b')] },
        { for: ['task.reopened'], then: [] },
      ],
      timeout: '4bh',
      calendar: 'sales',
    },
    onTimeout: [tag('late')],
  }
  // biome-ignore-end lint/suspicious/noThenProperty: the word of the format
  const one = () => play([step, tag('z')])

  it.each([
    ['message.received', { text: 'a' }, 'a'],
    ['message.received', { text: 'x' }, 'b'],
    ['task.assigned', {}, 'b'],
    ['task.reopened', {}, 'z'],
  ] as const)('%s %j takes the first branch that fits', (name, data, at) => {
    expect(one().event(name, data).out).toMatchObject({ step: at })
  })

  it('takes onTimeout', () => {
    expect(awaits(one().run)).toEqual(['message.received', 'task.assigned', 'task.reopened'])
    expect(one().after(4 * HOUR).out).toMatchObject({ step: 'late' })
  })
})

describe('what interrupts a wait', () => {
  const at = (onInterrupt?: object) =>
    waiting({ for: ['message.received'], timeout: '1h' }, { ...inBranches, ...(onInterrupt && { onInterrupt }) })

  it.each([
    ['humanReply', undefined, 'stopped', 'human_reply'],
    ['taskClosed', undefined, 'stopped', 'task_closed'],
    ['newScenario', undefined, 'waiting', undefined],
    ['newScenario', 'cancel', 'stopped', 'new_scenario'],
    ['humanReply', 'ignore', 'waiting', undefined],
    ['taskClosed', 'pause', 'waiting', 'paused'],
    ['humanReply', 'pause', 'waiting', 'paused'],
  ] as const)('%s %s: %s', (by, rule, state, code) => {
    const one = at(rule && { [by]: rule })
    one.give({ kind: 'interrupt', by })
    expect(one.run.state).toBe(state)
    expect(one.run.reason?.code).toBe(code)
  })

  it('pause freezes the wait; what was left of it counts when it goes on', () => {
    const one = at({ humanReply: 'pause' }).after(20 * MINUTE)
    one.give({ kind: 'interrupt', by: 'humanReply' })
    expect(awaits(one.run)).toEqual([])
    expect(deadlineOf(one.run)).toBe(one.run.diesAt)
    const paused = one.run
    one.after(5 * HOUR).event('message.received')
    one.give({ kind: 'interrupt', by: 'humanReply' })
    expect(one.run).toBe(paused)
    one.give({ kind: 'resume' })
    expect(one.run).toMatchObject({ reason: null, waiting: { paused: null, deadline: one.now + 40 * MINUTE } })
    expect(one.after(40 * MINUTE).out).toMatchObject({ step: 'late' })
  })

  it('pause freezes a countdown too', () => {
    const one = waiting({ for: ['message.received'], debounce: '30s' }, { onInterrupt: { humanReply: 'pause' } })
    one.event('message.received').after(10_000)
    one.give({ kind: 'interrupt', by: 'humanReply' })
    one.after(DAY)
    one.give({ kind: 'resume' })
    expect(one.after(19_999).run.state).toBe('waiting')
    expect(one.after(1).out).toMatchObject({ step: 'z' })
  })

  it('a paused wait can still be cancelled', () => {
    const one = at({ humanReply: 'pause' })
    one.give({ kind: 'interrupt', by: 'humanReply' })
    one.give({ kind: 'interrupt', by: 'taskClosed' })
    expect(one.run.state).toBe('stopped')
  })

  it('concerns no run that does not wait', () => {
    const one = play([tag('a')])
    one.give({ kind: 'interrupt', by: 'humanReply' })
    expect(one.run).toMatchObject({ state: 'running', asked: { step: 'a' } })
  })
})
