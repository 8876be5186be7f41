import type { Calendar } from '../../../domain/calendar/calendar.ts'
import type { TaskId } from '../../../domain/ids.ts'
import type { Surroundings } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { Tx } from '../../database.ts'
import type { SendRulesOf } from '../../deliveries/gate.ts'
import type { LiveEvent } from '../../live-events.ts'
import type { ConversationState, RecordedEvent } from '../../steps/conversation-state.ts'
import type { ScenarioCatalogue } from '../catalogue.ts'
import { loadCalendars, loadSurroundings } from './surroundings.ts'

/** What the scenarios of one conversation need while a step works one event off. */
export class Running {
  readonly tx: Tx
  readonly state: ConversationState
  readonly event: RecordedEvent
  readonly live: LiveEvent[]
  readonly catalogue: ScenarioCatalogue
  readonly rulesOf: SendRulesOf
  #calendars: { [name: string]: Calendar } | null = null

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

  /** As things stand now, changes of this step included. */
  async surroundings(task: TaskId | null): Promise<Surroundings> {
    this.#calendars ??= await loadCalendars(this.tx)
    await saveState(this.tx, this.state)
    const provider = this.state.channel.provider
    return loadSurroundings(this.tx, this.state.id, task, {
      now: this.now,
      calendars: this.#calendars,
      replyWindowHours: this.rulesOf(provider)?.replyWindowHours ?? null,
    })
  }
}

/** What this step knows and has not written yet: conditions and gates read the conversation's row. */
async function saveState(tx: Tx, state: ConversationState): Promise<void> {
  await tx
    .updateTable('conversations')
    .set({
      contact_id: state.contact?.id ?? null,
      task_id: state.task?.id ?? null,
      last_in_at: state.lastInAt,
      last_author: state.lastAuthor,
    })
    .where('id', '=', state.id)
    .execute()
}
