import { describe, expect, it } from 'vitest'
import { CLOSED_WINDOW, DAY, makeDocument, Play, play } from './play.ts'

const template = { name: 'fallback', language: 'es', body: ['{{ contact.firstName }}'] }
const STEPS = {
  sendText: { text: 'Hi' },
  sendInteractive: { text: 'Hi', buttons: [{ id: 'y', title: 'Yes' }] },
  sendFile: { attachmentId: 'f' },
  sendQuickReply: { quickReply: 'hello' },
  comment: { text: 'Hi', notify: ['contact'] },
}

const closed = (action: string, step: object, ifWindowClosed?: unknown) =>
  new Play(
    makeDocument([
      { id: 'a', [action]: { ...step, ...(ifWindowClosed !== undefined && { ifWindowClosed }) } },
      { id: 'z', tag: 'x' },
    ]),
    { surroundings: CLOSED_WINDOW },
  ).start()

describe.each(Object.entries(STEPS))('%s while the reply window is closed', (action, step) => {
  it('fails where nothing is said, and where fail is said', () => {
    for (const mode of [undefined, 'fail']) {
      const one = closed(action, step, mode)
      expect(one.effects).toEqual([])
      expect(one.run).toMatchObject({ state: 'failed', at: 'a', reason: { code: 'window_closed' } })
    }
  })

  it('is left out and the run goes on: skip', () => {
    const one = closed(action, step, 'skip')
    expect(one.outcomes).toContain('a skipped')
    expect(one.effects).toMatchObject([{ step: 'z' }])
    expect(one.run.used.messages).toBe(0)
  })

  it('waits for the client, and goes then: park', () => {
    const one = closed(action, step, 'park')
    expect(one.effects).toEqual([])
    expect(one.run).toMatchObject({
      state: 'waiting',
      at: 'a',
      waiting: { what: 'window', events: ['message.received'] },
    })
    one.event('message.delivered').after(DAY)
    expect(one.effects).toEqual([])
    const { event } = one.run
    one.event('message.received', { text: 'hi' })
    // What is said is about what the run saw before.
    expect(one.run.event).toEqual(event)
    expect(one.out).toMatchObject({ step: 'a', number: 1, do: action })
    one.answer()
    expect(one.out).toMatchObject({ step: 'z' })
  })

  it('becomes the template', () => {
    const one = closed(action, step, { template })
    expect(one.effects).toMatchObject([
      { step: 'a', action, do: 'sendTemplate', template: { name: 'fallback', language: 'es', body: ['Ana'] } },
    ])
    expect(one.answer().run.used.messages).toBe(1)
    expect(one.out).toMatchObject({ step: 'z' })
  })

  it('does the same where only the gate of the send finds it closed', () => {
    const refused = { ok: false, code: 'window_closed', message: 'x', final: true } as const
    const gate = (mode: unknown) =>
      play(
        [
          { id: 'a', [action]: { ...step, ifWindowClosed: mode } },
          { id: 'z', tag: 'x' },
        ],
        { trigger: { event: 'message.received' } },
      ).answer(refused)
    expect(gate('fail').run.state).toBe('failed')
    expect(gate('skip').out).toMatchObject({ step: 'z' })
    expect(gate('park').run.waiting?.what).toBe('window')
    const instead = gate({ template })
    expect(instead.out).toMatchObject({ number: 2, do: 'sendTemplate', action })
    // A template knows no window: there is no second fallback.
    expect(instead.answer(refused).run).toMatchObject({ state: 'failed', used: { messages: 0 } })
  })

  it('is tried where the window is open', () => {
    const one = play([{ id: 'a', [action]: { ...step, ifWindowClosed: 'fail' } }])
    expect(one.out).toMatchObject({ do: action })
    expect(one.answer().run).toMatchObject({ state: 'finished', used: { messages: 1 } })
  })
})

describe('the reply window', () => {
  const text = (id: string) => ({ id, sendText: { text: 'Hi', ifWindowClosed: 'skip' } })
  const from = (steps: object[]) =>
    new Play(makeDocument(steps, { trigger: { event: 'message.received' } }), { surroundings: CLOSED_WINDOW }).start({
      event: { id: 'm1', name: 'message.received', data: {} },
    })

  it('counts as open behind a message, until the next wait', () => {
    const one = from([text('a'), { id: 'w', wait: { timeout: '1m' } }, text('b'), text('c')])
    expect(one.out).toMatchObject({ step: 'a' })
    one.answer().after(60_000)
    expect(one.outcomes.filter((line) => line.endsWith('skipped'))).toEqual(['b skipped', 'c skipped'])
  })

  it('counts as open behind a wait for a message, not behind one for something else', () => {
    const wait = { for: ['message.received', 'task.assigned'] }
    expect(from([{ id: 'w', wait }, text('a')]).event('message.received').out).toMatchObject({ step: 'a' })
    expect(from([{ id: 'w', wait }, text('a')]).event('task.assigned').out).toBeNull()
  })

  it('counts as open behind a countdown that messages began', () => {
    const wait = { for: ['message.received'], debounce: '10s' }
    const one = from([{ id: 'w', wait }, text('a')])
    one.event('message.received', { text: 'last' }).after(10_000)
    expect(one.out).toMatchObject({ step: 'a' })
    expect(one.run.event).toMatchObject({ data: { text: 'last' } })
  })

  it('does not count as open behind a call', () => {
    expect(from([{ id: 'k', call: { scenario: 'other' } }, text('a')]).answer().out).toBeNull()
  })

  it('is no matter for an internal comment and for a template', () => {
    const steps = [
      { id: 'a', comment: { text: 'x' } },
      { id: 'b', sendTemplate: template },
    ]
    const one = new Play(makeDocument(steps), { surroundings: CLOSED_WINDOW }).start().answer()
    expect(one.effects.map((effect) => effect.do)).toEqual(['comment', 'sendTemplate'])
    expect(one.run.used.messages).toBe(0)
  })
})

describe('a message', () => {
  it('that an employee took back stops the run', () => {
    const one = play([
      { id: 'a', sendText: { text: 'Hi', hold: '30s', ifWindowClosed: 'fail' } },
      { id: 'b', tag: 'x' },
    ])
    one.answer({ ok: false, code: 'undone', message: 'Taken back', final: true })
    expect(one.run).toMatchObject({ state: 'stopped', reason: { code: 'undone' } })
    expect(one.effects).toHaveLength(1)
  })

  it.each([
    ['humanReply', 'stopped'],
    ['taskClosed', 'stopped'],
    ['newScenario', 'waiting'],
  ] as const)('that is parked minds %s as a wait does', (by, state) => {
    const one = closed('sendText', { text: 'Hi' }, 'park')
    one.give({ kind: 'interrupt', by })
    expect(one.run.state).toBe(state)
  })
})
