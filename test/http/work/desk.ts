import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChannelId, ContactId, ConversationId, TaskId, TaskTemplateId, UserId } from '../../../src/domain/ids.ts'
import { workRoutes } from '../../../src/http/work/index.ts'
import { startSession } from '../../../src/store/access/sessions.ts'
import { diskFiles } from '../../../src/store/disk-files.ts'
import type { FileStore } from '../../../src/store/file-store.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { addChannel, addConversation, receive } from '../../kit/house.ts'
import { type Answered, type Api, type Asking, openApi } from '../api.ts'

/** An employee at work, signed in. */
export interface Worker {
  id: UserId
  cookie: string
  ask(path: string, asking?: Asking): Promise<Answered>
}

export interface OpenTask {
  task: TaskId
  conversation: ConversationId
  contact: ContactId
  channel: ChannelId
}

/** The application with its daily work, a channel, and clients who have just written. */
export interface Desk extends Api {
  channel: ChannelId
  template: TaskTemplateId
  ownerId: UserId
  filesDirectory: string
  addChannel(): Promise<ChannelId>
  addWorker(channelIds?: ChannelId[] | null): Promise<Worker>
  /** A client's first message has come, and opened a task. */
  openTask(options?: { channel?: ChannelId; phone?: string; name?: string; lastInAt?: Date }): Promise<OpenTask>
  upload(worker: Worker, bytes: Uint8Array, name: string, headers?: Record<string, string>): Promise<Answered>
}

/**
 * @param options.files where its files lie; it is deleted in the end, too
 * @param options.store another place for files than a directory
 */
export async function openDesk(
  options: { files?: string; store?: FileStore; environment?: NodeJS.ProcessEnv } = {},
): Promise<Desk> {
  const directory = options.files ?? (await mkdtemp(join(tmpdir(), 'parley-desk-')))
  const stops: (() => Promise<void>)[] = []
  const api = await openApi({
    ...(options.environment && { environment: options.environment }),
    parts: (deps) => {
      deps.files = options.store ?? diskFiles(directory)
      const work = workRoutes(deps)
      stops.push(() => work.stop())
      return [{ mount: (app) => app.route('/api', work.routes) }]
    },
  })
  const { database } = api
  const ownerId = await api.addUser('owner')
  const template = newId<TaskTemplateId>()
  await database.db
    .insertInto('task_templates')
    .values({ id: template, name: 'Chat', title_pattern: 'WhatsApp: {contact}', statuses: '[]' })
    .execute()
  const newChannel = () =>
    addChannel(database, { owner: ownerId, template, phoneNumberId: `1${randomInt(1e11, 9e11)}` })
  const channel = await newChannel()

  return {
    ...api,
    channel,
    template,
    ownerId,
    filesDirectory: directory,
    addChannel: newChannel,
    async addWorker(channelIds = null) {
      const id = await api.addUser('operator', { channelIds })
      const token = await inTransaction(database.db, (tx) => startSession(tx, id, null))
      const cookie = `parley=${token}`
      return { id, cookie, ask: (path, asking) => api.ask(path, { cookie, ...asking }) }
    },
    async openTask(options = {}) {
      const at = options.channel ?? channel
      const phone = options.phone ?? `1650${randomInt(1e6, 9e6)}`
      const conversation = await addConversation({ database, channel: at }, [{ kind: 'wa_id', value: phone }])
      const written = options.lastInAt ? { at: options.lastInAt } : {}
      const upTo = await receive(database, conversation, {}, { name: options.name ?? 'Sheena Nelson', ...written })
      await workEvents(database, { conversationId: conversation, after: null, upTo })
      const row = await database.db
        .selectFrom('tasks')
        .select(['id', 'requester_id'])
        .where('conversation_id', '=', conversation)
        .executeTakeFirstOrThrow()
      return { task: row.id, conversation, contact: row.requester_id, channel: at }
    },
    async upload(worker, bytes, name, headers = {}) {
      const form = new FormData()
      form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
      const response = await api.app.request('/api/attachments', {
        method: 'POST',
        body: form,
        headers: { cookie: worker.cookie, 'sec-fetch-site': 'same-origin', ...headers },
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: JSON.parse(text) }
    },
    async close() {
      for (const stop of stops) await stop()
      await api.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A whole picture of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** How many statements a piece of work sends to the database. */
export async function countQueries(
  { database }: Pick<Desk, 'database'>,
  work: () => Promise<unknown>,
): Promise<number> {
  const { pool } = database
  let count = 0
  const originals = new Map<object, unknown>()
  // `acquire` also comes for statements that the pool runs by itself; replacing `connect` would swallow their callbacks.
  const onAcquire = (client: { query: unknown }) => {
    if (originals.has(client)) return
    const query = client.query as (...args: unknown[]) => unknown
    originals.set(client, query)
    client.query = (...args: unknown[]) => {
      count++
      return query.apply(client, args)
    }
  }
  pool.on('acquire', onAcquire)
  try {
    await work()
    return count
  } finally {
    pool.off('acquire', onAcquire)
    for (const [client, query] of originals) Object.assign(client, { query })
  }
}
