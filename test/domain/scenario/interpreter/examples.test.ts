import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import type { ScenarioDocument } from '../../../../src/domain/scenario/document/scenario-document.ts'
import { buttonEnabled, matchesTrigger } from '../../../../src/domain/scenario/interpreter/matches-trigger.ts'
import { triggerScope } from '../../../../src/domain/scenario/interpreter/surroundings-scope.ts'
import { QUOTE_FOLLOW_UP, SEND_ADDRESS } from '../document/examples.ts'
import { CLOSED_WINDOW, DAY, event, NOON, Play, SURROUNDINGS } from './play.ts'

function read(text: string): ScenarioDocument {
  const result = readDocument(text)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.document
}

/** From Tuesday noon to Friday noon: two business days, with a holiday between them. */
const TWO_BUSINESS_DAYS = 3 * DAY

describe('“Remind about a quote”', () => {
  const document = read(QUOTE_FOLLOW_UP)
  const sent = { ...event('task.status_changed', { from: 'new', to: 'quote_sent' }), id: 'e1' }
  const begin = () => new Play(document).start({ event: sent })

  it('starts when the quote is sent', () => {
    const at = (to: string) => {
      const happened = event('task.status_changed', { to })
      const scope = triggerScope(SURROUNDINGS, happened, NOON)
      if (!scope.ok) throw new Error(scope.message)
      return matchesTrigger(document.trigger, happened, scope.scope)
    }
    expect(at('quote_sent')).toMatchObject({ fires: true, result: { ok: true } })
    expect(at('done')).toMatchObject({ fires: false, reason: 'condition', result: { ok: false } })
  })

  it('reminds, and closes where nobody answers', () => {
    const one = begin().after(TWO_BUSINESS_DAYS)
    expect(one.out).toMatchObject({
      do: 'sendTemplate',
      template: { name: 'quote_reminder', language: 'auto', body: ['Ana', '120'] },
    })
    one.answer().after(5 * DAY)
    expect(one.out).toMatchObject({ do: 'setStatus', status: 'no_answer' })
    expect(one.answer().run).toMatchObject({ state: 'finished', used: { messages: 1, effects: 2 } })
    expect(one.outcomes).toEqual([
      'start started',
      'w1 waits',
      'w1 time onTimeout',
      'remind asked',
      'remind done',
      'w2 waits',
      'w2 time onTimeout',
      'close asked',
      'close done',
      'end done',
      'end finished',
    ])
    expect(one.log.map(({ n }) => n)).toEqual(one.log.map((_, index) => index + 1))
  })

  it.each([
    ['yes, please', { do: 'assign', to: { rule: 'least_busy', group: 'sales' } }],
    ['Да', { do: 'assign' }],
    ['not now', { do: 'comment', notify: ['assignee'], send: null }],
  ])('takes “%s” at once', (text, deed) => {
    const one = begin().event('message.received', { kind: 'text', text })
    expect(one.out).toMatchObject(deed)
    expect(one.answer().run.state).toBe('finished')
  })

  it('takes a button that is pressed after the reminder', () => {
    const one = begin().after(TWO_BUSINESS_DAYS).answer()
    one.event('message.received', { kind: 'button_reply', buttonPayload: 'accept' })
    expect(one.out).toMatchObject({ step: 'take', do: 'assign' })
  })

  it('stops where an employee writes', () => {
    const one = begin()
    one.give({ kind: 'interrupt', by: 'humanReply' })
    expect(one.run).toMatchObject({ state: 'stopped', reason: { code: 'human_reply', step: 'w1' } })
  })
})

describe('“Send our address”', () => {
  const document = read(SEND_ADDRESS)
  const pressed = { event: event('button.pressed'), pressedBy: 'u1' }

  it('can be pressed while the task is active', () => {
    const enabled = (active: boolean) => {
      const task = { status: { key: 'x', active } }
      const scope = triggerScope({ ...SURROUNDINGS, task }, null, NOON)
      if (!scope.ok) throw new Error(scope.message)
      return buttonEnabled(document.trigger, scope.scope)
    }
    expect(enabled(true)).toMatchObject({ enabled: true, result: { ok: true } })
    expect(enabled(false)).toMatchObject({ enabled: false, result: { ok: false, actual: false } })
  })

  it('sends the address of the branch', () => {
    const one = new Play(document).start({ ...pressed, inputs: { branch: 'south' } })
    expect(one.run).toMatchObject({ inputs: { branch: 'south' }, pressedBy: 'u1' })
    expect(one.out).toMatchObject({ do: 'sendText', text: 'Our address: 2 South St', ifWindowClosed: 'template' })
    expect(one.answer().run.state).toBe('finished')
  })

  it('sends the template while the window is closed', () => {
    const one = new Play(document, { surroundings: CLOSED_WINDOW }).start({ ...pressed, inputs: { branch: 'north' } })
    expect(one.effects).toMatchObject([
      { do: 'sendTemplate', action: 'sendText', template: { name: 'address', language: 'ru', body: ['north'] } },
    ])
  })

  it('does nothing without a branch', () => {
    const one = new Play(document).start(pressed)
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'invalid_input' } })
    expect(one.effects).toEqual([])
  })
})
