import { MockActivityEnvironment } from '@temporalio/testing'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sendActivities } from '../../activities/index.ts'
import type {
  AttachmentId,
  ChannelId,
  CommentId,
  ConversationId,
  DeliveryId,
  RunId,
  ScenarioId,
} from '../../src/domain/ids.ts'
import { sendRulesOf } from '../../src/http/work/announce.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { inTransaction } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { queueDeliveries } from '../../src/store/outgoing/queue-deliveries.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { type Api, openApi } from '../http/api.ts'
import { eventually } from '../kit/eventually.ts'
import { addConversation, type House, openHouse, receive, secrets, wamid } from '../kit/house.ts'
import { json, type OutsideServer, openOutsideServer } from '../kit/outside-server.ts'
import { publishDocument } from '../kit/scenarios.ts'

let house: House
let graph: OutsideServer
let scenario: ScenarioId
/** What happens at the provider before it refuses the call. */
let meanwhile: () => Promise<unknown> = async () => undefined
beforeAll(async () => {
  graph = await openOutsideServer(async (_, response) => {
    await meanwhile()
    json(response, { error: { message: 'Undeliverable', code: 131026 } }, 400)
  })
  house = await openHouse({ graphUrl: graph.url })
  scenario = await publishDocument(
    house,
    'id: speaks\nname: Speaks\ntrigger: { event: tag.added }\nsteps: [ { id: a, tag: x } ]',
  )
})
afterAll(async () => {
  await house.close()
  await graph.close()
})

const work = (conversation: ConversationId, upTo: number) =>
  workEvents(house.database, { conversationId: conversation, after: null, upTo }, sendRulesOf)

let clients = 0
async function newClient(): Promise<ConversationId> {
  const value = `1650771${String(++clients).padStart(4, '0')}`
  return addConversation(house, [{ kind: 'wa_id', value }])
}

/** A comment of the client's task. */
async function addComment(conversation: ConversationId): Promise<CommentId> {
  const id = newId<CommentId>()
  await house.database.db
    .insertInto('comments')
    .values({
      id,
      conversation_id: conversation,
      channel_id: house.channel,
      author_kind: 'employee',
      author_name: 'Anna',
      kind: 'text',
      text: 'Hi',
    })
    .execute()
  return id
}

describe('a run that waits to hear of a message, of which a status says that an earlier call had reached the client', () => {
  let conversation: ConversationId
  let run: RunId
  let delivery: DeliveryId
  beforeEach(async () => {
    conversation = await newClient()
    await work(conversation, await receive(house.database, conversation))
    run = newId<RunId>()
    await house.database.pool.query(
      "insert into runs (id, scenario_id, version, conversation_id, state, run) values ($1, $2, 1, $3, 'finished', '{}')",
      [run, scenario, conversation],
    )
    delivery = newId<DeliveryId>()
    await house.database.db
      .insertInto('deliveries')
      .values({
        id: delivery,
        comment_id: await addComment(conversation),
        conversation_id: conversation,
        channel_id: house.channel,
        body: JSON.stringify({ kind: 'text', text: 'Hi' }),
        at_least_once: true,
        run_id: run,
        run_step: 'a',
        run_effect: 1,
      })
      .execute()
    meanwhile = async () => undefined
  })

  const send = () =>
    new MockActivityEnvironment().run(
      sendActivities({
        database: house.database,
        channels: channelCache(house.database, secrets),
        secrets,
        files: diskFiles('unused'),
        publicUrl: 'http://127.0.0.1:9',
        log: pino({ level: 'silent' }),
        worker: 'test',
        notifyLive: () => undefined,
        stopping: new AbortController().signal,
      }).sendDelivery,
      delivery,
    )
  const statusComes = () =>
    house.database.db
      .updateTable('deliveries')
      .set({ state: 'sent', rank: 30, sent_at: new Date(), provider_message_id: wamid(`wamid.earlier-${delivery}`) })
      .where('id', '=', delivery)
      .execute()
  const heard = async () => {
    const rows = await house.database.db
      .selectFrom('conversation_events')
      .select(['seq', 'payload'])
      .where('conversation_id', '=', conversation)
      .where('kind', '=', 'run.sent')
      .execute()
    expect(rows.map(({ payload }) => payload)).toEqual([{ kind: 'run.sent', run, step: 'a', number: 1, delivery }])
    return { now: 'settled', stored: rows[0]?.seq }
  }

  it('hears of it, though the later call was refused', async () => {
    meanwhile = statusComes
    const result = await send()
    expect(result).toEqual(await heard())
  })

  it('hears of it, though it came just before the next call', async () => {
    const calls = graph.calls.length
    let sending: ReturnType<typeof send> | undefined
    await house.database.db.transaction().execute(async (tx) => {
      await sql`insert into send_pace (key, next_at) values (${`pair:${conversation}`}, now())`.execute(tx)
      sending = send()
      await eventually(async () => {
        const { rows } = await house.database.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        expect(rows).toHaveLength(1)
      })
      await statusComes()
    })
    const result = await sending
    expect(result).toEqual(await heard())
    expect(graph.calls).toHaveLength(calls)
  })

  it('hears nothing while nobody knows', async () => {
    meanwhile = () => house.database.pool.query("update deliveries set state = 'unknown' where id = $1", [delivery])
    await send()
    const { rows } = await house.database.pool.query(
      "select from conversation_events where conversation_id = $1 and kind = 'run.sent'",
      [conversation],
    )
    expect(rows).toEqual([])
  })
})

