import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import pino from 'pino'
import type { ChannelId, ConversationId } from '../../src/domain/ids.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { signingKeyHash } from '../../src/store/channels/load-channel.ts'
import { type Database, openDatabase } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { secrets } from '../kit/house.ts'

export const APP_SECRET = 'test_app_secret_0123456789abcdef'
/** The numbers and accounts that the fixtures name. */
export const NUMBER = '106540352242922'
export const BUSINESS = '102290129340398'

/** One server process of Parley, as far as webhooks are concerned: its own pool, its own address. */
export interface WebhookServer {
  url: string
  database: Database
  /** Conversations whose workflows it wanted to signal. */
  stored: ConversationId[]
  post(channel: ChannelId, body: string | Uint8Array, options?: PostOptions): Promise<Response>
  close(): Promise<void>
}

export interface PostOptions {
  secret?: string
  signature?: string | null
  contentType?: string
}

export async function startWebhookServer(databaseUrl: string, { connections = 4 } = {}): Promise<WebhookServer> {
  const database = openDatabase(databaseUrl, { maxConnections: connections })
  const stored: ConversationId[] = []
  const routes = webhookRoutes({
    database,
    secrets,
    log: pino({ level: 'silent' }),
    config: { publicUrl: 'http://127.0.0.1' },
    eventsStored: (conversations) => stored.push(...conversations),
  })
  const server = await new Promise<ServerType>((resolve) => {
    const listening = serve({ fetch: routes.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    database,
    stored,
    post: (channel, body, options) => post(`${url}/webhooks/${channel}`, body, options),
    async close() {
      await new Promise((resolve) => server.close(resolve))
      await database.close()
    },
  }
}

export function post(address: string, body: string | Uint8Array, options: PostOptions = {}): Promise<Response> {
  const signature = options.signature === undefined ? sign(body, options.secret) : options.signature
  return fetch(address, {
    method: 'POST',
    headers: {
      'content-type': options.contentType ?? 'application/json',
      ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
    },
    body,
  })
}

export const sign = (body: string | Uint8Array, secret = APP_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

export const fixture = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../fixtures/webhooks', `${name}.json`))

/** A channel, by default of the app that signs the fixtures. */
export async function addChannel(
  database: Database,
  options: { number?: string; business?: string; secret?: string; displayPhone?: string } = {},
): Promise<ChannelId> {
  const id = newId<ChannelId>()
  const { number = NUMBER, business = BUSINESS, secret = APP_SECRET } = options
  await database.db
    .insertInto('channels')
    .values({
      id,
      provider: 'whatsapp-cloud',
      name: `Number ${number}`,
      account_id: number,
      business_id: business,
      display_phone: options.displayPhone ?? null,
      config: JSON.stringify({ phoneNumberId: number, wabaId: business, graphUrl: 'http://127.0.0.1:9' }),
      secrets: secrets.seal({
        accessToken: 'token',
        appSecret: secret,
        previousAppSecret: null,
        verifyToken: 'verify-me',
      }),
      app_secret_hash: signingKeyHash(secret),
    })
    .execute()
  return id
}

/** Elements of `messages[]`; ids are new unless given. */
export const textFrom = (from: string, options: { id?: string; text?: string; bsuid?: string } = {}) => ({
  from,
  ...(options.bsuid === undefined ? {} : { from_user_id: options.bsuid }),
  id: options.id ?? `wamid.${randomUUID()}`,
  timestamp: '1760000000',
  type: 'text',
  text: { body: options.text ?? 'hello' },
})

/** Elements of `statuses[]`. */
export const statusOf = (
  id: string,
  status: string,
  options: { at?: number; deliveryId?: string; code?: number; recipient?: Record<string, string> } = {},
) => ({
  id,
  status,
  timestamp: String(options.at ?? 1760000000),
  ...options.recipient,
  ...(options.deliveryId === undefined ? {} : { biz_opaque_callback_data: options.deliveryId }),
  ...(options.code === undefined ? {} : { errors: [{ code: options.code, title: 'Refused', message: 'Refused' }] }),
})

/** A body as Meta would send it. */
export function bodyOf(
  value: { messages?: unknown[]; statuses?: unknown[] },
  { number = NUMBER, business = BUSINESS } = {},
): string {
  const metadata = { display_phone_number: '15550783881', phone_number_id: number }
  const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: business, changes: [change] }] })
}

/** Every conversation's numbers are 1, 2, 3 … up to `last_seq`. */
export async function sequenceGaps({ pool }: Database): Promise<unknown[]> {
  const { rows } = await pool.query(`
    select c.id, c.last_seq, array_agg(e.seq order by e.seq) as seqs from conversations c
    left join conversation_events e on e.conversation_id = c.id group by c.id
    having coalesce(array_agg(e.seq order by e.seq) filter (where e.seq is not null), '{}')
      <> array(select generate_series(1, c.last_seq))`)
  return rows
}

export async function count({ pool }: Database, from: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${from}`)
  return rows[0]?.n ?? 0
}
