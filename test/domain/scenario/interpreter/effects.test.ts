import { describe, expect, it } from 'vitest'
import { ACTIONS } from '../../../../src/domain/scenario/document/step.ts'
import { describeEffect } from '../../../../src/domain/scenario/interpreter/effects.ts'
import { event, makeDocument, Play, play } from './play.ts'

const free = { delivery: 'at_most_once', holdMs: 0, ifWindowClosed: 'fail' }
const VARS = {
  vars: {
    n: { type: 'number', default: 2 },
    m: { type: 'map', default: {} },
    l: { type: 'list', default: [{ id: 't1' }, { id: 't2' }] },
  },
}

/** A step, the effect that it asks for, and what technical logs say of it. */
const TABLE: [action: string, step: object, deed: object, words: string][] = [
  [
    'sendText',
    {
      sendText: { text: 'Hi {{ contact.firstName }}', delivery: 'at_least_once', hold: '30s', ifWindowClosed: 'skip' },
    },
    { do: 'sendText', text: 'Hi Ana', delivery: 'at_least_once', holdMs: 30_000, ifWindowClosed: 'skip' },
    'sendText 6 characters',
  ],
  [
    'sendTemplate',
    {
      sendTemplate: {
        name: 'offer',
        language: 'es_ES',
        header: [{ link: 'https://x.test/{{ task.number }}.png' }],
        body: ['{{ contact.firstName }}', '{{ task.fields.amount }}'],
        buttons: [{ index: 0, value: 'b{{ vars.n }}' }],
      },
    },
    {
      do: 'sendTemplate',
      template: {
        name: 'offer',
        language: 'es_ES',
        header: [{ link: 'https://x.test/7.png' }],
        body: ['Ana', '120'],
        buttons: [{ index: 0, value: 'b2' }],
      },
      delivery: 'at_most_once',
      holdMs: 0,
    },
    'sendTemplate offer es_ES',
  ],
  [
    'sendInteractive',
    {
      sendInteractive: {
        text: 'Pick, {{ contact.firstName }}',
        footer: 'x',
        buttons: [{ id: 'y{{ vars.n }}', title: 'Yes' }],
      },
    },
    { do: 'sendInteractive', text: 'Pick, Ana', footer: 'x', buttons: [{ id: 'y2', title: 'Yes' }], ...free },
    'sendInteractive buttons',
  ],
  [
    'sendInteractive',
    {
      sendInteractive: {
        text: 'Pick',
        list: { button: 'Open', sections: [{ rows: [{ id: 'r', title: '{{ task.title }}' }] }] },
      },
    },
    {
      do: 'sendInteractive',
      text: 'Pick',
      list: { button: 'Open', sections: [{ rows: [{ id: 'r', title: 'Ana' }] }] },
      ...free,
    },
    'sendInteractive list',
  ],
  [
    'sendFile',
    { sendFile: { attachmentId: 'f{{ vars.n }}', caption: 'For {{ contact.name }}' } },
    { do: 'sendFile', attachmentId: 'f2', caption: 'For Ana Ruiz', ...free },
    'sendFile',
  ],
  [
    'sendQuickReply',
    { sendQuickReply: { quickReply: 'hello' } },
    { do: 'sendQuickReply', quickReply: 'hello', ...free },
    'sendQuickReply',
  ],
  [
    'openTask',
    { openTask: { template: 'Sales', title: 'For {{ contact.name }}' } },
    { do: 'openTask', template: 'Sales', title: 'For Ana Ruiz', ifActive: 'use' },
    'openTask use',
  ],
  ['setStatus', { setStatus: 'waiting' }, { do: 'setStatus', status: 'waiting' }, 'setStatus waiting'],
  [
    'setField',
    { setField: { field: 'amount', value: { cel: 'vars.n * 2' } } },
    { do: 'setField', field: 'amount', value: 4 },
    'setField',
  ],
  [
    'assign',
    { assign: { rule: 'least_busy', group: 'sales' } },
    { do: 'assign', to: { rule: 'least_busy', group: 'sales' }, mode: 'replace' },
    'assign replace least_busy',
  ],
  [
    'assign',
    { assign: { employee: '{{ vars.n }}@x.test', mode: 'add' } },
    { do: 'assign', to: { employee: '2@x.test' }, mode: 'add' },
    'assign add employee',
  ],
  [
    'addParticipants',
    { addParticipants: { groups: ['sales'] } },
    { do: 'addParticipants', employees: [], groups: ['sales'] },
    'addParticipants 0 employees, 1 groups',
  ],
  [
    'comment',
    { comment: { text: 'Look at {{ contact.name }}', notify: ['assignee'] } },
    { do: 'comment', text: 'Look at Ana Ruiz', notify: ['assignee'], send: null },
    'comment internal 16 characters',
  ],
  [
    'comment',
    { comment: { text: 'Hello', notify: ['contact'] } },
    { do: 'comment', text: 'Hello', notify: ['contact'], send: free },
    'comment to the client 5 characters',
  ],
  ['close', { close: true }, { do: 'close', status: null }, 'close'],
  ['close', { close: { status: 'done' } }, { do: 'close', status: 'done' }, 'close done'],
  [
    'setContactField',
    { setContactField: { field: 'city', value: ['{{ contact.firstName }}', { cel: '1 + 1' }, null] } },
    { do: 'setContactField', field: 'city', value: ['Ana', 2, null] },
    'setContactField',
  ],
  ['tag', { tag: 'n{{ vars.n }}' }, { do: 'tag', tag: 'n2' }, 'tag'],
  ['untag', { untag: 'vip' }, { do: 'untag', tag: 'vip' }, 'untag'],
  ['optOut', { optOut: true }, { do: 'optOut' }, 'optOut'],
  [
    'http',
    {
      http: {
        endpoint: 'crm',
        path: '/{{ task.id }}',
        query: { q: '{{ contact.name }}' },
        body: { n: { cel: 'vars.n' } },
        timeout: '5s',
      },
    },
    {
      do: 'http',
      endpoint: 'crm',
      method: 'POST',
      path: '/t1',
      query: { q: 'Ana Ruiz' },
      body: { n: 2 },
      timeoutMs: 5_000,
      retries: 3,
    },
    'http POST crm',
  ],
  [
    'emit',
    { emit: { event: 'sold', data: { who: '{{ contact.name }}', n: { cel: 'vars.n + 1' } } } },
    { do: 'emit', event: 'sold', data: { who: 'Ana Ruiz', n: 3 } },
    'emit sold',
  ],
  [
    'find',
    { find: { tasks: { field: 'task.fields.amount', gt: 5 }, limit: 10, into: 'l' } },
    {
      do: 'find',
      what: 'tasks',
      where: { field: 'task.fields.amount', gt: 5 },
      limit: 10,
      scope: {
        event: { id: 'e0', name: 'task.created' },
        vars: { n: 2, m: {}, l: [{ id: 't1' }, { id: 't2' }] },
        inputs: {},
      },
    },
    'find tasks at most 10',
  ],
  [
    'start',
    { start: { scenario: 'other', with: { n: { cel: 'vars.n' } }, each: 'vars.l' } },
    {
      do: 'start',
      scenario: 'other',
      with: { n: 2 },
      each: [{ id: 't1' }, { id: 't2' }],
      chain: { scenarios: ['made'], events: ['e0'] },
    },
    'start other for 2',
  ],
  ['cancel', { cancel: { scenario: 'other' } }, { do: 'cancel', scenario: 'other' }, 'cancel other'],
  [
    'call',
    { call: { scenario: 'other', with: { a: 'x{{ vars.n }}' }, into: 'm' } },
    { do: 'call', scenario: 'other', with: { a: 'x2' }, chain: { scenarios: ['made'], events: ['e0'] } },
    'call other',
  ],
  [
    'handoff',
    { handoff: { to: { group: 'sales' }, note: 'Ask {{ contact.firstName }}' } },
    { do: 'handoff', to: { group: 'sales' }, note: 'Ask Ana' },
    'handoff group',
  ],
  ['handoff', { handoff: {} }, { do: 'handoff', to: null, note: null }, 'handoff'],
]

