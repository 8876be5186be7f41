import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConversationId, DeliveryId } from '../../src/domain/ids.ts'
import { claimAttempt, recordAccepted, recordFailed, recordUnknown } from '../../src/store/sends/ledger.ts'
import { loadSendOrder } from '../../src/store/sends/send-order.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from '../http/work/desk.ts'
import { receive, wamid } from '../kit/house.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const ROUNDS = 15

/** The conversation's workflow: works off whatever there is. */
async function work(conversationId: ConversationId): Promise<void> {
  for (;;) {
    const { last_seq, worked_seq } = await desk.database.db
      .selectFrom('conversations')
      .select(['last_seq', 'worked_seq'])
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    if (worked_seq === last_seq) return
    await workEvents(desk.database, { conversationId, after: worked_seq, upTo: last_seq })
  }
}

async function send(id: DeliveryId, ending: number): Promise<void> {
  const order = await loadSendOrder(desk.database.db, id)
  if (!order) throw new Error('no such delivery')
  const claim = await claimAttempt(desk.database, order, 'w')
  if (claim.claim === 'refused') return
  if (ending === 0) {
    await recordAccepted(desk.database, order, claim.attempt, {
      providerMessageId: wamid(`wamid.${id}`),
      identities: [],
    })
  } else if (ending === 1) await recordFailed(desk.database, order, claim.attempt, { code: '131026', detail: '' })
  else await recordUnknown(desk.database, order, claim.attempt, 'lost')
}

it('people, clients, sends and merges on the same rows get in each other’s way, and nothing is lost or torn', async () => {
  const tasks: OpenTask[] = []
  for (let n = 0; n < 4; n++) tasks.push(await desk.openTask())
  const statuses: number[] = []
  const received = new Map(tasks.map(({ conversation }) => [conversation, 1]))
  const ask = async (path: string, asking?: Parameters<Worker['ask']>[1]) => {
    const answer = await anna.ask(path, asking)
    statuses.push(answer.status)
    return answer
  }

  const client = async (at: OpenTask) => {
    for (let n = 0; n < ROUNDS; n++) {
      await receive(desk.database, at.conversation, { text: `message ${n}` }, { name: `Name ${n}` })
      received.set(at.conversation, (received.get(at.conversation) ?? 0) + 1)
      await work(at.conversation)
    }
  }
  const employee = async (at: OpenTask) => {
    for (let n = 0; n < ROUNDS; n++) {
      const { json } = await ask(`/api/tasks/${at.task}/comments`, { body: { text: 'Hi', notify: { contact: true } } })
      await send(json.delivery.id, n % 3)
      if (n % 3 === 1) await ask(`/api/deliveries/${json.delivery.id}/retry`, { method: 'POST' })
      await ask(`/api/tasks/${at.task}`, { method: 'PATCH', body: { status: n % 2 ? 'in_progress' : 'done' } })
    }
  }
  const merger = async (into: OpenTask, from: OpenTask) => {
    for (let n = 0; n < ROUNDS; n++) {
      const { json } = await ask('/api/contacts/merge', { body: { intoId: into.contact, fromId: from.contact } })
      await ask('/api/contacts/unmerge', { body: { mergeId: json.mergeId } })
    }
  }
  const [a, b, c, d] = tasks as [OpenTask, OpenTask, OpenTask, OpenTask]
  await Promise.all([...tasks.map(client), ...tasks.map(employee), merger(a, b), merger(c, d)])
  for (const { conversation } of tasks) await work(conversation)

  expect(statuses.filter((status) => status >= 400)).toEqual([])
  for (const at of tasks) {
    const state = await sql<Record<string, unknown>>`
      select c.contact_id = ${at.contact} as own,
        (select bool_and(t.requester_id = c.contact_id) from tasks t where t.conversation_id = c.id) as "sameRequester",
        (select count(*)::int from comments m where m.conversation_id = c.id and m.author_kind = 'contact') as messages,
        (select count(*)::int from conversation_events e where e.conversation_id = c.id) - c.last_seq as gaps,
        c.last_seq - c.worked_seq as behind
      from conversations c where c.id = ${at.conversation}`.execute(desk.database.db)
    expect(state.rows).toEqual([
      { own: true, sameRequester: true, messages: received.get(at.conversation), gaps: 0, behind: 0 },
    ])
  }
  const dead = await sql`select reason, detail from dead_letters`.execute(desk.database.db)
  expect(dead.rows).toEqual([])
}, 120_000)
