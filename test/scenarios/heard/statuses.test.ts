import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../../../src/channels/registry.ts'
import type { ConversationId, DeliveryId, RunId } from '../../../src/domain/ids.ts'
import { type CampaignOutcome, recordOutcomes } from '../../../src/store/campaigns/sending/record-outcomes.ts'
import { settleDelivery } from '../../../src/store/deliveries/settle-delivery.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { claimAttempt, recordAccepted, recordUnknown } from '../../../src/store/sends/ledger.ts'
import { loadSendOrder } from '../../../src/store/sends/send-order.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { addCampaign, addTemplate, claimOrders, numbers } from '../../campaigns/campaign.ts'
import { bodyOf, startWebhookServer, statusOf, type WebhookServer } from '../../intake/webhook-server.ts'
import { addConversation, appendTo, arrivedMessage, type House, openHouse, receive, wamid } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let house: House
let server: WebhookServer
beforeAll(async () => {
  house = await openHouse()
  const { rows } = await house.database.pool.query<{ name: string }>('select current_database() as name')
  const url = new URL(house.database.pool.options.connectionString ?? '')
  url.pathname = `/${rows[0]?.name}`
  server = await startWebhookServer(url.href)
  await addTemplate(house)
})
afterAll(async () => {
  await server.close()
  await house.close()
})

let clients = 0
const newConversation = () =>
  addConversation(house, [{ kind: 'wa_id', value: `1650888${String(++clients).padStart(4, '0')}` }])
let messages = 0
const newMessage = () => `wamid.status.${++messages}`

async function work(conversationId: ConversationId): Promise<DeliveryId[]> {
  const { worked_seq: after, last_seq: upTo } = await house.database.db
    .selectFrom('conversations')
    .select(['worked_seq', 'last_seq'])
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  if (after >= upTo) return []
  const { sends } = await workEvents(house.database, { conversationId, after, upTo }, capabilitiesOf)
  return [...sends, ...(await work(conversationId))]
}

/** A client has written; the published scenario has answered, and its message waits to leave. */
async function answered(text: string) {
  const conversation = await newConversation()
  await receive(house.database, conversation, { text })
  const [delivery] = await work(conversation)
  const order = delivery ? await loadSendOrder(house.database.db, delivery) : null
  if (!order) throw new Error('nothing was sent')
  return { conversation, order, delivery: order.deliveryId }
}
const report = async (...statuses: ReturnType<typeof statusOf>[]) => {
  expect((await server.post(house.channel, bodyOf({ statuses }))).status).toBe(200)
}
const heard = async (conversation: ConversationId) =>
  (
    await house.database.db
      .selectFrom('conversation_events')
      .select(['payload', 'provider_at'])
      .where('conversation_id', '=', conversation)
      .where('kind', '=', 'delivery.status')
      .orderBy('seq')
      .execute()
  ).map(({ payload }) => (payload.kind === 'delivery.status' ? payload.state : ''))
const runOf = (conversation: ConversationId) =>
  house.database.db
    .selectFrom('runs')
    .select(['id', 'state', 'awaits'])
    .where('conversation_id', '=', conversation)
    .orderBy('id')
    .executeTakeFirstOrThrow()
const entriesOf = async (run: RunId) =>
  (
    await house.database.db.selectFrom('run_entries').select('entry').where('run_id', '=', run).orderBy('n').execute()
  ).map(({ entry }) => `${entry.step ?? ''} ${entry.outcome}`.trim())

const WAITER = `
id: waiter
name: Waits until it was read
trigger: { event: message.received, when: { field: event.text, is: wait for it } }
steps:
  - { id: s, sendText: { text: 'Read this' } }
  - { id: w, wait: { for: [message.read], timeout: 1d } }
  - { id: t, tag: has-read }
`
const WAITED = ['started', 's asked', 's done', 'w waits', 'w event', 't asked', 't done', 't finished']

describe('a run that sends and then waits for the status', () => {
  it('misses nothing where the status is there before the run has come to its wait', async () => {
    await publishDocument(house, WAITER)
    const { conversation, order, delivery } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    const id = newMessage()
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid(id), identities: [] })
    expect(await runOf(conversation)).toMatchObject({ state: 'running', awaits: [] })
    await report(statusOf(id, 'read', { deliveryId: delivery }))
    await work(conversation)
    const run = await runOf(conversation)
    expect([run.state, await entriesOf(run.id)]).toEqual(['finished', WAITED])
  })

  it('nor where it comes before the answer to the call', async () => {
    const { conversation, order, delivery } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    const id = newMessage()
    await report(statusOf(id, 'read', { deliveryId: delivery }))
    await work(conversation)
    const run = await runOf(conversation)
    expect([run.state, await entriesOf(run.id)]).toEqual(['finished', WAITED])
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid(id), identities: [] })
    await work(conversation)
    expect(await entriesOf(run.id)).toEqual(WAITED)
  })

  it('nor where nobody knew what became of the call', async () => {
    const { conversation, order, delivery } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    await recordUnknown(house.database, order, attempt, 'no answer')
    await report(statusOf(newMessage(), 'read', { deliveryId: delivery }))
    await work(conversation)
    expect((await runOf(conversation)).state).toBe('finished')
  })

  it('hears nothing of states that it does not name', async () => {
    const { conversation, order } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    const id = newMessage()
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid(id), identities: [] })
    await report(statusOf(id, 'sent'), statusOf(id, 'delivered'))
    expect(await heard(conversation)).toEqual([])
  })
})

