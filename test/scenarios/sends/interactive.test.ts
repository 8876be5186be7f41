import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../kit/eventually.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage('1650901')
})
afterAll(() => stage.close())

it('buttons: the client taps one, and the run goes the way of that one', async () => {
  await publishDocument(
    stage,
    `
id: offer
name: Offer
trigger: { event: message.received, when: { field: event.text, contains: offer } }
steps:
  - id: ask
    sendInteractive:
      text: 'Does it suit you, {{ contact.firstName }}?'
      header: Our offer
      footer: Until Friday
      buttons: [ { id: accept, title: 'Yes, please' }, { id: decline, title: 'No' } ]
  - { id: w, wait: { for: [message.received], timeout: 5d } }
  - id: which
    if: { all: [ { field: event.kind, is: button_reply }, { field: event.buttonPayload, is: accept } ] }
    then: [ { id: yes, comment: { text: 'Accepted by {{ event.buttonText }}' } } ]
    else: [ { id: no, comment: { text: 'Not accepted' } } ]
`,
  )
  const number = stage.newNumber()
  const task = await stage.write(number, 'an offer?')
  const shown = await eventually(async () => {
    const [message] = await stage.received(number)
    if (!message) throw new Error('nothing came')
    return message
  })
  expect(shown).toMatchObject({
    kind: 'interactive',
    text: 'Our offer\nDoes it suit you, Ann?\nUntil Friday',
    buttons: [
      { kind: 'reply', text: 'Yes, please', value: 'accept' },
      { kind: 'reply', text: 'No', value: 'decline' },
    ],
  })
  await stage.runIn(task.conversationId, 'waiting')
  await stage.phone({
    from: number,
    interactive: { type: 'button_reply', button_reply: { id: 'accept', title: 'Yes, please' } },
    replyTo: shown.id,
  })
  await stage.runIn(task.conversationId, 'finished')
  const feed = await stage.feed(task.id)
  expect(feed.find(({ author }) => author.kind === 'scenario')).toMatchObject({
    kind: 'interactive',
    text: 'Our offer\nDoes it suit you, Ann?\nUntil Friday',
    data: {
      type: 'buttons',
      header: 'Our offer',
      body: 'Does it suit you, Ann?',
      footer: 'Until Friday',
      buttons: [
        { kind: 'reply', text: 'Yes, please', id: 'accept' },
        { kind: 'reply', text: 'No', id: 'decline' },
      ],
    },
  })
  expect(feed.at(-1)?.text).toBe('Accepted by Yes, please')
})

it('a list: the row that was tapped is what scenarios see', async () => {
  await publishDocument(
    stage,
    `
id: branches
name: Branches
trigger: { event: message.received, when: { field: event.text, contains: where } }
steps:
  - id: ask
    sendInteractive:
      text: Which branch?
      list:
        button: Choose
        sections:
          - { title: City, rows: [ { id: north, title: North St, description: Open till six } ] }
          - { title: Suburb, rows: [ { id: south, title: South St } ] }
  - { id: w, wait: { for: [message.received], timeout: 5d } }
  - { id: note, comment: { text: '{{ event.kind }}: {{ event.buttonPayload }}' } }
`,
  )
  const number = stage.newNumber()
  const task = await stage.write(number, 'where are you?')
  const shown = await eventually(async () => {
    const [message] = await stage.received(number)
    if (!message) throw new Error('nothing came')
    return message
  })
  expect(shown).toMatchObject({
    text: 'Which branch?',
    buttons: [
      { kind: 'row', text: 'North St', value: 'north', description: 'Open till six' },
      { kind: 'row', text: 'South St', value: 'south', description: null },
    ],
  })
  await stage.runIn(task.conversationId, 'waiting')
  await stage.phone({
    from: number,
    interactive: { type: 'list_reply', list_reply: { id: 'south', title: 'South St' } },
    replyTo: shown.id,
  })
  await stage.runIn(task.conversationId, 'finished')
  expect((await stage.feed(task.id)).at(-1)?.text).toBe('list_reply: south')
})

it('a link, and what does not fit once it is filled in', async () => {
  await publishDocument(
    stage,
    `
id: pay
name: Payment link
trigger: { event: message.received, when: { field: event.text, startsWith: pay } }
steps:
  - id: link
    sendInteractive: { text: Pay here, link: { title: Pay, url: '{{ event.text | replace: "pay ", "" }}' } }
`,
  )
  const number = stage.newNumber()
  const task = await stage.write(number, 'pay https://pay.example/42')
  await stage.runIn(task.conversationId, 'finished')
  expect(await stage.received(number)).toMatchObject([
    { text: 'Pay here', buttons: [{ kind: 'url', text: 'Pay', value: 'https://pay.example/42' }] },
  ])

  const other = stage.newNumber()
  const refused = await stage.write(other, 'pay javascript:alert(1)')
  expect((await stage.runIn(refused.conversationId, 'failed')).reason_code).toBe('interactive_invalid')
  expect(await stage.received(other)).toEqual([])
})

it.each([
  ['two buttons of one id', 'text: x, buttons: [ { id: a, title: A }, { id: a, title: B } ]'],
  ['two buttons of one title', 'text: x, buttons: [ { id: a, title: A }, { id: b, title: A } ]'],
  [
    'two rows of one id',
    'text: x, list: { button: Open, sections: [ { rows: [ { id: a, title: A }, { id: a, title: B } ] } ] }',
  ],
  ['buttons and a link', "text: x, buttons: [ { id: a, title: A } ], link: { title: Open, url: 'https://a.example' }"],
  ['nothing to tap', 'text: x'],
])('%s: not even published', async (name, content) => {
  const id = name.replaceAll(' ', '-')
  const document = `
id: ${id}
name: ${name}
trigger: { event: message.received }
steps:
  - { id: ask, sendInteractive: { ${content} } }
`
  const { body } = await stage.api<{ ok: boolean }>('POST', '/api/scenarios/check', { document })
  expect(body.ok).toBe(false)
})

it('what may meet a closed window is not published without a word about it', async () => {
  const document = (more: string) => `
id: later
name: Later
trigger: { event: task.status_changed }
steps:
  - { id: ask, sendInteractive: { text: x, buttons: [ { id: a, title: A } ]${more} } }
`
  const ok = async (more: string) =>
    (await stage.api<{ ok: boolean }>('POST', '/api/scenarios/check', { document: document(more) })).body.ok
  expect(await ok('')).toBe(false)
  expect(await ok(', ifWindowClosed: park, hold: 30s, delivery: at_least_once')).toBe(true)
})