const begin = (step: object) =>
  new Play(
    makeDocument(
      [
        { id: 'a', ...step },
        { id: 'z', tag: 'last' },
      ],
      VARS,
    ),
  ).start({
    event: { ...event('task.created'), id: 'e0' },
  })

describe('steps with an effect', () => {
  it('are all in the table, but for those that are done inside', () => {
    const inside = ['if', 'switch', 'wait', 'waitAny', 'repeat', 'set', 'stop']
    expect(new Set([...TABLE.map(([action]) => action), ...inside])).toEqual(new Set(ACTIONS))
  })

  it.each(TABLE)('%s asks with everything filled in, and goes on when it is answered', (action, step, deed, words) => {
    const one = begin(step)
    expect(one.effects).toEqual([{ step: 'a', number: 1, action, ...deed }])
    expect(one.run).toMatchObject({ state: 'running', at: 'a', asked: { step: 'a', number: 1, action } })
    expect(one.log.at(-1)).toMatchObject({ step: 'a', outcome: 'asked', inputs: deed, effect: 1 })
    expect(one.effects.map(describeEffect)).toEqual([words])
    one.answer({ ok: true, value: action === 'find' ? [] : {} })
    if (action === 'handoff') expect(one.run).toMatchObject({ state: 'finished', at: null, asked: null })
    else expect(one.out).toMatchObject({ step: 'z', number: 2, do: 'tag' })
  })

  it.each(TABLE)('%s fails the run with the reason, where it cannot be done', (_, step) => {
    const one = begin(step).answer({ ok: false, code: 'no_way', message: 'Not possible', final: true })
    expect(one.run).toMatchObject({ state: 'failed', at: 'a', reason: { code: 'no_way', step: 'a' } })
    expect(one.effects).toHaveLength(1)
  })

  it.each(TABLE)('%s blocks the run where a person can mend it, and is asked for again', (_, step, deed) => {
    const one = begin(step).answer({ ok: false, code: 'reference_deleted', message: 'The group is gone', final: false })
    expect(one.run).toMatchObject({ state: 'blocked', at: 'a', asked: null, reason: { code: 'reference_deleted' } })
    one.event('message.received').after(1000)
    expect(one.run.state).toBe('blocked')
    one.give({ kind: 'resume' })
    expect(one.out).toMatchObject({ ...deed, step: 'a', number: 2 })
  })

  it('take only the answer that is theirs', () => {
    const one = begin({ tag: 'x' })
    const before = JSON.stringify(one.run)
    for (const [step, number] of [
      ['a', 2],
      ['b', 1],
      ['a', 0],
    ] as const) {
      const advanced = one.give({ kind: 'answer', step, number, answer: { ok: true } })
      expect(advanced).toEqual({ run: one.run, effects: [], log: [] })
    }
    expect(JSON.stringify(one.run)).toBe(before)
    one.answer()
    // The same answer once more, from a worker that was slow.
    expect(one.give({ kind: 'answer', step: 'a', number: 1, answer: { ok: true } }).log).toEqual([])
  })
})

