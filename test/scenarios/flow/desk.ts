import { capabilitiesOf } from '../../../src/channels/registry.ts'
import type { ConversationEvent } from '../../../src/domain/conversation-event.ts'
import type { CommentId, ConversationId, RunId, ScenarioId, TaskId, UserId } from '../../../src/domain/ids.ts'
import type { Actor } from '../../../src/store/actor.ts'
import { addComment } from '../../../src/store/comments/add-comment.ts'
import { inTransaction } from '../../../src/store/database.ts'
import { newId } from '../../../src/store/new-id.ts'
import { enterRunRequests } from '../../../src/store/scenarios/run-requests.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { addConversation, appendTo, type House, openHouse, receive } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

/** Conversations whose steps are taken by hand, over a real database: what scenarios do, without workflows. */
export class Desk {
  readonly house: House
  readonly actor: Actor
  #clients = 0

  static async open(): Promise<Desk> {
    return new Desk(await openHouse())
  }

  constructor(house: House) {
    this.house = house
    this.actor = { userId: house.owner, name: 'Olga Owner', channelIds: null, key: `user:${house.owner}` }
  }

  close = () => this.house.close()

  get db() {
    return this.house.database.db
  }

  publish = (text: string): Promise<ScenarioId> => publishDocument(this.house, text)

  /** Switches everything off that is published, so that tests do not meet each other's scenarios. */
  async unpublishAll(): Promise<void> {
    await this.db.deleteFrom('scenario_triggers').execute()
    await this.db
      .updateTable('scenario_catalogue')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .execute()
  }

  /** The version that is published. */
  async version(key: string): Promise<number> {
    const row = await this.db
      .selectFrom('scenarios')
      .select('published_version')
      .where('key', '=', key)
      .executeTakeFirst()
    return row?.published_version ?? 0
  }

  client = (): Promise<ConversationId> =>
    addConversation(this.house, [{ kind: 'wa_id', value: `1650444${String(++this.#clients).padStart(4, '0')}` }])

  /** The client writes, and everything that follows is worked off. */
  async say(conversation: ConversationId, text: string, name = 'Sheena Nelson'): Promise<void> {
    await receive(this.house.database, conversation, { text }, { name })
    await this.work(conversation)
  }

  async append(conversation: ConversationId, event: ConversationEvent): Promise<void> {
    await appendTo(this.house.database, conversation, event)
    await this.work(conversation)
  }

  /** @param dueBy milliseconds since 1970: what ends until then is over */
  async work(conversationId: ConversationId, dueBy?: number): Promise<void> {
    for (;;) {
      const { last_seq: upTo, worked_seq } = await this.conversation(conversationId)
      if (worked_seq === upTo && dueBy === undefined) return
      await workEvents(
        this.house.database,
        { conversationId, after: null, upTo, ...(dueBy !== undefined && { dueBy }) },
        capabilitiesOf,
      )
      dueBy = undefined
    }
  }

  conversation = (id: ConversationId) =>
    this.db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  task = (id: ConversationId) =>
    this.db
      .selectFrom('tasks')
      .selectAll()
      .where('conversation_id', '=', id)
      .orderBy('number', 'desc')
      .executeTakeFirstOrThrow()

  runs = (id: ConversationId) =>
    this.db.selectFrom('runs').selectAll().where('conversation_id', '=', id).orderBy('id').execute()

  /** Key and state of each run, the oldest first. */
  async states(id: ConversationId): Promise<string[]> {
    const runs = await this.runs(id)
    return runs.map(({ run, state, reason_code, is_queued }) =>
      [run.scenario.key, is_queued ? 'queued' : state, reason_code].filter((part) => part !== null).join(' '),
    )
  }

  async run(id: ConversationId, key: string) {
    const run = (await this.runs(id)).findLast((one) => one.run.scenario.key === key)
    if (!run) throw new Error(`no run of ${key}`)
    return run
  }

  async entries(run: RunId) {
    const rows = await this.db
      .selectFrom('run_entries')
      .select(['n', 'entry'])
      .where('run_id', '=', run)
      .orderBy('n')
      .execute()
    return rows.map(({ entry }) => entry)
  }

