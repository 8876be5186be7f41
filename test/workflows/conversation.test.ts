import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, DeliveryId, TaskId } from '../../src/domain/ids.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { releaseStranded } from '../../src/store/channels/release-parked.ts'
import { eventually } from '../kit/eventually.ts'
import { secrets } from '../kit/house.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'

interface Comment {
  id: string
  text: string | null
  kind: string
  author: { kind: string; name: string }
  attachments: { id: string; mime: string; size: number; state: string; url: string }[]
  delivery: { id: string; state: string; error: { code: string; message: string } | null } | null
  deliveries: { id: string; state: string }[]
}
interface Task {
  id: TaskId
  title: string
  conversationId: ConversationId
  requester: { name: string; phone: string }
  assignees: { id: string }[]
}

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
})
afterEach(() => house.clearFaults())
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650777${String(++clients).padStart(4, '0')}`

const taskOf = (phone: string) =>
  eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${phone}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })

const feedOf = async (task: TaskId) =>
  (await house.api<{ items: Comment[] }>('GET', `/api/tasks/${task}/comments?limit=200`)).body.items

const feedWhere = (task: TaskId, holds: (feed: Comment[]) => boolean) =>
  eventually(async () => {
    const feed = await feedOf(task)
    if (!holds(feed))
      throw new Error(
        `the feed is ${JSON.stringify(feed.map(({ text, kind, delivery }) => ({ text, kind, state: delivery?.state })))}`,
      )
    return feed
  })

const comment = async (task: TaskId, body: Record<string, unknown>) => {
  const answer = await house.api<Comment & { error?: { code: string } }>('POST', `/api/tasks/${task}/comments`, body)
  return { status: answer.status, comment: answer.body }
}

const deliveryWhere = (id: string, ...states: string[]) =>
  eventually(async () => {
    const { body } = await house.api<{ state: string; attempts: unknown[]; error: { code: string } | null }>(
      'GET',
      `/api/deliveries/${id}`,
    )
    if (!states.includes(body.state)) throw new Error(`the delivery is ${body.state}`)
    return body
  })

/** A client who has written, and the task that this opened. */
async function client() {
  const from = newNumber()
  await house.phone({ from, name: `Client ${from}`, text: 'Hello' })
  const task = await taskOf(from)
  await feedWhere(task.id, (feed) => feed.length === 1)
  return { from, task }
}

describe('a conversation', () => {
  it('opens a task on first contact, with the requester and the assignee that M8 and M9 ask for', async () => {
    const { from, task } = await client()
    expect(task.requester).toMatchObject({ name: `Client ${from}`, phone: `+${from}` })
    expect(task.assignees.map(({ id }) => id)).toEqual([house.owner])
  })

  it('sends a notified comment to the client, once, and shows its ticks; an internal one stays here (M10, M11, P6)', async () => {
    const { from, task } = await client()
    await comment(task.id, { text: 'internal: who takes this?' })
    const { status, comment: sent } = await comment(task.id, { text: 'Yes, in blue', notify: { contact: true } })
    expect(status).toBe(201)
    expect(sent.delivery?.state).toBe('queued')
    await deliveryWhere(sent.delivery?.id ?? '', 'delivered', 'read')

    const received = (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')
    expect(received.map(({ text }) => text)).toEqual(['Yes, in blue'])
    expect((await house.calls()).filter((call) => JSON.stringify(call).includes(from))).toHaveLength(1)
  })

  it('keeps the order of what people write', async () => {
    const { from, task } = await client()
    const texts = Array.from({ length: 8 }, (_, n) => `line ${n}`)
    for (const text of texts) expect((await comment(task.id, { text, notify: { contact: true } })).status).toBe(201)
    await eventually(async () => {
      const received = (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')
      expect(received.map(({ text }) => text)).toEqual(texts)
    })
  })

  it('keeps the order of what a client writes, also over a continue-as-new', async () => {
    const { from, task } = await client()
    const runId = async () => (await house.workflowOf(task.conversationId).describe()).runId
    const texts: string[] = []
    const write = async (text: string) => {
      texts.push(text)
      await house.phone({ from, name: 'Chatty', text })
    }
    const stored = async () => {
      const rows = await house.database.db
        .selectFrom('comments')
        .select('text')
        .where('task_id', '=', task.id)
        .orderBy('position')
        .execute()
      return rows.map(({ text }) => text)
    }
    const first = await runId()
    for (let n = 0; (await runId()) === first; n++) {
      expect(n).toBeLessThan(400)
      await write(`message ${n}`)
      await eventually(async () => expect(await stored()).toHaveLength(1 + texts.length))
    }
    // In the middle of the turn-over, and side by side with what follows it.
    for (let n = 0; n < 20; n++) await write(`after ${n}`)
    await eventually(async () => expect(await stored()).toEqual(['Hello', ...texts]))
    expect((await house.workflowOf(task.conversationId).describe()).status.name).toBe('RUNNING')
  }, 120_000)

  it('costs one call and at most six history events for an inbound message to an open conversation', async () => {
    const { from, task } = await client()
    const handle = house.workflowOf(task.conversationId)
    const before = (await handle.describe()).historyLength
    for (let n = 0; n < 5; n++) {
      await house.phone({ from, name: 'C', text: `m${n}` })
      await feedWhere(task.id, (feed) => feed.length === n + 2)
    }
    await eventually(async () => {
      const { historyLength } = await handle.describe()
      expect(historyLength - before).toBeGreaterThan(0)
      expect((historyLength - before) / 5).toBeLessThanOrEqual(6)
    })
  })

  it('holds no text, name or number in Temporal (P8)', async () => {
    const from = newNumber()
    await house.phone({ from, name: 'Canary Name', text: 'canary-text-4711' })
    const task = await taskOf(from)
    await comment(task.id, { text: 'canary-answer-4711', notify: { contact: true } })
    await feedWhere(task.id, (feed) => feed.some(({ delivery }) => delivery?.state === 'delivered'))
    const history = await house.workflowOf(task.conversationId).fetchHistory()
    const bytes = Buffer.from(
      JSON.stringify(history, (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
      ),
    )
    expect(bytes.includes('canary')).toBe(false)
    expect(bytes.includes('Canary')).toBe(false)
    expect(bytes.includes(from)).toBe(false)
  })
})

describe('files (M12)', () => {
  const picture = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )

  const upload = async (bytes: Buffer, name: string, mime: string) => {
    const form = new FormData()
    form.set('file', new File([new Uint8Array(bytes)], name, { type: mime }))
    const response = await fetch(`${house.url}/api/attachments`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-of-the-test-suite' },
      body: form,
    })
    return { status: response.status, body: (await response.json()) as { id: string; mime: string } }
  }

  it('a client’s photo becomes an attachment with its bytes, and survives a provider that is away at first', async () => {
    await house.fault({ on: 'download', kind: 'http', status: 503, times: 1 })
    const from = newNumber()
    await house.phone({
      from,
      name: 'P',
      media: { dataBase64: picture.toString('base64'), mime: 'image/png', name: 'x.png', caption: 'look' },
    })
    const task = await taskOf(from)
    const feed = await feedWhere(task.id, (all) => all[0]?.attachments[0]?.state === 'stored')
    expect(feed[0]).toMatchObject({ kind: 'image', text: 'look' })
    const file = feed[0]?.attachments[0]
    const response = await fetch(`${house.url}${file?.url}`, {
      headers: { authorization: 'Bearer token-of-the-test-suite' },
    })
    expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true)
  })

  it('a file of a notified comment reaches the phone, with its words as the caption', async () => {
    const { from, task } = await client()
    const file = await upload(picture, 'offer.png', 'image/png')
    expect(file.status).toBe(201)
    const { status, comment: sent } = await comment(task.id, {
      text: 'our offer',
      attachmentIds: [file.body.id],
      notify: { contact: true },
    })
    expect(status).toBe(201)
    await deliveryWhere(sent.delivery?.id ?? '', 'delivered', 'read')
    const received = (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')
    expect(received).toMatchObject([
      { kind: 'image', text: 'our offer', media: { mime: 'image/png', size: picture.length } },
    ])
  })

  it('a file of an internal comment stays here', async () => {
    const { from, task } = await client()
    const file = await upload(picture, 'secret.png', 'image/png')
    await comment(task.id, { attachmentIds: [file.body.id] })
    await house.phone({ from, name: 'C', text: 'still there?' })
    await feedWhere(task.id, (feed) => feed.length === 3)
    expect((await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')).toEqual([])
  })
})

describe('sends that do not go smoothly (P3)', () => {
  it('an answer that is lost after the provider took the message is never repeated; a status settles it', async () => {
    const { from, task } = await client()
    await house.fault({ on: 'messages', kind: 'reset_after_accept', times: 1, match: { to: from } })
    const { comment: sent } = await comment(task.id, { text: 'once only', notify: { contact: true } })
    await deliveryWhere(sent.delivery?.id ?? '', 'sent', 'delivered', 'read')
    const received = (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')
    expect(received).toHaveLength(1)
  })

  it('without a status it stays unknown, for a person to settle', async () => {
    const { from, task } = await client()
    await house.fault({ on: 'messages', kind: 'reset_after_accept', times: 1, match: { to: from } })
    await house.fault({ on: 'webhook', kind: 'no_statuses', match: { to: from } })
    const { comment: sent } = await comment(task.id, { text: 'who knows', notify: { contact: true } })
    const id = sent.delivery?.id ?? ''
    await deliveryWhere(id, 'unknown')
    const settled = await house.api('POST', `/api/deliveries/${id}/settle`, { outcome: 'sent' })
    expect(settled.status).toBe(200)
    await deliveryWhere(id, 'sent')
  })

  it('a passing error is tried again until it works', async () => {
    const { from, task } = await client()
    await house.fault({ on: 'messages', kind: 'error', code: 131016, times: 1, match: { to: from } })
    const { comment: sent } = await comment(task.id, { text: 'second try', notify: { contact: true } })
    const delivery = await deliveryWhere(sent.delivery?.id ?? '', 'delivered', 'read')
    expect(delivery.attempts).toHaveLength(2)
    expect((await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')).toHaveLength(1)
  })

  it('a refused upload counts as an attempt, so that it cannot go on for ever', async () => {
    const { task } = await client()
    const form = new FormData()
    form.set('file', new File(['a note'], 'note.txt', { type: 'text/plain' }))
    const upload = await fetch(`${house.url}/api/attachments`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-of-the-test-suite' },
      body: form,
    })
    const file = (await upload.json()) as { id: string }
    await house.fault({ on: 'upload', kind: 'error', code: 131016, times: 1 })
    const { comment: sent } = await comment(task.id, { attachmentIds: [file.id], notify: { contact: true } })
    const delivery = await deliveryWhere(sent.delivery?.id ?? '', 'delivered', 'read')
    expect(delivery.attempts).toMatchObject([{ outcome: 'rejected' }, { outcome: 'accepted' }])
  })

  it('a final error fails with its reason in words, and a person’s retry is a new attempt', async () => {
    const { from, task } = await client()
    await house.fault({ on: 'messages', kind: 'error', code: 131026, times: 1, match: { to: from } })
    const { comment: sent } = await comment(task.id, { text: 'try me', notify: { contact: true } })
    const id = sent.delivery?.id ?? ''
    const failed = await deliveryWhere(id, 'failed')
    expect(failed.error?.code).toBe('131026')
    expect((await house.api('POST', `/api/deliveries/${id}/retry`)).status).toBeLessThan(300)
    expect((await deliveryWhere(id, 'delivered', 'read')).attempts).toHaveLength(2)
  })

  it('a revoked token parks the message and marks the channel; once it is resumed the message goes', async () => {
    const { from, task } = await client()
    await house.fault({ on: 'messages', kind: 'token_revoked', times: 1, match: { to: from } })
    const { comment: sent } = await comment(task.id, { text: 'later', notify: { contact: true } })
    const id = sent.delivery?.id ?? ''
    await eventually(async () => {
      const { body } = await house.api<{ state: string; stateReason: string }>('GET', `/api/channels/${house.channel}`)
      expect(body.state).toBe('needs_attention')
      expect(body.stateReason).toMatch(/token/i)
    })
    expect((await house.api<{ state: string }>('GET', `/api/deliveries/${id}`)).body.state).toBe('queued')
    expect((await house.api('POST', `/api/channels/${house.channel}/resume`)).status).toBeLessThan(300)
    await deliveryWhere(id, 'delivered', 'read')
    expect((await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')).toHaveLength(1)
  })

  it('what waits for a channel that is deleted fails, and says why', async () => {
    const { task } = await client()
    const { db } = house.database
    const { channel } = house
    await db.updateTable('channels').set({ state: 'paused' }).where('id', '=', channel).execute()
    const { comment: sent } = await comment(task.id, { text: 'too late', notify: { contact: true } })
    const id = (sent.delivery?.id ?? '') as DeliveryId
    await db.updateTable('channels').set({ deleted_at: new Date() }).where('id', '=', channel).execute()
    channelCache(house.database, secrets).forget()
    try {
      const stored: ConversationId[] = []
      await releaseStranded(db, (conversations) => stored.push(...conversations))
      expect(stored).toEqual([task.conversationId])
      const failed = await eventually(async () => {
        const row = await db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
        expect(row.state).toBe('failed')
        return row
      })
      expect(failed.error_code).toBe('channel_deleted')
    } finally {
      await db.updateTable('channels').set({ deleted_at: null, state: 'connected' }).where('id', '=', channel).execute()
      channelCache(house.database, secrets).forget()
    }
  })

  it('a claimed attempt without an outcome, as a killed worker leaves it, becomes unknown and is not called', async () => {
    const { from, task } = await client()
    await house.api('POST', `/api/channels/${house.channel}/pause`)
    const { comment: sent } = await comment(task.id, { text: 'was it sent?', notify: { contact: true } })
    const id = sent.delivery?.id ?? ''
    await eventually(async () => {
      const row = await house.database.db
        .selectFrom('deliveries')
        .select('parked')
        .where('id', '=', id as never)
        .executeTakeFirstOrThrow()
      expect(row.parked).not.toBeNull()
    })
    await house.database.db
      .updateTable('deliveries')
      .set({ state: 'sending', rank: 1, attempt: 1 })
      .where('id', '=', id as never)
      .execute()
    await house.database.db
      .insertInto('delivery_attempts')
      .values({ delivery_id: id as never, attempt: 1, worker: 'killed' })
      .execute()
    await house.api('POST', `/api/channels/${house.channel}/resume`)
    const { lockConversation, appendEvent } = await import('../../src/store/conversation-events.ts')
    const { inTransaction } = await import('../../src/store/index.ts')
    await inTransaction(house.database.db, async (tx) => {
      await lockConversation(tx, task.conversationId)
      await appendEvent(
        tx,
        task.conversationId,
        { kind: 'delivery.retried', delivery: id as never, by: null },
        { at: new Date() },
      )
    })
    await deliveryWhere(id, 'unknown')
    expect((await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client')).toEqual([])
  })

  it('a closed window is told at once, and nothing leaves (M15)', async () => {
    const { from, task } = await client()
    await house.database.db
      .updateTable('conversations')
      .set({ last_in_at: new Date(Date.now() - 25 * 3_600_000) })
      .where('id', '=', task.conversationId)
      .execute()
    const { status, comment: refused } = await comment(task.id, { text: 'too late', notify: { contact: true } })
    expect(status).toBe(409)
    expect(refused.error?.code).toBe('window_closed')
    expect((await house.calls()).filter((call) => JSON.stringify(call).includes(from))).toEqual([])
  })
})
