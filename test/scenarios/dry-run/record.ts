import { sql } from 'kysely'
import type { CommentId, ConversationId, DeliveryId, ScenarioId, TaskId } from '../../../src/domain/ids.ts'
import { canonicalJson } from '../../../src/domain/scenario/document/canonical.ts'
import { appendEvent, lockConversation } from '../../../src/store/conversation-events.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { changeTask } from '../../../src/store/tasks/change-task.ts'
import { type House, receive } from '../../kit/house.ts'

/** Something that happens to a conversation. */
export type Act =
  /** `at`: long ago */
  | { do: 'write'; text: string; at?: Date }
  | { do: 'comment'; toClient: boolean }
  | { do: 'status'; status: string }
  | { do: 'time' }

export const rulesOf = () => ({ replyWindowHours: 24 })

/** A conversation on the real database, worked by the real steps; the provider takes every message at once. */
export class Record {
  readonly #house: House
  readonly id: ConversationId

  constructor(house: House, id: ConversationId) {
    this.#house = house
    this.id = id
  }

  async act(act: Act): Promise<void> {
    const { database, owner } = this.#house
    switch (act.do) {
      case 'write':
        await this.#write(act)
        break
      case 'comment':
        await this.#comment(act.toClient)
        break
      case 'status': {
        const task = await this.#task()
        if (!task) return
        const actor = { userId: owner, name: 'Olga Owner', channelIds: null, key: `user:${owner}` }
        await inTransaction(database.db, (tx) => changeTask(tx, actor, task, { status: act.status }))
        break
      }
      case 'time':
        await this.#timePasses()
    }
    await this.work()
  }

  async work(dueBy?: number): Promise<void> {
    const { db } = this.#house.database
    for (let due = dueBy; ; due = undefined) {
      const row = await db
        .selectFrom('conversations')
        .select(['worked_seq', 'last_seq'])
        .where('id', '=', this.id)
        .executeTakeFirstOrThrow()
      if (row.worked_seq >= row.last_seq && due === undefined) {
        if (!(await this.#accept())) return
        continue
      }
      const request = { conversationId: this.id, after: row.worked_seq, upTo: row.last_seq }
      await workEvents(this.#house.database, { ...request, ...(due !== undefined && { dueBy: due }) }, rulesOf as never)
    }
  }

  /** The next deadline of a run comes. */
  async #timePasses(): Promise<void> {
    const { rows } = await sql<{ deadline: Date }>`
      select min(deadline) as deadline from runs where conversation_id = ${this.id} and state in ('running', 'waiting')
        and deadline < now() + interval '20 days'`.execute(this.#house.database.db)
    const deadline = rows[0]?.deadline
    if (deadline) await this.work(deadline.getTime() + 7)
  }

  /** As the ledger records it. @returns whether there was any */
  async #accept(): Promise<boolean> {
    return inTransaction(this.#house.database.db, async (tx) => {
      await lockConversation(tx, this.id)
      const { rows } = await sql<{ id: DeliveryId; run: string; step: string; number: number }>`
        update deliveries set state = 'sent', provider_message_id = 'wamid.' || id
        where conversation_id = ${this.id} and state = 'queued'
        returning id, run_id as run, run_step as step, run_effect as number`.execute(tx)
      for (const { id, run, step, number } of rows) {
        if (!run) continue
        const sent = { kind: 'run.sent', run, step, number, delivery: id } as never
        await appendEvent(tx, this.id, sent, { at: new Date() })
      }
      await sql`update conversations set last_out_at = now() where id = ${this.id}`.execute(tx)
      return rows.some(({ run }) => run !== null)
    })
  }

  async #write({ text, at }: Extract<Act, { do: 'write' }>): Promise<void> {
    const { database } = this.#house
    const seq = await receive(database, this.id, { text }, at ? { at } : {})
    if (!at) return
    await sql`
      update conversation_events set received_at = ${at}
      where conversation_id = ${this.id} and seq = ${seq}`.execute(database.db)
  }

  async #comment(toClient: boolean): Promise<void> {
    const { database, owner, channel } = this.#house
    const task = await this.#task()
    if (!task) return
    const comment = newId<CommentId>()
    await inTransaction(database.db, async (tx) => {
      await lockConversation(tx, this.id)
      await tx
        .insertInto('comments')
        .values({
          id: comment,
          task_id: task,
          conversation_id: this.id,
          channel_id: channel,
          author_kind: 'employee',
          author_id: owner,
          author_name: 'Olga Owner',
          kind: 'text',
          text: 'I look at it',
          data: '{}',
          notifies_contact: toClient,
          at: new Date(),
        })
        .execute()
      const added = { kind: 'comment.added', comment, task, by: owner, deliveries: [] } as const
      await appendEvent(tx, this.id, { ...added, deliveries: [] }, { at: new Date() })
    })
  }

  async #task(): Promise<TaskId | null> {
    const row = await this.#house.database.db
      .selectFrom('conversations')
      .select('task_id')
      .where('id', '=', this.id)
      .executeTakeFirst()
    return row?.task_id ?? null
  }

  /** What a scenario really did, for comparing with a dry run: canonical JSON. */
  async really(scenario: ScenarioId): Promise<{ runs: string[]; decisions: string[] }> {
    const { db } = this.#house.database
    const runs = await db
      .selectFrom('runs')
      .select(['id', 'start'])
      .where('conversation_id', '=', this.id)
      .where('scenario_id', '=', scenario)
      .orderBy('id')
      .execute()
    const texts: string[] = []
    for (const { id, start } of runs) {
      const rows = await db.selectFrom('run_entries').select('entry').where('run_id', '=', id).orderBy('n').execute()
      texts.push(canonicalJson({ startEventId: start?.event.id, entries: rows.map(({ entry }) => entry) }))
    }
    const rows = await db
      .selectFrom('scenario_decisions')
      .selectAll()
      .where('conversation_id', '=', this.id)
      .orderBy('seq')
      .orderBy('n')
      .execute()
    const decisions = rows.flatMap(({ seq, n, started, not_started }) => [
      ...started.flatMap((one) => (one.scenarioId === scenario ? [{ seq, n, started: true }] : [])),
      ...not_started.flatMap(({ scenarioId, reason, condition }) =>
        scenarioId === scenario ? [{ seq, n, started: false, reason, condition }] : [],
      ),
    ])
    return { runs: texts, decisions: decisions.map(canonicalJson) }
  }
}