describe('what scenarios hear of a message', () => {
  beforeAll(async () => {
    for (const state of ['sent', 'delivered', 'read']) {
      await publishDocument(
        house,
        `id: hears-${state}\nname: x\ntrigger: { event: message.${state} }\nsteps: [ { id: t, tag: ${state} } ]\n`,
      )
    }
  })

  it('is each state at most once, whatever comes twice and in whatever order', async () => {
    const status = fc.constantFrom('sent', 'delivered', 'read', 'played')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(status, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), async (groups) => {
        const { conversation, order } = await answered('wait for it')
        const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
        const id = newMessage()
        await recordAccepted(house.database, order, attempt, { providerMessageId: wamid(id), identities: [] })
        for (const group of groups) await report(...group.map((state) => statusOf(id, state)))
        await work(conversation)
        const told = new Set(['sent', ...groups.flat().filter((state) => state !== 'played')])
        expect([...(await heard(conversation))].sort()).toEqual([...told].sort())
      }),
      { numRuns: 6 },
    )
  })

  it('carries the provider’s time', async () => {
    const { conversation, order } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    const id = newMessage()
    await recordAccepted(house.database, order, attempt, { providerMessageId: wamid(id), identities: [] })
    await report(statusOf(id, 'delivered', { at: 1_760_000_123 }))
    const { provider_at } = await house.database.db
      .selectFrom('conversation_events')
      .select('provider_at')
      .where('conversation_id', '=', conversation)
      .where('dedupe_key', '=', `message.delivered:${order.deliveryId}`)
      .executeTakeFirstOrThrow()
    expect(provider_at).toEqual(new Date(1_760_000_123_000))
  })
})

describe('a message of which nobody knew what became of it', () => {
  it.each([
    ['sent', 'message.sent'],
    ['failed', 'message.failed'],
  ] as const)('is told as %s where a person says so', async (outcome, event) => {
    if (outcome === 'failed') {
      const steps = "steps: [ { id: t, tag: '{{ event.code }}' } ]"
      await publishDocument(house, `id: hears-failed\nname: x\ntrigger: { event: message.failed }\n${steps}\n`)
    }
    const { conversation, order, delivery } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    await recordUnknown(house.database, order, attempt, 'no answer')
    const actor = { userId: house.owner, name: 'Olga', channelIds: null, key: `user:${house.owner}` }
    const settled = await inTransaction(house.database.db, (tx) => settleDelivery(tx, actor, delivery, outcome))
    expect(settled.refused).toBeNull()
    await work(conversation)
    const decisions = await house.database.db
      .selectFrom('scenario_decisions')
      .select(['event', 'comment_id'])
      .where('conversation_id', '=', conversation)
      .where('event', 'in', ['message.sent', 'message.failed'])
      .execute()
    expect(decisions).toEqual([{ event, comment_id: order.commentId }])
  })
})

describe('an echo', () => {
  it('of another system disturbs nobody; a person at the phone does', async () => {
    const { conversation, order } = await answered('wait for it')
    const { attempt } = (await claimAttempt(house.database, order, 'w')) as { attempt: number }
    const answer = { providerMessageId: wamid(newMessage()), identities: [] }
    await recordAccepted(house.database, order, attempt, answer)
    await work(conversation)
    const echo = (by: 'phone_app' | 'other_system') =>
      appendTo(house.database, conversation, { kind: 'message.echoed', message: arrivedMessage({ text: by }), by })
    await echo('other_system')
    await work(conversation)
    expect((await runOf(conversation)).state).toBe('waiting')
    await echo('phone_app')
    await work(conversation)
    expect((await runOf(conversation)).state).toBe('stopped')
  })
})

describe('a campaign’s messages', () => {
  it('are told by their statuses, and wake nobody at once', async () => {
    const campaign = await addCampaign(house, { phones: numbers('165299', 2) })
    const [first, second] = await claimOrders(house, campaign, { count: 2 })
    if (!first || !second) throw new Error('nothing was claimed')
    const [one, two] = [newMessage(), newMessage()]
    const accept = ({ delivery, conversation, attempt }: typeof first, id: string): CampaignOutcome => {
      return { delivery, conversation, attempt, ended: 'accepted', providerMessageId: wamid(id), aliases: [] }
    }
    await recordOutcomes(house.database, { campaign, channel: house.channel }, [
      accept(first, one),
      accept(second, two),
    ])
    expect(await heard(first.conversation)).toEqual([])

    server.stored.length = 0
    await report(statusOf(one, 'sent'), statusOf(one, 'delivered'), statusOf(two, 'sent'))
    expect(await heard(first.conversation)).toEqual(['sent', 'delivered'])
    expect(await heard(second.conversation)).toEqual(['sent'])
    expect(server.stored).toEqual([])
    const quiet = await house.database.db
      .selectFrom('conversations')
      .select('quiet')
      .where('id', 'in', [first.conversation, second.conversation])
      .execute()
    expect(quiet).toEqual([{ quiet: true }, { quiet: true }])

    await work(first.conversation)
    const { data } = await house.database.db
      .selectFrom('scenario_decisions')
      .select(({ fn }) => fn.countAll<string>().as('data'))
      .where('conversation_id', '=', first.conversation)
      .where('event', 'in', ['message.sent', 'message.delivered'])
      .executeTakeFirstOrThrow()
    expect(Number(data)).toBe(2)
  })
})