  /** Messages of scenarios to the client, in their order. */
  async said(id: ConversationId): Promise<(string | null)[]> {
    const rows = await this.db
      .selectFrom('deliveries as d')
      .innerJoin('comments as m', 'm.id', 'd.comment_id')
      .select(['m.text', 'd.state'])
      .where('d.conversation_id', '=', id)
      .where('d.run_id', 'is not', null)
      .orderBy('d.id')
      .execute()
    return rows.map(({ text, state }) => (state === 'failed' ? `${text} (taken back)` : text))
  }

  async notes(id: ConversationId): Promise<(string | null)[]> {
    const rows = await this.db
      .selectFrom('comments')
      .select('text')
      .where('conversation_id', '=', id)
      .where('author_kind', '=', 'scenario')
      .where('notifies_contact', '=', false)
      .where('kind', '<>', 'system')
      .orderBy('position')
      .execute()
    return rows.map(({ text }) => text)
  }

  /** The provider has every message that waits to leave; runs hear of it. */
  async sendAll(id: ConversationId): Promise<void> {
    for (;;) {
      const queued = await this.db
        .updateTable('deliveries')
        .set({ state: 'sent', hold_until: null })
        .where('conversation_id', '=', id)
        .where('state', '=', 'queued')
        .returning(['id', 'run_id', 'run_step', 'run_effect'])
        .execute()
      if (queued.length === 0) return
      for (const { id: delivery, run_id: run, run_step: step, run_effect: number } of queued) {
        if (run !== null && step !== null && number !== null) {
          await this.append(id, { kind: 'run.sent', run, step, number, delivery })
        }
      }
    }
  }

  /** An employee writes to the client. */
  async answer(id: ConversationId, text: string): Promise<void> {
    const task = await this.task(id)
    const added = await inTransaction(this.db, (tx) =>
      addComment(
        tx,
        this.actor,
        task.id,
        {
          text,
          attachmentIds: [],
          template: null,
          notifyContact: true,
          notifyEmployees: [],
          replyTo: null,
          quickReply: null,
          holdMs: 0,
        },
        capabilitiesOf,
      ),
    )
    if (added.refused) throw new Error(added.refused.message)
    await this.work(id)
  }

  async press(id: ConversationId, scenario: ScenarioId): Promise<RunId> {
    const { published_version } = await this.db
      .selectFrom('scenarios')
      .select('published_version')
      .where('id', '=', scenario)
      .executeTakeFirstOrThrow()
    const run = newId<RunId>()
    const task: TaskId = (await this.task(id)).id
    const by: UserId = this.house.owner
    const version = published_version ?? 1
    await this.append(id, { kind: 'button.pressed', scenario, version, run, task, inputs: {}, by })
    return run
  }

  ask = (id: ConversationId, runs: RunId[], deed: Extract<ConversationEvent, { kind: 'run.asked' }>['deed']) =>
    this.append(id, { kind: 'run.asked', runs, deed, by: null })

  /** What the server's sweep does with requested runs, and then what those conversations make of them. */
  async sweep(most = 1_000): Promise<ConversationId[]> {
    const entered = await enterRunRequests(this.db, most)
    for (const id of entered) await this.work(id)
    return entered
  }

  /** What was decided about the events of a conversation: what started, and what did not and why. */
  async decisions(id: ConversationId) {
    const rows = await this.db
      .selectFrom('scenario_decisions')
      .selectAll()
      .where('conversation_id', '=', id)
      .orderBy('seq')
      .orderBy('n')
      .execute()
    const keys = new Map(
      (await this.db.selectFrom('scenarios').select(['id', 'key']).execute()).map((s) => [s.id, s.key]),
    )
    return rows.map(({ event, started, not_started, comment_id }) => ({
      event,
      comment: comment_id as CommentId | null,
      started: started.map(({ scenarioId }) => keys.get(scenarioId)),
      not: not_started.map(({ scenarioId, reason }) => `${keys.get(scenarioId)} ${reason}`),
    }))
  }
}