describe('values from outside', () => {
  const http = (more: object, onError?: object[]) =>
    play(
      [
        { id: 'a', http: { endpoint: 'crm', ...more }, ...(onError && { onError }) },
        { id: 'b', tag: 'v{{ vars.m.id }}' },
      ],
      VARS,
    )

  it('of http come into a variable', () => {
    const one = http({ into: 'm', response: { id: { type: 'number' }, note: { type: 'string', optional: true } } })
    one.answer({ ok: true, value: { id: 5, more: [1] } })
    expect(one.run.vars.m).toEqual({ id: 5, more: [1] })
    expect(one.out).toMatchObject({ do: 'tag', tag: 'v5' })
  })

  it.each([
    ['no object', [1], undefined],
    ['nothing', null, undefined],
    ['a key is missing', { x: 1 }, { id: { type: 'number' } }],
    ['a key is null', { id: null }, { id: { type: 'number' } }],
    ['a key has another type', { id: '5' }, { id: { type: 'number' } }],
    ['an inherited key', {}, { constructor: { type: 'map' } }],
  ])('of http are refused: %s', (_, value, response) => {
    const one = http({ into: 'm', ...(response && { response }) })
    one.answer({ ok: true, value })
    expect(one.run).toMatchObject({ state: 'failed', reason: { code: 'invalid_response' } })
  })

  it.each([
    ['a failed call', { ok: false, code: 'http_500', message: 'x', final: true }],
    ['a wrong answer', { ok: true, value: 'text' }],
  ] as const)('go to onError after %s, and on behind it', (_, answer) => {
    const one = http({ into: 'm' }, [{ id: 'e', tag: 'oops' }]).answer(answer)
    expect(one.out).toMatchObject({ step: 'e', tag: 'oops' })
    one.answer()
    expect(one.run).toMatchObject({ state: 'failed', at: 'b', reason: { code: 'missing_value' } })
  })

  it('an empty onError goes on behind the step', () => {
    const one = play([
      { id: 'a', http: { endpoint: 'crm' }, onError: [] },
      { id: 'b', tag: 'x' },
    ])
    one.answer({ ok: false, code: 'http_500', message: 'x', final: true })
    expect(one.out).toMatchObject({ step: 'b' })
  })

  it('an onError does not take what a person has to mend', () => {
    const one = http({ into: 'm' }, [{ id: 'e', tag: 'oops' }])
    one.answer({ ok: false, code: 'endpoint_deleted', message: 'x', final: false })
    expect(one.run.state).toBe('blocked')
  })

  it.each([
    ['no list', { a: 1 }],
    ['too many', [1, 2, 3]],
    ['nothing', null],
  ])('of find are refused: %s', (_, value) => {
    const one = play(
      [{ id: 'a', find: { contacts: { field: 'contact.name', exists: true }, limit: 2, into: 'l' } }],
      VARS,
    )
    expect(one.answer({ ok: true, value }).run).toMatchObject({ state: 'failed', reason: { code: 'invalid_answer' } })
  })

  it('of a called scenario come into a variable; if it was stopped, so is this one', () => {
    const call = [
      { id: 'a', call: { scenario: 'other', into: 'm' } },
      { id: 'b', tag: 'x' },
    ]
    expect(play(call, VARS).answer({ ok: true, value: { a: 1 } }).run.vars.m).toEqual({ a: 1 })
    expect(play(call, VARS).answer({ ok: false, code: 'called_stopped', message: 'x', final: true }).run).toMatchObject(
      { state: 'stopped', reason: { code: 'called_stopped' } },
    )
    expect(play(call, VARS).answer({ ok: false, code: 'called_failed', message: 'x', final: true }).run.state).toBe(
      'failed',
    )
  })
})

