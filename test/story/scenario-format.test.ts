import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConversationId, GroupId, TaskId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { QUOTE_FOLLOW_UP, SEND_ADDRESS } from '../domain/scenario/document/examples.ts'
import { eventually } from '../kit/eventually.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { skipTime } from '../kit/skip-time.ts'

/** The two documents of the format, word for word, as an author uses them: check, publish, phones, a changed version. */
let house: RunningHouse
beforeAll(async () => {
  house = await openRunningHouse()
  const { db } = house.database
  await db
    .insertInto('groups')
    .values({ id: newId<GroupId>(), name: 'sales', member_ids: [house.owner] })
    .execute()
  const week = Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ from: '09:00', to: '18:00' }] : []))
  await sql`insert into calendars (id, name, time_zone, week)
    values (gen_random_uuid(), 'sales', 'Europe/Berlin', ${JSON.stringify(week)}::jsonb)`.execute(db)
  await db
    .updateTable('task_templates')
    .set({
      statuses: JSON.stringify([
        { key: 'new', name: 'New', active: true },
        { key: 'quote_sent', name: 'Quote sent', active: true },
        { key: 'no_answer', name: 'No answer', active: false },
      ]),
    })
    .execute()
  expect((await house.api('POST', '/api/templates/sync', { channelId: house.channel })).status).toBe(200)
})
afterAll(() => house.close())

interface Task {
  id: TaskId
  conversationId: ConversationId
  status: { key: string }
  assignees: { id: string }[]
}
interface Report {
  runs: { would: number; did: number }
  messages: { would: number; did: number }
  diffs: { kind: string; conversationId: string; would: { with: { template?: { name: string } } }[] }[]
}

async function publish(document: string): Promise<string> {
  const made = await house.api<{ id: string }>('POST', '/api/scenarios', { document })
  expect(made.status).toBe(201)
  const checked = await house.api<{ ok: boolean }>('POST', `/api/scenarios/${made.body.id}/check`)
  expect(checked.body, JSON.stringify(checked.body)).toMatchObject({ ok: true })
  const published = await house.api('POST', `/api/scenarios/${made.body.id}/publish`, { inFlight: 'pin' })
  expect(published.status, JSON.stringify(published.body)).toBe(200)
  return made.body.id
}
const taskOf = (from: string): Promise<Task> =>
  eventually(async () => {
    const { body } = await house.api<{ items: Task[] }>('GET', `/api/tasks?status=all&q=${from}`)
    const [task] = body.items
    if (!task) throw new Error('no task yet')
    return task
  })
async function client(from: string): Promise<Task> {
  await house.phone({ from, name: 'Ann Example', text: 'How much is it?' })
  return taskOf(from)
}
const gets = (from: string, ...texts: string[]) =>
  eventually(async () => {
    const messages = await house.phoneMessages(from)
    expect(messages.filter(({ direction }) => direction === 'to_client').map(({ text }) => text)).toEqual(texts)
  })
const runIs = (conversation: ConversationId, state: string) =>
  eventually(async () => {
    const runs = await house.database.db
      .selectFrom('runs')
      .select('state')
      .where('conversation_id', '=', conversation)
      .execute()
    expect(runs).toEqual([{ state }])
  })

it('a quote is followed up over weeks; a changed version is tried on what really happened', async () => {
  const id = await publish(QUOTE_FOLLOW_UP)
  const [silent, buyer] = ['16507550001', '16507550002']
  const first = await client(silent)
  const second = await client(buyer)
  for (const { id: task, conversationId } of [first, second]) {
    const change = { status: 'quote_sent', fields: { amount: '90 €' } }
    expect((await house.api('PATCH', `/api/tasks/${task}`, change)).status).toBe(200)
    await runIs(conversationId, 'waiting')
  }
  await house.phone({ from: buyer, name: 'Ann Example', text: 'Ok, when can I have it?' })
  await runIs(second.conversationId, 'finished')
  expect((await taskOf(buyer)).assignees).toMatchObject([{ id: house.owner }])

  // Two business days until the template, five more until the task is given up.
  await skipTime(house, first.conversationId)
  await gets(silent, 'Hello Ann, our quote of 90 € is waiting for your answer.')
  await runIs(first.conversationId, 'finished')
  expect((await taskOf(silent)).status.key).toBe('no_answer')
  await gets(buyer)

  const from = new Date(Date.now() - 24 * 3_600_000).toISOString()
  const to = new Date(Date.now() + 24 * 3_600_000).toISOString()
  const asIs = await house.api<Report>('POST', `/api/scenarios/${id}/dry-run`, { from, to, version: 1 })
  expect(asIs.body).toMatchObject({ runs: { would: 2, did: 2 }, messages: { would: 1, did: 1 }, diffs: [] })

  const changed = QUOTE_FOLLOW_UP.replace(
    "sendTemplate: { name: quote_reminder, language: auto, body: ['{{ contact.firstName }}', '{{ task.fields.amount }}'] }",
    "sendTemplate: { name: follow_up, language: auto, body: ['{{ contact.firstName }}'] }",
  )
  expect(changed).not.toBe(QUOTE_FOLLOW_UP)
  expect((await house.api('PUT', `/api/scenarios/${id}`, { document: changed })).status).toBe(200)
  const differs = await house.api<Report>('POST', `/api/scenarios/${id}/dry-run`, { from, to })
  expect(differs.body).toMatchObject({ runs: { would: 2, did: 2 }, messages: { would: 1, did: 1 } })
  expect(differs.body.diffs).toMatchObject([{ kind: 'differs', conversationId: first.conversationId }])
  expect(differs.body.diffs[0]?.would.map((deed) => deed.with.template?.name)).toContain('follow_up')
  // Nothing of it happened.
  await gets(silent, 'Hello Ann, our quote of 90 € is waiting for your answer.')
}, 90_000)

it('a button sends the address; beyond the reply window the template goes in its place', async () => {
  const id = await publish(SEND_ADDRESS)
  const number = '16507550003'
  const { id: task, conversationId } = await client(number)
  const press = async (branch: string) => {
    const pressed = await house.api('POST', `/api/tasks/${task}/buttons/${id}`, { inputs: { branch } })
    expect(pressed.status).toBe(202)
  }
  await press('north')
  await gets(number, 'Our address: 1 North St')
  await house.database.db
    .updateTable('conversations')
    .set({ last_in_at: new Date(Date.now() - 25 * 3_600_000) })
    .where('id', '=', conversationId)
    .execute()
  await press('south')
  await gets(number, 'Our address: 1 North St', 'Наш адрес: south')
})