describe('a file that a step computes', () => {
  let theirs: ConversationId
  let mine: ConversationId
  beforeEach(async () => {
    theirs = await newClient()
    mine = await newClient()
  })

  async function addFile(comment: CommentId | null): Promise<AttachmentId> {
    const id = newId<AttachmentId>()
    await house.database.db
      .insertInto('attachments')
      .values({
        id,
        comment_id: comment,
        name: 'contract.pdf',
        mime: 'application/pdf',
        size: 1000,
        sha256: id,
        state: 'stored',
        created_by: house.owner,
      })
      .execute()
    return id
  }
  let documents = 0
  /** What became of the run that sends it. */
  async function sent(step: string, file: AttachmentId): Promise<unknown> {
    documents++
    await publishDocument(
      house,
      `
id: file-${documents}
name: File
trigger: { event: message.received, when: { field: event.text, is: '${file}' } }
vars: { file: { type: string, default: '${file}' } }
steps: [ { id: send, ${step} } ]
`,
    )
    const seq = await receive(house.database, mine, { text: file })
    await work(mine, seq)
    const run = await house.database.db
      .selectFrom('runs')
      .select(['state', 'reason_code'])
      .where('conversation_id', '=', mine)
      .executeTakeFirstOrThrow()
    const { rows } = await house.database.pool.query<{ id: string }>(
      'select id from attachments where content_id = $1',
      [file],
    )
    return { ...run, copies: rows.length }
  }
  const BLOCKED = { state: 'blocked', reason_code: 'file_missing', copies: 0 }
  const SENT = { state: 'running', reason_code: null, copies: 1 }
  const COMPUTED = "sendFile: { attachmentId: '{{ vars.file }}' }"

  it('is not one of another client, whoever names it', async () => {
    const file = await addFile(await addComment(theirs))
    expect(await sent(COMPUTED, file)).toEqual(BLOCKED)
  })

  it('is not one of another client that the client names', async () => {
    const file = await addFile(await addComment(theirs))
    expect(await sent("sendFile: { attachmentId: '{{ event.text }}' }", file)).toEqual(BLOCKED)
  })

  it('may be one of their own', async () => {
    expect(await sent(COMPUTED, await addFile(await addComment(mine)))).toEqual(SENT)
  })

  it('may be one that is nobody’s yet', async () => {
    expect(await sent(COMPUTED, await addFile(null))).toEqual(SENT)
  })

  it('may be any that was looked at when the scenario was published: the document names it', async () => {
    const file = await addFile(await addComment(theirs))
    expect(await sent(`sendFile: { attachmentId: '${file}' }`, file)).toEqual(SENT)
  })
})

