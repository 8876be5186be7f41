import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConversationId, type TaskId, type WebhookId, webhookWorkflowIdOf } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { type Call, type OutsideServer, openOutsideServer } from '../../kit/outside-server.ts'
import { openRunningHouse, type RunningHouse } from '../../kit/running-house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let house: RunningHouse
let receiver: OutsideServer
/** What the receiver answers, by the number of the call; 200 by default. */
let answers: number[] = []
beforeAll(async () => {
  house = await openRunningHouse()
  receiver = await openOutsideServer((_call, response, calls) => {
    response.writeHead(answers[calls.length - 1] ?? 200).end('the receiver has something to say')
  })
  await publishDocument(
    house,
    `
id: accepted
name: Tell the shop
trigger: { event: message.received, when: { field: event.text, startsWith: accept } }
vars: { amount: { type: number, default: 12.5 } }
steps:
  - { id: tell, emit: { event: quote.accepted, data: { words: '{{ event.text }}', amount: { cel: vars.amount } } } }
  - { id: note, comment: { text: told } }
`,
  )
})
afterAll(async () => {
  await house.close()
  await receiver.close()
})

let clients = 0
const newNumber = () => `1650555${String(8000 + ++clients)}`

interface Task {
  id: TaskId
  conversationId: ConversationId
  requester: { id: string }
}
interface Subscription {
  id: WebhookId
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
const subscribe = async (events: string[]): Promise<Subscription> => {
  const wanted = { name: 'Shop', url: `${receiver.url}/hooks?key=k`, events, allowPrivateAddress: true }
  const { status, body } = await house.api<Subscription>('POST', '/api/webhooks', wanted)
  expect(status).toBe(201)
  return body
}
const unsubscribe = ({ id }: Subscription) => house.api('DELETE', `/api/webhooks/${id}`)
const start = () => {
  receiver.calls.length = 0
  answers = []
}
const verified = ({ secret }: Subscription, { body, headers }: Call) =>
  new Webhook(secret).verify(body, headers as Record<string, string>)
const runOf = (conversation: ConversationId) =>
  eventually(async () => {
    const run = await house.database.db
      .selectFrom('runs')
      .select(['id', 'state'])
      .where('conversation_id', '=', conversation)
      .executeTakeFirstOrThrow()
    expect(run.state).toBe('finished')
    return run
  })
const recordOf = async (run: string) =>
  (await house.api<{ entries: { step: string; outcome: string; inputs?: unknown }[] }>('GET', `/api/runs/${run}`)).body

describe('emit', () => {
  it('tells those who subscribed, signed, and the run goes on', async () => {
    start()
    const [shop, all, other] = [await subscribe(['quote.accepted']), await subscribe(['*']), await subscribe(['else'])]
    const task = await write(newNumber(), 'accept it')
    const run = await runOf(task.conversationId)
    await eventually(async () => expect(receiver.calls).toHaveLength(2))
    const expected = {
      type: 'quote.accepted',
      timestamp: expect.any(String),
      data: { words: 'accept it', amount: 12.5 },
      conversationId: task.conversationId,
      taskId: task.id,
      contactId: task.requester.id,
      scenario: 'accepted',
      runId: run.id,
    }
    for (const subscription of [shop, all]) {
      const mine = receiver.calls.filter((call) => {
        try {
          return verified(subscription, call)
        } catch {
          return false
        }
      })
      expect(mine.map((call) => verified(subscription, call))).toEqual([expected])
      const { items } = (await house.api<{ items: unknown[] }>('GET', `/api/webhooks/${subscription.id}/deliveries`))
        .body
      expect(items).toMatchObject([{ id: mine[0]?.headers['webhook-id'], event: 'quote.accepted', body: expected }])
    }
    expect(JSON.stringify(await recordOf(run.id))).toContain('"delivered_to":2')
    for (const one of [shop, all, other]) await unsubscribe(one)
  })

  it('is recorded where nobody listens', async () => {
    start()
    const { conversationId } = await write(newNumber(), 'accept it, too')
    const run = await runOf(conversationId)
    expect(JSON.stringify(await recordOf(run.id))).toContain('"delivered_to":0')
    expect(receiver.calls).toEqual([])
  })

  it('comes again until it is taken, over another worker, with the same id and a signature of its own', async () => {
    start()
    answers = [500, 302, 503]
    const shop = await subscribe(['quote.accepted'])
    const { conversationId } = await write(newNumber(), 'accept, if you hear it')
    await runOf(conversationId)
    const due = () =>
      house.database.db
        .updateTable('webhook_deliveries')
        .set({ next_at: new Date() })
        .where('state', '=', 'queued')
        .execute()
    const attempts = async () =>
      (
        await house.api<{ items: { attempts: unknown[]; state: string }[] }>(
          'GET',
          `/api/webhooks/${shop.id}/deliveries`,
        )
      ).body.items[0]
    await eventually(async () => expect((await attempts())?.attempts).toHaveLength(1))
    await due()
    await eventually(async () => expect((await attempts())?.attempts).toHaveLength(2))
    await house.restartWorker()
    await due()
    await eventually(async () => expect((await attempts())?.attempts).toHaveLength(3))
    expect((await house.api<{ lastError: string }>('GET', `/api/webhooks/${shop.id}`)).body.lastError).toBe('HTTP 503')
    await due()
    await eventually(async () =>
      expect(await attempts()).toMatchObject({
        state: 'delivered',
        attempts: [{ status: 500 }, { status: 302 }, { status: 503 }, { status: 200, error: null }],
      }),
    )
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    for (const call of receiver.calls) verified(shop, call)
    expect((await house.api<{ lastError: null }>('GET', `/api/webhooks/${shop.id}`)).body.lastError).toBeNull()

    // An empty outbox needs no workflow; nor do secrets and texts stand in its history.
    const handle = house.temporal.workflow.getHandle(webhookWorkflowIdOf(shop.id))
    await eventually(async () => expect((await handle.describe()).status.name).toBe('COMPLETED'))
    const encoded = JSON.stringify(await handle.fetchHistory())
    const history = encoded.replace(/"data":"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString())
    expect(history).toContain(`"webhookId":"${shop.id}"`)
    for (const secret of [shop.secret, receiver.url, 'accept, if']) expect(history).not.toContain(secret)
    await unsubscribe(shop)
  })

  it('is tried out by a person', async () => {
    start()
    const shop = await subscribe(['never'])
    const { status, body } = await house.api<{ id: string }>('POST', `/api/webhooks/${shop.id}/test`)
    expect(status).toBe(202)
    await eventually(async () => expect(receiver.calls).toHaveLength(1))
    const [call] = receiver.calls
    expect(call?.headers['webhook-id']).toBe(body.id)
    expect(verified(shop, call as Call)).toMatchObject({ type: 'parley.test', data: { webhook: 'Shop' } })
    await unsubscribe(shop)
  })
})
