import { describe, expect, it } from 'vitest'
import type { Json } from '../../../web/src/scenario-editor/text/json.ts'
import { branchesOf } from '../../../web/src/scenario-editor/tree/branches.ts'
import { branchText, conditionText, summaryOf, triggerText } from '../../../web/src/scenario-editor/tree/summary.ts'
import { en } from '../../../web/src/scenario-editor/words.en.ts'
import { ru } from '../../../web/src/scenario-editor/words.ru.ts'

const steps: [Json, string, string][] = [
  [
    { id: 'a', sendText: { text: 'Hello {{ contact.firstName | default: "there" }}!' } },
    "Send “Hello {client's first name}!”",
    'Отправить «Hello {имя клиента без фамилии}!»',
  ],
  [
    { id: 'a', sendTemplate: { name: 'quote_reminder' } },
    'Send template quote_reminder',
    'Отправить шаблон quote_reminder',
  ],
  [
    {
      id: 'a',
      sendInteractive: {
        text: 'OK?',
        buttons: [
          { id: 'y', title: 'Yes' },
          { id: 'n', title: 'No' },
        ],
      },
    },
    'Ask “OK?”: Yes, No',
    'Спросить «OK?»: Yes, No',
  ],
  [
    { id: 'a', wait: { for: ['message.received'], timeout: '2bd', calendar: 'sales' } },
    'Wait for an answer, at most 2 business days',
    'Ждать: ответ клиента, не дольше 2 рабочих дней',
  ],
  [{ id: 'a', wait: { timeout: '1h' } }, 'Wait 1 hour', 'Ждать 1 час'],
  [{ id: 'a', wait: { timeout: '5m' } }, 'Wait 5 minutes', 'Ждать 5 минут'],
  [
    { id: 'a', wait: { for: ['message.received', 'task.status_changed'], timeout: '21d' } },
    'Wait for an answer or the status of the task changed, at most 21 days',
    'Ждать: ответ клиента или изменился статус задачи, не дольше 21 дня',
  ],
  [{ id: 'a', wait: { until: 'open', calendar: 'support' } }, 'Wait until support opens', 'Ждать до открытия support'],
  [
    {
      id: 'a',
      if: {
        any: [
          { field: 'event.text', contains: 'yes' },
          { field: 'contact.optedOut', is: false },
        ],
      },
    },
    'If text of the message contains “yes” or client stopped advertising: no',
    'Если текст сообщения содержит «yes» или клиент отказался от рекламы: нет',
  ],
  [
    { id: 'a', assign: { rule: 'least_busy', group: 'sales' } },
    'Assign to the least busy of sales',
    'Назначить: наименее занятый из группы sales',
  ],
  [
    { id: 'a', comment: { text: 'Please read', notify: ['assignee', { group: 'leads' }] } },
    'Note “Please read” for the assignee, everybody of leads',
    'Заметка «Please read», уведомить: исполнитель, все из группы leads',
  ],
  [
    { id: 'a', comment: { text: 'Hi', notify: ['contact'] } },
    'Comment to the client: “Hi”',
    'Комментарий клиенту: «Hi»',
  ],
  [{ id: 'a', comment: { text: 'Hi' } }, 'Note “Hi”', 'Заметка «Hi»'],
  [{ id: 'a', close: true }, 'Close the task', 'Закрыть задачу'],
  [{ id: 'a', close: { status: 'cancelled' } }, 'Close the task as cancelled', 'Закрыть задачу со статусом cancelled'],
  [{ id: 'a', repeat: { max: 3 }, steps: [] }, 'Repeat up to 3 times', 'Повторить до 3 раз'],
  [{ id: 'a', http: { endpoint: 'crm', path: '/leads' } }, 'POST crm/leads', 'POST crm/leads'],
  [{ id: 'a', set: { price: 1, name: 'x' } }, 'Set price, name', 'Задать price, name'],
  [
    { id: 'a', setField: { field: 'total', value: { cel: 'vars.price * 3' } } },
    'Set field total to vars.price * 3',
    'Поле задачи total: vars.price * 3',
  ],
  [{ id: 'a', stop: true }, 'End the scenario', 'Завершить сценарий'],
  [{ id: 'a', name: 'My own words', stop: true }, 'My own words', 'My own words'],
  [{ id: 'a', dance: true }, 'A step that the form does not know', 'Шаг, которого форма не знает'],
  ['text', 'A step that the form does not know', 'Шаг, которого форма не знает'],
]

describe('what a step does, in words', () => {
  it.each(steps)('%j', (step, english, russian) => {
    expect(summaryOf(step, en)).toBe(english)
    expect(summaryOf(step, ru)).toBe(russian)
  })
})

describe('what starts a scenario, in words', () => {
  it.each<[Json, string]>([
    [{ event: 'message.received' }, 'When: a message from the client'],
    [{ event: 'message.received', kinds: ['text', 'voice'] }, 'When: a message from the client (text, voice message)'],
    [
      { event: 'conversation.idle', for: '2bd', calendar: 'sales' },
      'When: nobody has written for a while (2 business days)',
    ],
    [{ event: 'tag.added', tag: 'vip' }, 'When: a tag was added (vip)'],
    [{ button: { label: 'Send address' } }, 'Button “Send address”'],
    [{ event: 'not.known' }, 'When: not.known'],
    [{}, 'Nothing starts it yet'],
  ])('%j', (trigger, words) => expect(triggerText(trigger, en)).toBe(words))
})

describe('a condition, in words', () => {
  it.each<[Json, string]>([
    [{ field: 'task.fields.amount', gt: 1000 }, 'task field amount is more than 1000'],
    [{ field: 'task.dueAt', lt: '2026-06-01' }, 'when the task is due is before “2026-06-01”'],
    [{ field: 'contact.fields.city', exists: false }, 'client field city is empty'],
    [{ field: 'vars.n', between: [1, 2] }, 'variable n is between 1 and 2'],
    [{ field: 'calendar.sales.open', is: true }, 'sales is open'],
    [
      { all: [{ field: 'vars.a', is: 'x' }, { any: [{ cel: 'true' }, { cel: 'false' }] }] },
      'variable a is “x” and (true or false)',
    ],
    [{ none: [{ cel: 'a' }, { cel: 'b' }] }, 'none of: a, b'],
    [{ field: 'a', is: 1, isNot: 2 }, '…'],
  ])('%j', (condition, words) => expect(conditionText(condition, en)).toBe(words))
})

it('says over each branch when it is taken', () => {
  // biome-ignore-start lint/suspicious/noThenProperty: the word of the format
  const step = {
    id: 'a',
    switch: 'event.text',
    cases: [
      { is: 'x', then: [] },
      { in: ['y', 1], then: [] },
    ],
    else: [],
  }
  // biome-ignore-end lint/suspicious/noThenProperty: the word of the format
  expect(branchesOf(step).map((branch) => branchText(step, branch, en))).toEqual([
    'If it is “x”',
    'If it is “y” or 1',
    'Anything else',
  ])
  const wait = { id: 'w', wait: { for: ['message.received'], timeout: '1d' } }
  expect(branchesOf(wait).map((branch) => branchText(wait, branch, en))).toEqual([
    'When the client answers',
    'When the time is up',
  ])
})