it('all parts of a held message leave in one moment: nobody can take half of it back', async () => {
  const conversation = await newClient()
  const comment = await addComment(conversation)
  const part = { body: { kind: 'text', text: 'Hi' }, quoted: null } as const
  await inTransaction(house.database.db, (tx) =>
    queueDeliveries(tx, Array(30).fill(part), {
      conversationId: conversation,
      channelId: house.channel,
      comment,
      parked: null,
      manner: { holdMs: 60_000, atLeastOnce: false },
    }),
  )
  const { rows } = await house.database.pool.query(
    'select count(*)::int as parts, count(distinct hold_until)::int as moments from deliveries where comment_id = $1',
    [comment],
  )
  expect(rows).toEqual([{ parts: 30, moments: 1 }])
})

describe('an admin of some channels only', () => {
  let api: Api
  let some: string
  let everywhere: string
  beforeAll(async () => {
    api = await openApi()
    some = await api.addToken('admin', [newId<ChannelId>()])
    everywhere = await api.addToken('admin')
  })
  afterAll(() => api.close())

  const asked = async (token: string, method: string, path: string, body?: object) =>
    (await api.ask(`/api/${path}`, { token, method, ...(body && { body }) })).status

  it('cannot have what scenarios tell of every client sent elsewhere, nor read what was sent', async () => {
    const wanted = { name: 'Shop', url: 'https://shop.example/hooks', events: ['*'] }
    const { id } = (await api.ask('/api/webhooks', { token: everywhere, body: wanted })).json
    const delivery = (await api.ask(`/api/webhooks/${id}/test`, { token: everywhere, method: 'POST' })).json.id
    for (const [method, path, body] of [
      ['GET', 'webhooks'],
      ['POST', 'webhooks', wanted],
      ['GET', `webhooks/${id}`],
      ['PATCH', `webhooks/${id}`, { url: 'https://elsewhere.example' }],
      ['DELETE', `webhooks/${id}`],
      ['POST', `webhooks/${id}/rotate-secret`],
      ['POST', `webhooks/${id}/test`],
      ['GET', `webhooks/${id}/deliveries`],
      ['POST', `webhook-deliveries/${delivery}/retry`],
    ] as const) {
      expect([method, path, await asked(some, method, path, body)]).toEqual([method, path, 403])
    }
    expect(await asked(everywhere, 'GET', `webhooks/${id}/deliveries`)).toBe(200)
  })

  it('cannot read what other systems say of every client, nor take their place', async () => {
    const wanted = { name: 'shop', verify: 'token' }
    const { id } = (await api.ask('/api/incoming-webhooks', { token: everywhere, body: wanted })).json
    for (const [method, path, body] of [
      ['GET', 'incoming-webhooks'],
      ['POST', 'incoming-webhooks', { ...wanted, name: 'mine' }],
      ['GET', `incoming-webhooks/${id}`],
      ['GET', `incoming-webhooks/${id}/events`],
      ['POST', `incoming-webhooks/${id}/rotate-secret`, {}],
      ['DELETE', `incoming-webhooks/${id}`],
    ] as const) {
      expect([method, path, await asked(some, method, path, body)]).toEqual([method, path, 403])
    }
    expect(await asked(everywhere, 'GET', `incoming-webhooks/${id}/events`)).toBe(200)
  })

  it('cannot lead the calls of every scenario elsewhere', async () => {
    const wanted = { name: 'crm', url: 'https://crm.example' }
    const { id } = (await api.ask('/api/endpoints', { token: everywhere, body: wanted })).json
    for (const [method, path, body] of [
      ['POST', 'endpoints', { ...wanted, name: 'mine' }],
      ['PATCH', `endpoints/${id}`, { url: 'https://elsewhere.example' }],
      ['DELETE', `endpoints/${id}`],
    ] as const) {
      expect([method, path, await asked(some, method, path, body)]).toEqual([method, path, 403])
    }
    expect(await asked(some, 'GET', `endpoints/${id}`)).toBe(200)
    expect(await asked(everywhere, 'PATCH', `endpoints/${id}`, { perSecond: 5 })).toBe(200)
  })
})
