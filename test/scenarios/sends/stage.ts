import { expect } from 'vitest'
import type { ConversationId, DeliveryId, RunId, TaskId } from '../../../src/domain/ids.ts'
import { eventually } from '../../kit/eventually.ts'
import { API_TOKEN, openRunningHouse, type PhoneMessage, type RunningHouse } from '../../kit/running-house.ts'

export interface Task {
  id: TaskId
  conversationId: ConversationId
}

export interface Part {
  id: DeliveryId
  state: string
  holdUntil: string | null
  maybeTwice: boolean
  error: { code: string } | null
}

export interface Entry {
  id: string
  kind: string
  text: string | null
  data: Record<string, unknown>
  author: { kind: string }
  attachments: { id: string; name: string; url: string }[]
  delivery: Part | null
  deliveries: Part[]
}

/** A running house, and what tests of sends ask of it. */
export interface Stage extends RunningHouse {
  newNumber(): string
  /** A client writes; their task. */
  write(from: string, text: string): Promise<Task>
  feed(task: TaskId): Promise<Entry[]>
  /** What the house sent to a client, as their phone shows it. */
  received(from: string): Promise<(PhoneMessage & Record<string, unknown>)[]>
  runs(conversation: ConversationId): Promise<{ id: RunId; state: string; reason_code: string | null }[]>
  entries(run: RunId): Promise<string[]>
  /** The only run there, once it has come to a state. */
  runIn(conversation: ConversationId, state: string): Promise<{ id: RunId; reason_code: string | null }>
  upload(bytes: Uint8Array, name: string): Promise<string>
  delivery(id: string): Promise<Part & { attempts: { outcome: string | null }[] }>
  /** More than a day passes without a word from the client. */
  closeWindow(conversation: ConversationId): Promise<void>
}

/** @param prefix of the numbers, so that no two files share one */
export async function openStage(prefix: string): Promise<Stage> {
  const house = await openRunningHouse()
  const { db } = house.database
  let clients = 0

  const stage: Stage = {
    ...house,
    newNumber: () => `${prefix}${String(++clients).padStart(4, '0')}`,
    async write(from, text) {
      await house.phone({ from, name: 'Ann Example', text })
      return eventually(async () => {
        const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
        const [task] = body.items
        if (!task) throw new Error('no task yet')
        return task
      })
    },
    feed: async (task) =>
      (await house.api<{ items: Entry[] }>('GET', `/api/tasks/${task}/comments?limit=200`)).body.items,
    async received(from) {
      const messages = (await house.phoneMessages(from)) as (PhoneMessage & Record<string, unknown>)[]
      return messages.filter(({ direction }) => direction === 'to_client')
    },
    runs: (conversation) =>
      db
        .selectFrom('runs')
        .select(['id', 'state', 'reason_code'])
        .where('conversation_id', '=', conversation)
        .orderBy('id')
        .execute(),
    async entries(run) {
      const rows = await db.selectFrom('run_entries').select('entry').where('run_id', '=', run).orderBy('n').execute()
      return rows.map(({ entry }) => `${entry.step ?? ''} ${entry.action} ${entry.outcome}`.trim())
    },
    runIn: (conversation, state) =>
      eventually(async () => {
        const [run, ...others] = await stage.runs(conversation)
        expect(others).toEqual([])
        expect(run).toMatchObject({ state })
        if (!run) throw new Error('no run')
        return run
      }, 40_000),
    async upload(bytes, name) {
      const form = new FormData()
      form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
      const response = await fetch(`${house.url}/api/attachments`, {
        method: 'POST',
        headers: { authorization: `Bearer ${API_TOKEN}` },
        body: form,
      })
      expect(response.status).toBe(201)
      return ((await response.json()) as { id: string }).id
    },
    delivery: async (id) =>
      (await house.api<Part & { attempts: { outcome: string | null }[] }>('GET', `/api/deliveries/${id}`)).body,
    async closeWindow(conversation) {
      await db
        .updateTable('conversations')
        .set({ last_in_at: new Date(Date.now() - 25 * 3600_000) })
        .where('id', '=', conversation)
        .execute()
    },
  }
  return stage
}
