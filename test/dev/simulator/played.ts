import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { Script } from 'node:vm'
import { serve } from '@hono/node-server'
import { MockActivityEnvironment } from '@temporalio/testing'
import { Hono } from 'hono'
import pino from 'pino'
import { expect, onTestFinished } from 'vitest'
import { sendActivities } from '../../../activities/index.ts'
import type { OutgoingBody, OutgoingMessage } from '../../../src/channels/port.ts'
import { capabilitiesOf } from '../../../src/channels/registry.ts'
import { mountSimulator } from '../../../src/dev/demo.ts'
import type { DeliveryBody } from '../../../src/domain/delivery.ts'
import type { ChannelId, CommentId, ConversationId, DeliveryId } from '../../../src/domain/ids.ts'
import { channelCache } from '../../../src/store/channels/channel-cache.ts'
import { diskFiles } from '../../../src/store/disk-files.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { startWebhookServer } from '../../intake/webhook-server.ts'
import { secrets } from '../../kit/house.ts'
import { freshDatabase } from '../../services/database.ts'
import { type Json, temporaryDirectory } from './harness.ts'

/** A provider played by hand: the simulator as `npm start` mounts it, Parley's door and its worker's activities. */
export const PUBLIC = 'http://127.0.0.1'
export const CLIENT = '+15551250001'
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
export const never = new AbortController().signal

/** What is sent to the client, as the adapter gets it. */
export const outgoing = (body: OutgoingBody): OutgoingMessage => ({
  deliveryId: newId<DeliveryId>(),
  recipient: [{ kind: 'wa_id', value: CLIENT.slice(1) }],
  quoted: null,
  body,
})
export const text = (words: string): OutgoingMessage => outgoing({ kind: 'text', text: words })

export interface Stage {
  /** of the simulator: `…/simulator` */
  url: string
  get(path: string): Promise<Json[]>
  post(path: string, body: unknown): Promise<{ status: number; body: Json }>
  remove(path: string): Promise<number>
  stop(): Promise<void>
}

/** The page has its files, and its code can be read. */
export async function readPage(url: string): Promise<void> {
  const html = await (await fetch(url)).text()
  const code = await (await fetch(`${url}/app.js`)).text()
  expect(() => new Script(code)).not.toThrow()
  const words = [...html.matchAll(/data-word="(\w+)"/g)].map(([, word]) => word)
  for (const word of words) expect(code.match(new RegExp(`\\b${word}: '`, 'g'))).toHaveLength(2)
}

export type Parley = Awaited<ReturnType<typeof openParley>>

/** Parley with a database of its own, and what its people would see. */
export async function openParley() {
  const fresh = await freshDatabase()
  const server = await startWebhookServer(fresh.url)
  const { database } = server
  const log = pino({ level: 'silent' })
  const rows = async (query: string, channel: ChannelId) =>
    (await database.pool.query(query, [channel])).rows as Record<string, unknown>[]

  return {
    database,
    url: server.url,
    rows,
    async close() {
      await server.close()
      await fresh.drop()
    },

    /** @param phone below `/simulator`: where the client's calls go */
    async stage(phone: string, dataDir?: string): Promise<Stage> {
      const config = {
        host: '127.0.0.1',
        port: Number(new URL(server.url).port),
        publicUrl: PUBLIC,
        dataDir: dataDir ?? (await temporaryDirectory()),
      }
      const { part, stop } = await mountSimulator({ config: config as never, database, secrets, log })
      const app = new Hono()
      part.mount(app as never)
      const listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
      if (!listening.listening) await new Promise<void>((resolve) => listening.once('listening', resolve))
      let isStopped = false
      async function end() {
        if (isStopped) return
        isStopped = true
        await stop()
        listening.closeAllConnections()
        await new Promise((resolve) => listening.close(resolve))
      }
      onTestFinished(end)
      const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/simulator`
      return {
        url,
        get: async (path) => ((await (await fetch(`${url}/${phone}/${path}`)).json()) as { items: Json[] }).items,
        async post(path, body) {
          const answer = await fetch(`${url}/${phone}/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          })
          const words = await answer.text()
          return { status: answer.status, body: words ? JSON.parse(words) : {} }
        },
        remove: async (path) => (await fetch(`${url}/${phone}/${path}`, { method: 'DELETE' })).status,
        stop: end,
      }
    },

    /** The comments of a channel's client, or of the business's own phone, oldest first. */
    async heard(channel: ChannelId, author = 'contact'): Promise<Record<string, unknown>[]> {
      const [{ id } = {}] = await rows('select id from conversations where channel_id = $1', channel)
      if (id !== undefined)
        await workEvents(database, { conversationId: id as ConversationId, after: null, upTo: 100 }, capabilitiesOf)
      return rows(
        `select kind, text, data from comments where channel_id = $1 and author_kind = '${author}' order by position`,
        channel,
      )
    },

    /** Sent as the worker sends it, to the client who has written. @param ends as one turn of it ends */
    async answer(channel: ChannelId, stored: DeliveryBody, ends: object = { now: 'settled' }): Promise<void> {
      const [{ id } = {}] = await rows('select id from conversations where channel_id = $1', channel)
      const [task] = await rows('select id from tasks where channel_id = $1', channel)
      const comment = newId<CommentId>()
      const delivery = newId<DeliveryId>()
      const common = { conversation_id: id as ConversationId, channel_id: channel }
      await database.db
        .insertInto('comments')
        .values({
          ...common,
          id: comment,
          task_id: task?.id as never,
          author_kind: 'employee',
          author_name: 'Anna',
          kind: 'text',
          text: 'Yes',
        })
        .execute()
      await database.db
        .insertInto('deliveries')
        .values({ ...common, id: delivery, comment_id: comment, body: JSON.stringify(stored) })
        .execute()
      const worker = {
        database,
        channels: channelCache(database, secrets),
        files: diskFiles(tmpdir()),
        publicUrl: PUBLIC,
        secrets,
        log,
        worker: 'test',
        notifyLive: () => undefined,
        stopping: never,
      }
      expect(await new MockActivityEnvironment().run(sendActivities(worker).sendDelivery, delivery)).toEqual(ends)
    },

    /** What became of the newest delivery. */
    async fate(channel: ChannelId): Promise<Record<string, unknown> | undefined> {
      const query = 'select state, error_code from deliveries where channel_id = $1 order by id desc limit 1'
      return (await rows(query, channel))[0]
    },
  }
}
