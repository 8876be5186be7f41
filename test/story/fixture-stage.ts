import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { deliveryRank } from '../../src/domain/delivery-state.ts'
import type { ChannelId, CommentId, ConversationId, DeliveryId, TaskId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { eventually } from '../kit/eventually.ts'
import { addChannel, wamid } from '../kit/house.ts'
import { APP_SECRET, PHONE_NUMBER_ID, type RunningHouse } from '../kit/running-house.ts'

const FOLDER = new URL('../fixtures/webhooks/', import.meta.url)
const SIGNATURES = JSON.parse(readFileSync(new URL('../signatures.json', FOLDER), 'utf8')) as Record<string, string>
/** Files that are signed by someone else than Meta, or by nobody: they come with the signature of their bytes. */
const signatureOf = (name: string, body: Buffer): string =>
  SIGNATURES[name] ?? `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`

export const fixtureNames: string[] = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''))

/** A channel of its own with the number that the fixtures name, so that no file meets what another one left behind. */
export interface Stage {
  channel: ChannelId
  /** Posts a file with its signature, and waits until its effects are there. */
  play(fixture: string): Promise<void>
  /** A client who wrote "Earlier", and a message of ours that the provider took under this id. */
  answered(providerMessageId: string): Promise<void>
  see(): Promise<Seen>
}

/** What people see afterwards, through the API. */
export interface Seen {
  tasks: number
  feed: SeenComment[]
  contact: { name: string; phone: string | null; identities: string[]; optedOut: boolean } | null
  /** The moment that the reply window is counted from. */
  window: string | null
  deliveries: { state: string; error: { code: string; message: string } | null; moments: Record<string, string> }[]
  channel: [state: string, reason: string | null]
  events: string[]
  letters: [reason: string, path: string][]
}

export interface SeenComment {
  by: string
  kind: string
  text: string | null
  data: Record<string, unknown>
  files: string[]
  reactions: string[]
  edited: string | null
  deleted: boolean
  /** Text of the quoted entry. */
  quotes: string | null
  at: string
}

