import { createHmac, randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, TaskId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'
import { addTemplate } from '../../kit/templates.ts'

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  await addTemplate(house, {
    name: 'order_confirmation',
    body: 'Hello {{1}}, your order {{2}} is confirmed. Thank you!',
  })
})
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650555${String(7000 + ++clients)}`

interface Task {
  id: TaskId
  number: number
  conversationId: ConversationId
  status: { key: string }
}
interface Hook {
  id: string
  name: string
  url: string
  secret: string
}

const write = async (from: string, text: string): Promise<Task> => {
  await house.phone({ from, name: 'Ann Example', text })
  return eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })
}
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').map(({ text }) => text)
const runsOf = (conversation: ConversationId) =>
  house.database.db.selectFrom('runs').selectAll().where('conversation_id', '=', conversation).orderBy('id').execute()

async function addHook(name: string, more: object = { verify: 'standard' }): Promise<Hook> {
  const { status, body } = await house.api<Hook>('POST', '/api/incoming-webhooks', { name, ...more })
  expect(status).toBe(201)
  return body
}

/** As another system calls, signed by the library of Standard Webhooks. */
async function call({ url, secret }: Hook, body: unknown, id = randomUUID()): Promise<number> {
  const text = JSON.stringify(body)
  const at = new Date()
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, text),
  }
  return (await fetch(url, { method: 'POST', headers, body: text })).status
}

interface Shown {
  state: string
  outcomes: { scenarios: string[]; starts: boolean; conversationId: string | null; problem: { code: string } | null }[]
}
const shown = async ({ id }: Hook) =>
  (await house.api<{ items: Shown[] }>('GET', `/api/incoming-webhooks/${id}/events`)).body.items

const confirmed = (order: number) => expect.stringContaining(`Hello Ann, your order ${order} is confirmed.`)

describe('a webhook about a number', () => {
  let hook: Hook
  beforeAll(async () => {
    hook = await addHook('orders')
    await publishDocument(
      house,
      `
id: order-paid
name: Thank for the payment
concurrency: parallel
trigger:
  event: webhook.received
  name: orders
  about: { phone: '{{ event.body.customer.phone }}', channel: Shop }
  when: { field: event.body.state, is: paid }
steps:
  - { id: s1, sendTemplate: { name: order_confirmation, language: en_US, body: [Ann, '{{ event.body.number }}'] } }
`,
    )
  })

  it('sends a template to a client whom nobody knew', async () => {
    const number = newNumber()
    expect(await call(hook, { state: 'paid', number: 17, customer: { phone: `+${number}` } })).toBe(200)
    await eventually(async () => expect(await received(number)).toEqual([confirmed(17)]))
    expect((await shown(hook))[0]).toMatchObject({
      state: 'done',
      outcomes: [{ scenarios: ['order-paid'], starts: true, conversationId: expect.any(String), problem: null }],
    })
  })

  it('finds a known client under any form of the number, and once for each id', async () => {
    const number = newNumber()
    const task = await write(number, 'Hi')
    const id = randomUUID()
    const body = { state: 'paid', number: 18, customer: { phone: `+1 (${number.slice(1, 4)}) ${number.slice(4)}` } }
    expect(await call(hook, body, id)).toBe(200)
    expect(await call(hook, body, id)).toBe(200)
    await eventually(async () => expect(await received(number)).toEqual([confirmed(18)]))
    const events = await house.database.db
      .selectFrom('conversation_events')
      .select('kind')
      .where('conversation_id', '=', task.conversationId)
      .where('kind', '=', 'webhook.received')
      .execute()
    expect(events).toHaveLength(1)
  })

  it('gives a new number one conversation, however many webhooks come at once', async () => {
    const number = newNumber()
    const orders = [101, 102, 103, 104]
    const calls = orders.map((order) => call(hook, { state: 'paid', number: order, customer: { phone: `+${number}` } }))
    expect(await Promise.all(calls)).toEqual([200, 200, 200, 200])
    await eventually(async () =>
      expect((await received(number)).toSorted()).toEqual(orders.map((order) => confirmed(order))),
    )
    const known = await house.database.db
      .selectFrom('identities')
      .select('conversation_id')
      .where('value', 'like', `%${number}`)
      .execute()
    expect(new Set(known.map((one) => one.conversation_id)).size).toBe(1)
  })

  it('starts nothing where the number is none, and says so', async () => {
    const before = await house.database.db.selectFrom('conversations').select('id').execute()
    expect(await call(hook, { state: 'paid', number: 19, customer: { phone: 'call me' } })).toBe(200)
    expect(await call(hook, { state: 'paid', number: 19 })).toBe(200)
    const [noPhone, noNumber] = await shown(hook)
    expect([noPhone, noNumber]).toMatchObject([
      { state: 'undeliverable', outcomes: [{ conversationId: null, problem: { code: 'text_failed' } }] },
      { state: 'undeliverable', outcomes: [{ conversationId: null, problem: { code: 'invalid_number' } }] },
    ])
    expect(await house.database.db.selectFrom('conversations').select('id').execute()).toHaveLength(before.length)
  })
})

describe('webhooks about tasks and conversations', () => {
  it('lead each scenario where its own about leads, and to the task that was named', async () => {
    const hook = await addHook('shipping')
    const status = (id: string, about: string, to: string) =>
      publishDocument(
        house,
        `
