import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WebhookSubject } from '../../../src/domain/scenario/document/triggers.ts'
import type { Json } from '../../../src/domain/scenario/expressions/scope.ts'
import { readSubject, subjectKey, subjectScope } from '../../../src/domain/webhooks/subject.ts'

const REGION = { timeZone: 'UTC', locale: 'en', now: '2026-01-01T00:00:00.000Z' }
const ID = '0199a1b2-0000-7000-8000-0123456789ab'
const read = (about: WebhookSubject, body: Json) => {
  const scope = subjectScope('shop', body)
  if (!scope) throw new Error('no scope')
  const result = readSubject(about, scope, REGION)
  return result.ok ? result.subject : result.code
}

describe('the subject of a webhook', () => {
  it.each<[string, WebhookSubject, Json, unknown]>([
    [
      'a phone as a text',
      { phone: '{{ event.body.tel }}', channel: 'Shop' },
      { tel: ' +1 650 ' },
      { phone: '+1 650', channel: 'Shop' },
    ],
    [
      'a phone as a number',
      { phone: '+{{ event.body.tel }}', channel: 'Shop' },
      { tel: 16505551234 },
      { phone: '+16505551234', channel: 'Shop' },
    ],
    ['a task', { taskNumber: '{{ event.body.task }}' }, { task: 17 }, { taskNumber: 17 }],
    ['a task with its sign', { taskNumber: '{{ event.body.task }}' }, { task: '#17' }, { taskNumber: 17 }],
    ['a task that is none', { taskNumber: '{{ event.body.task }}' }, { task: '17 or 18' }, 'invalid_task_number'],
    ['a negative task', { taskNumber: '{{ event.body.task }}' }, { task: -1 }, 'invalid_task_number'],
    [
      'a task beyond all numbers',
      { taskNumber: '{{ event.body.task }}' },
      { task: '9'.repeat(16) },
      'invalid_task_number',
    ],
    ['a conversation', { conversationId: '{{ event.body.id }}' }, { id: ID.toUpperCase() }, { conversationId: ID }],
    [
      'a conversation that is none',
      { conversationId: '{{ event.body.id }}' },
      { id: '1; drop' },
      'invalid_conversation_id',
    ],
    ['nothing', { taskNumber: '{{ event.body.task }}' }, {}, 'text_failed'],
    ['null', { taskNumber: '{{ event.body.task }}' }, { task: null }, 'text_failed'],
    ['a list', { taskNumber: '{{ event.body.task }}' }, { task: [17] }, 'text_failed'],
    ['a body that is a text', { taskNumber: '{{ event.body.task }}' }, 'task', 'text_failed'],
    ['a body that is the subject', { taskNumber: '{{ event.body }}' }, 17, { taskNumber: 17 }],
    ['its webhook’s name', { taskNumber: '{{ event.webhook }}' }, {}, 'invalid_task_number'],
    ['a prototype', { taskNumber: '{{ event.body.constructor.name }}' }, {}, 'text_failed'],
  ])('is %s', (_, about, body, expected) => {
    expect(read(about, body)).toEqual(expected)
  })

  it('is read from any body without a throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const scope = subjectScope('shop', body as Json)
        if (scope) readSubject({ phone: '{{ event.body.a }}', channel: 'Shop' }, scope, REGION)
      }),
    )
  })

  it('has one key, whatever the order in which it is written', () => {
    expect(subjectKey({ channel: 'Shop', phone: 'x' } as WebhookSubject)).toBe(
      subjectKey({ phone: 'x', channel: 'Shop' }),
    )
    expect(subjectKey({ phone: 'x', channel: 'Shop' })).not.toBe(subjectKey({ phone: 'x', channel: 'Other' }))
  })
})