describe('texts', () => {
  it.each([
    ['a value is missing', { tag: '{{ contact.fields.city }}' }, 'missing_value'],
    ['the text becomes too long', { tag: '{% for i in (1..200) %}x{% endfor %}' }, 'out_of_bounds'],
    ['the text becomes empty', { tag: '{{ contact.fields.city | default: "" }}' }, 'out_of_bounds'],
    ['it does not compile', { tag: '{{ contact.name' }, 'invalid_text'],
    [
      'the expression has no value',
      { setField: { field: 'a', value: { cel: 'contact.fields.x + 1' } } },
      'missing_field',
    ],
    ['each is missing', { start: { scenario: 'o', each: 'vars.nothing' } }, 'missing_value'],
  ])('that cannot be filled in fail the step: %s', (_, step, code) => {
    const one = play([{ id: 'a', ...step }])
    expect(one.effects).toEqual([])
    expect(one.run).toMatchObject({ state: 'failed', reason: { code, step: 'a' } })
    expect(one.log.map(({ outcome }) => outcome)).toEqual(['started', 'error', 'failed'])
  })

  it('are not looked for in the name of a step', () => {
    expect(play([{ id: 'a', name: 'Tag {{ nothing', tag: 'x' }]).out).toMatchObject({ do: 'tag', tag: 'x' })
  })

  it('of http that cannot be filled in go to onError', () => {
    const one = play([
      { id: 'a', http: { endpoint: 'crm', path: '{{ contact.fields.city }}' }, onError: [{ id: 'b', tag: 'x' }] },
    ])
    expect(one.out).toMatchObject({ step: 'b' })
  })

  it('are in no reason and no description', () => {
    const one = play([{ id: 'a', tag: '{{ contact.name }}{% for i in (1..200) %}x{% endfor %}' }])
    expect(JSON.stringify(one.run.reason)).not.toContain('Ana')
  })
})