id: ${id}
name: ${id}
trigger: { event: webhook.received, name: shipping, about: ${about} }
steps: [ { id: s1, setStatus: ${to} }, { id: s2, comment: { text: '${id} {{ event.webhook }}' } } ]
`,
      )
    await status('by-task', `{ taskNumber: '{{ event.body.task }}' }`, 'in_progress')
    await status('by-conversation', `{ conversationId: '{{ event.body.conversation }}' }`, 'waiting')
    const first = await write(newNumber(), 'Hi')
    const second = await write(newNumber(), 'Hi')
    expect(await call(hook, { task: first.number, conversation: second.conversationId })).toBe(200)

    const keysOf = async (conversation: ConversationId) =>
      (await runsOf(conversation)).map(({ run }) => run.scenario.key)
    await eventually(async () => expect(await keysOf(first.conversationId)).toEqual(['by-task']))
    await eventually(async () => expect(await keysOf(second.conversationId)).toEqual(['by-conversation']))
    const statusOf = async ({ id }: Task) => (await house.api<Task>('GET', `/api/tasks/${id}`)).body.status.key
    expect([await statusOf(first), await statusOf(second)]).toEqual(['in_progress', 'waiting'])

    // An older task of a client who has a newer one.
    await house.api('PATCH', `/api/tasks/${first.id}`, { status: 'done' })
    const { requester } = (await house.api<{ requester: { phone: string } }>('GET', `/api/tasks/${first.id}`)).body
    await house.phone({ from: requester.phone.replace('+', ''), name: 'Ann Example', text: 'Again' })
    await eventually(async () => {
      const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${requester.phone.slice(1)}`)
      expect(body.items).toHaveLength(2)
    })
    expect(await call(hook, { task: first.number, conversation: randomUUID() })).toBe(200)
    await eventually(async () => expect(await keysOf(first.conversationId)).toEqual(['by-task', 'by-task']))
    expect((await runsOf(first.conversationId)).map(({ task_id }) => task_id)).toEqual([first.id, first.id])
    expect((await shown(hook))[0]).toMatchObject({
      state: 'undeliverable',
      outcomes: expect.arrayContaining([
        expect.objectContaining({ scenarios: ['by-task'], conversationId: first.conversationId, problem: null }),
        expect.objectContaining({
          scenarios: ['by-conversation'],
          conversationId: null,
          problem: expect.objectContaining({ code: 'conversation_unknown' }),
        }),
      ]),
    })
  })

  it('is one event for two scenarios with the same about', async () => {
    const hook = await addHook('twice')
    for (const id of ['twice-one', 'twice-two']) {
      await publishDocument(
        house,
        `
id: ${id}
name: ${id}
trigger: { event: webhook.received, name: twice, about: { taskNumber: '{{ event.body.task }}' } }
steps: [ { id: s1, comment: { text: ${id} } } ]
`,
      )
    }
    const task = await write(newNumber(), 'Hi')
    expect(await call(hook, { task: `#${task.number}` })).toBe(200)
    await eventually(async () =>
      expect((await runsOf(task.conversationId)).map(({ run }) => run.scenario.key).sort()).toEqual([
        'twice-one',
        'twice-two',
      ]),
    )
  })
})

describe('a wait for a webhook', () => {
  it('goes on with the one that concerns its client, and no other', async () => {
    const hook = await addHook('payments', { verify: 'hmac-sha256' })
    await publishDocument(
      house,
      `
id: pay
name: Wait for the payment
trigger: { event: message.received, when: { field: event.text, is: pay } }
steps:
  - id: w1
    wait:
      for: [ { event: webhook.received, name: payments, about: { conversationId: '{{ event.body.reference }}' }, when: { field: event.body.state, is: paid } } ]
      timeout: 5d
    onTimeout: [ { id: end, stop: true } ]
  - { id: thanks, sendText: { text: 'Thank you for {{ event.body.amount }}', ifWindowClosed: skip } }
`,
    )
    const pay = async (body: unknown) => {
      const text = JSON.stringify(body)
      const signature = `sha256=${createHmac('sha256', hook.secret).update(text).digest('hex')}`
      return (await fetch(hook.url, { method: 'POST', headers: { 'x-hub-signature-256': signature }, body: text }))
        .status
    }
    const [ann, bob] = [newNumber(), newNumber()]
    const annTask = await write(ann, 'pay')
    const bobTask = await write(bob, 'pay')
    const stateOf = async ({ conversationId }: Task) => (await runsOf(conversationId)).map(({ state }) => state)
    for (const task of [annTask, bobTask]) {
      await eventually(async () => expect(await stateOf(task)).toEqual(['waiting']))
    }
    expect(await pay({ reference: annTask.conversationId, state: 'open', amount: 1 })).toBe(200)
    expect(await pay({ reference: annTask.conversationId, state: 'paid', amount: 20 })).toBe(200)
    await eventually(async () => expect(await received(ann)).toEqual(['Thank you for 20']))
    expect(await received(bob)).toEqual([])
    expect(await stateOf(bobTask)).toEqual(['waiting'])
    expect((await shown(hook))[0]).toMatchObject({
      state: 'done',
      outcomes: [{ scenarios: ['pay'], starts: false, conversationId: annTask.conversationId }],
    })

    // Nobody waits there any more: stored, and nothing else.
    await eventually(async () => expect(await stateOf(annTask)).toEqual(['finished']))
    expect(await pay({ reference: annTask.conversationId, state: 'paid', amount: 21 })).toBe(200)
    expect((await shown(hook))[0]).toMatchObject({ state: 'ignored', outcomes: [] })
  })
})
