import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, TaskId } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { skipTime } from '../kit/skip-time.ts'
import { addTemplate } from '../kit/templates.ts'

interface Comment {
  id: string
  text: string | null
  kind: string
  bulk: boolean
  replyTo: string | null
  author: { kind: string }
  data: { replyToBulk?: { commentId: string } }
  delivery: { id: string; state: string } | null
}
interface Task {
  id: TaskId
  conversationId: ConversationId
  requester: { name: string; phone: string }
}
interface Sent {
  deliveryId: string
  conversationId: ConversationId
}

let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  await addTemplate(house, { name: 'hello_world', body: 'Welcome and congratulations!!' })
})
afterEach(() => house.clearFaults())
afterAll(() => house.close())

let clients = 0
const newNumber = () => `1650888${String(++clients).padStart(4, '0')}`

const send = async (to: string, body: Record<string, unknown>) => {
  const answer = await house.api<Sent>('POST', '/api/messages', { channelId: house.channel, to: `+${to}`, ...body })
  expect(answer.status).toBe(202)
  return answer.body
}
const tasksOf = async (phone: string) =>
  (await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${phone}`)).body.items
const feedOf = async (task: TaskId) =>
  (await house.api<{ items: Comment[] }>('GET', `/api/tasks/${task}/comments?limit=200`)).body.items
const outgoingOf = (conversation: ConversationId) =>
  house.database.db
    .selectFrom('outgoing_messages')
    .selectAll()
    .where('conversation_id', '=', conversation)
    .orderBy('at')
    .execute()
const untilState = (conversation: ConversationId, ...states: string[]) =>
  eventually(async () => expect((await outgoingOf(conversation)).map(({ state }) => state)).toEqual(states))
const untilDelivered = (id: string) =>
  eventually(async () => {
    const { body } = await house.api<{ state: string }>('GET', `/api/deliveries/${id}`)
    expect(['delivered', 'read']).toContain(body.state)
  })

/** So many numbers get the same text, one after the other; each has an open reply window without a task of its own. */
async function mailing(count: number, text: string) {
  const numbers = Array.from({ length: count }, newNumber)
  for (const number of numbers) await openWindow(number)
  const sent: (Sent & { number: string })[] = []
  for (const number of numbers) sent.push({ number, ...(await send(number, { text })) })
  return sent
}

/** The client wrote, and somebody closed and deleted nothing: the window is open, the task is done. */
async function openWindow(number: string) {
  await house.phone({ from: number, name: `Client ${number}`, text: 'Hi' })
  const task = await eventually(async () => {
    const [found] = await tasksOf(number)
    if (!found) throw new Error('no task yet')
    return found
  })
  const closed = await house.api('PATCH', `/api/tasks/${task.id}`, { status: 'done' })
  expect(closed.status).toBe(200)
}

describe('bulk messages', () => {
  it('are ordinary up to the threshold: each opens a task', async () => {
    const sent = await mailing(3, 'We open at nine')
    for (const { number, conversationId } of sent) {
      await untilState(conversationId, 'shown')
      const tasks = await tasksOf(number)
      expect(tasks).toHaveLength(2)
      const [newest] = tasks
      expect((await feedOf(newest?.id as TaskId)).map(({ text, bulk }) => ({ text, bulk }))).toEqual([
        { text: 'We open at nine', bulk: false },
      ])
    }
  })

  it('are folded back with the fourth, their untouched tasks are withdrawn, and a reply brings the message in before it', async () => {
    const [touched, ...rest] = await mailing(3, 'Big sale today')
    if (!touched) throw new Error('nothing was sent')
    const [shownTask] = await eventually(async () => {
      const tasks = await tasksOf(touched.number)
      expect(tasks).toHaveLength(2)
      return tasks
    })
    await house.api('PATCH', `/api/tasks/${shownTask?.id}`, { title: 'Somebody looks after it' })
    const fourth = await mailing(1, 'Big sale today')
    const all = [touched, ...rest, ...fourth]
    for (const { conversationId } of all) await untilState(conversationId, 'held')
    for (const { deliveryId } of all) await untilDelivered(deliveryId)

    expect(await tasksOf(touched.number)).toHaveLength(2)
    // Of the task that somebody touched, their touch is all that is left.
    expect(await feedOf(shownTask?.id as TaskId)).toMatchObject([{ kind: 'system', data: { change: 'fields' } }])
    for (const { number } of [...rest, ...fourth]) expect(await tasksOf(number)).toHaveLength(1)

    const [replier] = rest
    if (!replier) throw new Error('nobody replies')
    await house.phone({ from: replier.number, name: 'Replier', text: 'I take two' })
    const task = await eventually(async () => {
      const tasks = await tasksOf(replier.number)
      expect(tasks).toHaveLength(2)
      return tasks[0] as Task
    })
    const feed = await eventually(async () => {
      const found = await feedOf(task.id)
      expect(found).toHaveLength(2)
      return found
    })
    expect(feed.map(({ text, bulk, author }) => [text, bulk, author.kind])).toEqual([
      ['Big sale today', true, 'employee'],
      ['I take two', false, 'contact'],
    ])
    expect(feed[1]?.data.replyToBulk?.commentId).toBe(feed[0]?.id)
    expect(['delivered', 'read']).toContain(feed[0]?.delivery?.state)
    await untilState(replier.conversationId, 'replied')

    const { body } = await house.api<{ items: { count: number; held: number; replied: number }[] }>('GET', '/api/bulk')
    expect(body.items[0]).toMatchObject({ count: 4, held: 3, replied: 1 })
  })

  it('are gone from the hold after a month, with an audit row; a later reply comes alone', async () => {
    const sent = await mailing(4, 'Autumn prices are here')
    const [first] = sent
    if (!first) throw new Error('nothing was sent')
    await untilState(first.conversationId, 'held')
    await skipTime(house, first.conversationId)
    await untilState(first.conversationId, 'expired')
    const audited = await house.database.db
      .selectFrom('audit_log')
      .select(['action', 'subject_id'])
      .where('action', '=', 'hold.expired')
      .execute()
    expect(audited).toEqual([{ action: 'hold.expired', subject_id: (await outgoingOf(first.conversationId))[0]?.id }])
    await house.phone({ from: first.number, name: 'Late', text: 'Is it still on?' })
    const [task] = await eventually(async () => {
      const tasks = await tasksOf(first.number)
      expect(tasks).toHaveLength(2)
      return tasks
    })
    await eventually(async () => {
      expect((await feedOf(task?.id as TaskId)).map(({ text }) => text)).toEqual(['Is it still on?'])
    })
  })
})

describe('writing first (M14, M15)', () => {
  const outbound = (to: string, more: Record<string, unknown> = {}) =>
    house.api<{
      taskId: TaskId
      conversationId: ConversationId
      deliveryId: string
      error?: { code: string; details: unknown }
    }>('POST', '/api/outbound', {
      channelId: house.channel,
      to,
      template: { name: 'hello_world', language: 'en_US' },
      ...more,
    })

  it('shows the task at once, with the contact as its requester and what the client sees', async () => {
    const number = newNumber()
    const { status, body } = await outbound(`+1 (650) 888-${number.slice(-4)}`, { contactName: 'Grace' })
    expect(status).toBe(201)
    const task = (await house.api<Task>('GET', `/api/tasks/${body.taskId}`)).body
    expect(task.requester).toMatchObject({ name: 'Grace', phone: `+${number}` })
    expect(await feedOf(body.taskId)).toMatchObject([
      { kind: 'template', text: 'Welcome and congratulations!!', bulk: false, author: { kind: 'employee' } },
    ])
    await untilDelivered(body.deliveryId)
    expect((await house.phoneMessages(number)).filter(({ direction }) => direction === 'to_client')).toHaveLength(1)

    await house.phone({ from: number, name: 'grace_h', text: 'Who is this?' })
    await eventually(async () => expect(await feedOf(body.taskId)).toHaveLength(2))
    expect(await tasksOf(number)).toHaveLength(1)
    expect((await house.api<Task>('GET', `/api/tasks/${body.taskId}`)).body.requester.name).toBe('Grace')
  })

  it('finds a known client under another form of the number', async () => {
    await house.phone({ from: '5511987654321', name: 'Ana', text: 'Oi' })
    const [task] = await eventually(async () => {
      const tasks = await tasksOf('5511987654321')
      expect(tasks).toHaveLength(1)
      return tasks
    })
    const { body } = await outbound('+55 11 8765 4321')
    expect(body.taskId).toBe(task?.id)
  })

  it('makes one contact and one task of two that write at once', async () => {
    const number = newNumber()
    const answers = await Promise.all([
      outbound(`+${number}`),
      outbound(`+${number}`),
      house.phone({ from: number, name: 'Eve', text: 'Hi' }),
    ])
    expect(answers.slice(0, 2)).toMatchObject([{ status: 201 }, { status: 201 }])
    await eventually(async () => {
      const tasks = await tasksOf(number)
      expect(tasks).toHaveLength(1)
      expect(await feedOf(tasks[0]?.id as TaskId)).toHaveLength(3)
    })
  })

  it('is never bulk: five people written to are five tasks', async () => {
    const answers = []
    for (let n = 0; n < 5; n++) answers.push(await outbound(`+${newNumber()}`))
    for (const { body } of answers) expect(await feedOf(body.taskId)).toHaveLength(1)
  })

  it('goes on in the task with a template while the window is closed', async () => {
    const number = newNumber()
    const { body } = await outbound(`+${number}`)
    const comment = (draft: Record<string, unknown>) =>
      house.api<Comment & { error: { code: string; details: { templates: { name: string }[] } } }>(
        'POST',
        `/api/tasks/${body.taskId}/comments`,
        { ...draft, notify: { contact: true } },
      )
    const free = await comment({ text: 'Are you there?' })
    expect(free).toMatchObject({
      status: 409,
      body: { error: { code: 'window_closed', details: { templates: [{ name: 'hello_world' }] } } },
    })
    const template = { name: 'hello_world', language: 'en_US' }
    expect((await comment({ text: 'Hi', template })).status).toBe(422)
    const written = await comment({ template })
    expect(written).toMatchObject({ status: 201, body: { kind: 'template', text: 'Welcome and congratulations!!' } })
    await untilDelivered(written.body.delivery?.id ?? '')
    const inside = await house.api('POST', `/api/tasks/${body.taskId}/comments`, { template })
    expect(inside.status).toBe(422)
  })

  it('refuses what cannot work, and says what would', async () => {
    expect(await outbound('0650 888 00')).toMatchObject({ status: 422, body: { error: { code: 'invalid_number' } } })
    expect(await outbound(`+${newNumber()}`, { template: { name: 'hello_world', language: 'de' } })).toMatchObject({
      status: 422,
      body: {
        error: { code: 'template_unknown', details: { languages: ['en_US'], templates: [{ name: 'hello_world' }] } },
      },
    })
    const free = await house.api<{ error: { code: string; details: { templates: { name: string }[] } } }>(
      'POST',
      '/api/messages',
      { channelId: house.channel, to: `+${newNumber()}`, text: 'Hello there' },
    )
    expect(free.status).toBe(409)
    expect(free.body.error).toMatchObject({ code: 'window_closed', details: { templates: [{ name: 'hello_world' }] } })
  })
})