/** Takes the stage from the one before: two channels cannot have one number. */
export async function openStage(
  house: RunningHouse,
  options: { state?: string; other?: { number: string; business: string } } = {},
): Promise<Stage> {
  const { db, pool } = house.database
  await pool.query(
    `update channels set account_id = id::text, business_id = null, deleted_at = coalesce(deleted_at, now())`,
  )
  const channel = await addChannel(house.database, { owner: house.owner, template: house.template })
  await pool.query(`update channels set display_phone = '+1 555-078-3881', state = $2 where id = $1`, [
    channel,
    options.state ?? 'connected',
  ])
  if (options.other) {
    const other = await addChannel(house.database, {
      owner: house.owner,
      template: house.template,
      phoneNumberId: options.other.number,
    })
    await pool.query('update channels set business_id = $2 where id = $1', [other, options.other.business])
  }

  const post = async (body: Buffer, signature: string) => {
    const response = await fetch(`${house.url}/webhooks/${channel}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
      body: new Uint8Array(body),
    })
    if (response.status !== 200) throw new Error(`the webhook was answered ${response.status}`)
    await settled()
  }
  const settled = () =>
    eventually(async () => {
      const { rows } = await pool.query('select from conversations where worked_seq < last_seq')
      if (rows.length > 0) throw new Error(`${rows.length} conversations are not worked off`)
    })

  const stage: Stage = {
    channel,
    async play(name) {
      const body = readFileSync(new URL(`${name}.json`, FOLDER))
      await post(body, signatureOf(name, body))
    },
    async answered(providerMessageId) {
      const message = {
        from: '16505551234',
        id: 'wamid.earlier',
        timestamp: '1759999990',
        type: 'text',
        text: { body: 'Earlier' },
      }
      const value = {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
        contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: '16505551234' }],
        messages: [message],
      }
      const body = Buffer.from(
        JSON.stringify({
          object: 'whatsapp_business_account',
          entry: [{ id: '102290129340398', changes: [{ field: 'messages', value }] }],
        }),
      )
      await post(body, signatureOf('', body))
      const task = await db
        .selectFrom('tasks')
        .select(['id', 'conversation_id'])
        .where('channel_id', '=', channel)
        .executeTakeFirstOrThrow()
      await addAccepted(house, channel, task, providerMessageId)
    },
    see: () => see(house, channel),
  }
  return stage
}

/** As the send ledger leaves a message that the provider took. */
async function addAccepted(
  { database: { db }, owner }: RunningHouse,
  channel: ChannelId,
  task: { id: TaskId; conversation_id: ConversationId },
  providerMessageId: string,
) {
  const comment = newId<CommentId>()
  await db
    .insertInto('comments')
    .values({
      id: comment,
      task_id: task.id,
      conversation_id: task.conversation_id,
      channel_id: channel,
      author_kind: 'employee',
      author_id: owner,
      author_name: 'Olga Owner',
      kind: 'text',
      text: 'Ours',
      notifies_contact: true,
    })
    .execute()
  await db
    .insertInto('deliveries')
    .values({
      id: newId<DeliveryId>(),
      comment_id: comment,
      conversation_id: task.conversation_id,
      channel_id: channel,
      state: 'accepted',
      rank: deliveryRank('accepted'),
      attempt: 1,
      body: JSON.stringify({ kind: 'text', text: 'Ours' }),
      provider_message_id: wamid(providerMessageId),
      accepted_at: new Date(1_759_999_995_000),
    })
    .execute()
}

interface ApiComment {
  id: string
  author: { kind: string; name: string }
  kind: string
  text: string | null
  data: Record<string, unknown>
  attachments: { name: string; mime: string }[]
  reactions: { emoji: string; by: string }[]
  editedAt: string | null
  deletedAt: string | null
  replyTo: string | null
  delivery: { id: string } | null
  at: string
}

async function see(house: RunningHouse, channel: ChannelId): Promise<Seen> {
  const get = async <T>(path: string) => {
    const { status, body } = await house.api<T>('GET', path)
    if (status !== 200) throw new Error(`${path} was answered ${status}`)
    return body
  }
  type Page<T> = { items: T[] }
  const tasks = (
    await get<Page<{ id: TaskId; number: number; requester: { id: string } }>>(`/api/tasks?channelId=${channel}`)
  ).items
  // The one opened last: the list is in the order of changes, and two conversations are worked side by side.
  const [task] = tasks.toSorted((a, b) => b.number - a.number)
  const feed = task ? (await get<Page<ApiComment>>(`/api/tasks/${task.id}/comments?limit=200`)).items : []
  const opened = task ? await get<{ window: { closesAt: string | null } }>(`/api/tasks/${task.id}`) : null
  const contact = task
    ? await get<{
        name: string
        phone: string | null
        identities: { kind: string; value: string; retiredAt: string | null }[]
        optedOut: boolean
      }>(`/api/contacts/${task.requester.id}`)
    : null
  const deliveries = []
  for (const { delivery } of feed) {
    if (!delivery) continue
    const { state, error, ...rest } = await get<Record<string, unknown> & { state: string; error: SeenError | null }>(
      `/api/deliveries/${delivery.id}`,
    )
    const moments = ['sentAt', 'deliveredAt', 'readAt', 'playedAt', 'failedAt'].flatMap((key) =>
      typeof rest[key] === 'string' ? [[key, rest[key]] as const] : [],
    )
    deliveries.push({
      state,
      error: error && { code: error.code, message: error.message },
      moments: Object.fromEntries(moments),
    })
  }
  const { state, stateReason } = await get<{ state: string; stateReason: string | null }>(`/api/channels/${channel}`)
  const events = await house.database.db
    .selectFrom('channel_events')
    .select('kind')
    .where('channel_id', '=', channel)
    .orderBy('id')
    .execute()
  const letters = (
    await get<Page<{ channelId: string; reason: string; path: string }>>('/api/dead-letters?limit=200')
  ).items.filter((letter) => letter.channelId === channel)
  return {
    tasks: tasks.length,
    feed: feed.map((comment) => ({
      by: `${comment.author.kind} ${comment.author.name}`,
      kind: comment.kind,
      text: comment.text,
      data: comment.data,
      files: comment.attachments.map(({ name, mime }) => `${name} ${mime}`),
      reactions: comment.reactions.map(({ emoji, by }) => `${emoji} ${by}`),
      edited: comment.editedAt,
      deleted: comment.deletedAt !== null,
      quotes: feed.find(({ id }) => id === comment.replyTo)?.text ?? null,
      at: comment.at,
    })),
    contact: contact && {
      name: contact.name,
      phone: contact.phone,
      identities: contact.identities
        .filter(({ retiredAt }) => retiredAt === null)
        .map(({ kind, value }) => `${kind}:${value}`)
        .sort(),
      optedOut: contact.optedOut,
    },
    window: opened?.window.closesAt
      ? new Date(Date.parse(opened.window.closesAt) - 24 * 3_600_000).toISOString()
      : null,
    deliveries,
    channel: [state, stateReason],
    events: events.map(({ kind }) => kind),
    letters: letters.map(({ reason, path }) => [reason, path]),
  }
}

interface SeenError {
  code: string
  message: string
}
