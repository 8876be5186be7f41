import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

/** A delivery that has come to this state. */
async function delivery(state: string, at?: OpenTask): Promise<{ id: string; at: OpenTask }> {
  const task = at ?? (await desk.openTask())
  const { json } = await anna.ask(`/api/tasks/${task.task}/comments`, {
    body: { text: 'Hi', notify: { contact: true } },
  })
  await sql`update deliveries set state = ${state}, rank = 8, attempt = 1, provider_message_id = ${`wamid.${json.id}`},
    error_code = case when ${state} = 'failed' then '131026' end, error_detail = 'Message undeliverable',
    accepted_at = now(), failed_at = now(), slot_at = now()
    where id = ${json.delivery.id}`.execute(desk.database.db)
  await desk.database.db
    .insertInto('delivery_attempts')
    .values({ delivery_id: json.delivery.id, attempt: 1, worker: 'w', outcome: 'unknown', code: 'network' })
    .execute()
  return { id: json.delivery.id, at: task }
}

const row = (id: string) =>
  desk.database.db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', id as DeliveryId)
    .executeTakeFirstOrThrow()
const lastEvent = async ({ conversation }: OpenTask) =>
  (
    await desk.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', conversation)
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow()
  ).payload
const retry = (id: string) => anna.ask(`/api/deliveries/${id}/retry`, { method: 'POST' })
const settle = (id: string, outcome: string) => anna.ask(`/api/deliveries/${id}/settle`, { body: { outcome } })

describe('deliveries', () => {
  it('are listed by state, with words for what went wrong', async () => {
    const { id, at } = await delivery('failed')
    const { json } = await anna.ask('/api/deliveries?state=failed')
    expect(json.items).toContainEqual(
      expect.objectContaining({
        id,
        state: 'failed',
        taskId: at.task,
        conversationId: at.conversation,
        channelId: at.channel,
        attempt: 1,
        error: { code: '131026', message: expect.stringContaining('Not deliverable'), detail: 'Message undeliverable' },
      }),
    )
    expect((await anna.ask('/api/deliveries?state=played')).json.items).toEqual([])
    expect((await anna.ask('/api/deliveries?state=lost')).status).toBe(400)
    const one = (await anna.ask(`/api/deliveries/${id}`)).json
    expect(one.attempts).toEqual([
      {
        attempt: 1,
        outcome: 'unknown',
        error: { code: 'network', message: expect.any(String), detail: null },
        providerMessageId: null,
        startedAt: expect.any(String),
        endedAt: null,
      },
    ])
  })

  it('page, each once', async () => {
    for (let i = 0; i < 3; i++) await delivery('sent')
    const ids: string[] = []
    let cursor = ''
    do {
      const { json } = await anna.ask(`/api/deliveries?state=sent&limit=2${cursor}`)
      ids.push(...json.items.map(({ id }: { id: string }) => id))
      cursor = json.next ? `&cursor=${json.next}` : ''
    } while (cursor)
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(3)
  })
})

describe('sending again', () => {
  it.each(['failed', 'unknown'])('is a new attempt of a delivery that is %s', async (state) => {
    const { id, at } = await delivery(state)
    desk.signalled.length = 0
    const { status, json } = await retry(id)
    expect([status, json.state, json.error, json.attempt]).toEqual([200, 'queued', null, 1])
    expect(await row(id)).toMatchObject({
      state: 'queued',
      rank: 0,
      attempt: 1,
      provider_message_id: null,
      accepted_at: null,
      failed_at: null,
      slot_at: null,
      parked: null,
    })
    expect(await lastEvent(at)).toEqual({ kind: 'delivery.retried', delivery: id, by: anna.id })
    expect(desk.signalled).toEqual([at.conversation])
  })

  it.each(['queued', 'sending', 'accepted', 'sent', 'delivered', 'read', 'played'])(
    'is refused for one that is %s',
    async (state) => {
      const { id } = await delivery(state)
      const { status, json } = await retry(id)
      expect([status, json.error.code, json.error.details]).toEqual([409, 'not_retryable', { state }])
      expect((await row(id)).state).toBe(state)
    },
  )

  it('happens once when two people press it at once', async () => {
    const { id } = await delivery('failed')
    const answers = await Promise.all([retry(id), retry(id), retry(id)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })

  it('goes through the same gate', async () => {
    const channel = await desk.addChannel()
    const at = await desk.openTask({ channel })
    const { id } = await delivery('failed', at)
    const set = (state: 'paused' | 'connected' | 'disconnected') =>
      desk.database.db.updateTable('channels').set({ state }).where('id', '=', channel).execute()
    await set('disconnected')
    expect((await retry(id)).json.error.code).toBe('channel_disconnected')
    await set('connected')
    await sql`update conversations set last_in_at = now() - interval '25 hours' where id = ${at.conversation}`.execute(
      desk.database.db,
    )
    const closed = await retry(id)
    expect([closed.status, closed.json.error.code, closed.json.error.details.templates]).toEqual([
      409,
      'window_closed',
      [],
    ])
    expect((await row(id)).state).toBe('failed')
    await sql`update conversations set last_in_at = now() where id = ${at.conversation}`.execute(desk.database.db)
    await set('paused')
    expect((await retry(id)).json).toMatchObject({ state: 'queued', parked: 'channel_paused' })
  })
})

describe('settling', () => {
  it.each([
    ['sent', { state: 'sent', error_code: null }],
    ['failed', { state: 'failed', error_code: 'settled_by_person' }],
  ])('ends an unknown delivery as %s, and says who said so', async (outcome, expected) => {
    const { id, at } = await delivery('unknown')
    const { status, json } = await settle(id, outcome)
    expect([status, json.state]).toEqual([200, outcome])
    expect(await row(id)).toMatchObject(expected)
    expect(await lastEvent(at)).toEqual({ kind: 'delivery.settled', delivery: id, outcome, by: anna.id })
    const entry = await desk.database.db
      .selectFrom('audit_log')
      .selectAll()
      .where('subject_id', '=', id)
      .where('action', '=', 'delivery.settled')
      .executeTakeFirstOrThrow()
    expect(entry).toMatchObject({ actor_id: anna.id, detail: { outcome } })
    expect((await settle(id, outcome)).json.error.code).toBe('not_unknown')
  })

  it('is refused for what is known', async () => {
    const { id } = await delivery('failed')
    expect((await settle(id, 'sent')).status).toBe(409)
    expect((await settle(id, 'maybe')).status).toBe(400)
  })
})

describe('a held message', () => {
  it('can be let go at once, with all its parts, and only while it is held', async () => {
    const at = await desk.openTask()
    const { json } = await anna.ask(`/api/tasks/${at.task}/comments`, {
      body: { text: 'Later', notify: { contact: true }, holdSeconds: 600 },
    })
    expect(json.delivery.holdUntil).toEqual(expect.any(String))
    const sendNow = () => anna.ask(`/api/deliveries/${json.delivery.id}/send-now`, { method: 'POST' })
    const { status, json: after } = await sendNow()
    expect([status, after.state, after.holdUntil]).toEqual([200, 'queued', null])
    expect(await lastEvent(at)).toMatchObject({ kind: 'delivery.released', deliveries: [json.delivery.id] })
    expect((await sendNow()).json.error.code).toBe('not_held')
    const undo = await anna.ask(`/api/deliveries/${json.delivery.id}/undo`, { method: 'POST' })
    expect(undo.json.error.code).toBe('already_sent')
  })
})
