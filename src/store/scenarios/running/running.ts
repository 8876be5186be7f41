import type { ScenarioId, TaskId } from '../../../domain/ids.ts'
import { surroundingsOf } from '../../../domain/scenario/engine/facts.ts'
import type { Surroundings } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { Tx } from '../../database.ts'
import type { SendRulesOf } from '../../deliveries/gate.ts'
import type { LiveEvent } from '../../live-events.ts'
import { type HouseTime, loadHouseTime } from '../../settings/account.ts'
import type { ConversationState, RecordedEvent } from '../../steps/conversation-state.ts'
import type { ScenarioCatalogue } from '../catalogue.ts'
import { Snapshot } from './snapshot.ts'
import { loadFacts } from './surroundings.ts'

/** What the scenarios of one conversation need while a step works one event off. */
export class Running {
  readonly tx: Tx
  readonly state: ConversationState
  readonly event: RecordedEvent
  readonly live: LiveEvent[]
  readonly catalogue: ScenarioCatalogue
  readonly rulesOf: SendRulesOf
  /** what is kept of this event for dry runs */
  readonly snapshot = new Snapshot()
  #time: HouseTime | null = null
  #names = new Map<ScenarioId, string>()
  #saved: string | null = null

  constructor(of: Pick<Running, 'tx' | 'state' | 'event' | 'live' | 'catalogue' | 'rulesOf'>) {
    this.tx = of.tx
    this.state = of.state
    this.event = of.event
    this.live = of.live
    this.catalogue = of.catalogue
    this.rulesOf = of.rulesOf
  }

  /** The moment for all of it: when the event came in, or the deadline; a dry run over the record sees the same. */
  get now(): Date {
    const { payload, receivedAt } = this.event
    return payload.kind === 'run.due' ? new Date(payload.by) : receivedAt
  }

  /**
   * As things stand now, changes of this step included.
   * @param task what it is about
   * @param current the one that this event is about
   */
  async surroundings(task: TaskId | null, current: TaskId | null): Promise<Surroundings> {
    this.#time ??= await loadHouseTime(this.tx)
    await this.#saveState()
    const facts = await loadFacts(this.tx, this.state.id, task)
    this.snapshot.saw(facts, current)
    return surroundingsOf(facts, {
      now: this.now.getTime(),
      replyWindowHours: this.rulesOf(this.state.channel.provider)?.replyWindowHours ?? null,
      ...this.#time,
    })
  }

  /** How a scenario is called, for people. */
  async nameOf(scenario: ScenarioId, key: string): Promise<string> {
    const known = this.#names.get(scenario)
    if (known !== undefined) return known
    const row = await this.tx.selectFrom('scenarios').select('name').where('id', '=', scenario).executeTakeFirst()
    const name = row?.name ?? key
    this.#names.set(scenario, name)
    return name
  }

  /** What this step knows and has not written yet: conditions and gates read the conversation's row. */
  async #saveState(): Promise<void> {
    const { id, contact, task, lastInAt, lastAuthor } = this.state
    const columns = {
      contact_id: contact?.id ?? null,
      task_id: task?.id ?? null,
      last_in_at: lastInAt,
      last_author: lastAuthor,
    }
    const state = JSON.stringify(columns)
    if (state === this.#saved) return
    await this.tx.updateTable('conversations').set(columns).where('id', '=', id).execute()
    this.#saved = state
  }
}
