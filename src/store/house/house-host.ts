import type { Selectable } from 'kysely'
import type { HouseEventId, RunId, ScenarioId, UserId } from '../../domain/ids.ts'
import { hasClient, isAboutChannel } from '../../domain/scenario/document/checks/expressions.ts'
import type { EventName } from '../../domain/scenario/document/events.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type {
  Decision,
  HeldRun,
  NotStarted,
  PublishedScenario,
  ScenarioHost,
} from '../../domain/scenario/engine/host.ts'
import type { Effect } from '../../domain/scenario/interpreter/effects.ts'
import type { LogEntry } from '../../domain/scenario/interpreter/log-entry.ts'
import type { Answer } from '../../domain/scenario/interpreter/stimulus.ts'
import { newId } from '../new-id.ts'
import { OPEN } from '../scenarios/open-runs.ts'
import { heldRun } from '../scenarios/running/held-run.ts'
import { insertRun, updateRun } from '../scenarios/running/store-run.ts'
import type { HouseEventsTable } from '../schema.ts'
import type { HousePlace } from './house-place.ts'
import { performInHouse } from './perform-house.ts'

/** What one moment of the house is about. */
export interface HouseMoment {
  /** the event, or when what came after it came; milliseconds since 1970 */
  now: number
  /** null: nothing is to be started */
  event: Selectable<HouseEventsTable> | null
}

/** Of one scenario, without a client: a schedule of every minute whose runs wait for a month is a mistake. */
export const MOST_OPEN_RUNS = 1_000

/**
 * The house as the place where runs without a client live, all of them in one: `concurrency` and `cancel` see them all,
 * whichever event started them.
 */
export class HouseHost implements ScenarioHost {
  readonly #place: HousePlace
  readonly #moment: HouseMoment
  readonly #eventOf = new Map<RunId, HouseEventId>()
  readonly task = null
  readonly mayHaveRuns = true
  /** Listeners that have too many runs open already. */
  readonly full: NotStarted[] = []
  decision: Decision | null = null

  constructor(place: HousePlace, moment: HouseMoment) {
    this.#place = place
    this.#moment = moment
  }

  get now(): number {
    return this.#moment.now
  }

  async openRuns(): Promise<HeldRun[]> {
    const rows = await this.#place.tx
      .selectFrom('runs')
      .selectAll()
      .where('conversation_id', 'is', null)
      .where('state', 'in', [...OPEN])
      .forUpdate()
      .execute()
    return rows.map((row) => this.#known(row.house_event_id, heldRun(row)))
  }

  async findRuns(ids: readonly RunId[]): Promise<HeldRun[]> {
    const rows = await this.#place.tx
      .selectFrom('runs')
      .selectAll()
      .where('id', 'in', ids)
      .where('conversation_id', 'is', null)
      .forUpdate()
      .execute()
    return rows.map((row) => this.#known(row.house_event_id, heldRun(row)))
  }

  newRunId(): RunId {
    return newId<RunId>()
  }

  async addRun(held: HeldRun, pressedBy: UserId | null): Promise<void> {
    const { tx, event } = this.#place
    this.#known(event, held)
    await insertRun(tx, held, { home: { houseEvent: event }, pressedBy, at: new Date(this.now) })
    await this.#tellScreens(held)
  }

  async saveRun(held: HeldRun, log: readonly LogEntry[]): Promise<void> {
    const { tx, touched, event } = this.#place
    await updateRun(tx, held, log, null)
    touched.add(this.#eventOf.get(held.id) ?? event)
    await this.#tellScreens(held)
  }

  /** Seen as the run itself is: by the channel that its event is about (src/store/scenarios/run-view.ts). */
  async #tellScreens({ id, scenario, run, isQueued }: HeldRun): Promise<void> {
    const place = this.#place
    const channelId = await place.channelOf(this.#eventOf.get(id) ?? place.event)
    const nowhere = { taskId: null, conversationId: null, channelId }
    place.live.push({
      event: 'run',
      data: { ...nowhere, runId: id, scenarioId: scenario, state: isQueued ? 'waiting' : run.state },
    })
  }

  /** @param held absent: the trigger of the moment's own event */
  surroundings(_task: null, held?: HeldRun) {
    const event = held ? (held.run.event ?? held.start?.event ?? null) : this.#moment.event
    const id = event && isAboutChannel(event.name) ? event.data.channelId : null
    return this.#place.surroundings(typeof id === 'string' ? id : null)
  }

  perform(held: HeldRun, effect: Effect): Promise<Answer | null> {
    return performInHouse(this.#place, { held, effect, now: this.now, event: this.#eventOf.get(held.id) })
  }

  /** Those that need no client, and those only that the event is meant for. */
  async listeners(name: EventName): Promise<readonly PublishedScenario[]> {
    const { tx, catalogue, catalogueVersion } = this.#place
    const only = this.#moment.event?.scenario_id ?? null
    const listening = await catalogue.forEvent(tx, catalogueVersion, name)
    const meant = listening.filter(({ id, document }) => !hasClient(document) && (only === null || only === id))
    const open = await this.#openRunsOf(meant.map(({ id }) => id))
    return meant.filter(({ id, version }) => {
      if ((open.get(id) ?? 0) < MOST_OPEN_RUNS) return true
      this.full.push({ scenarioId: id, version, reason: 'limit_open_runs', condition: null })
      return false
    })
  }

  async published(key: string): Promise<PublishedScenario | null> {
    const { tx, catalogue, catalogueVersion } = this.#place
    return catalogue.byKey(tx, catalogueVersion, key)
  }

  refusal(document: ScenarioDocument): Extract<Answer, { ok: false }> | null {
    if (!hasClient(document)) return null
    const message = `“${document.id}” runs in the conversation of a client, and there is none here`
    return { ok: false, code: 'no_client', message, final: true }
  }

  document(scenario: ScenarioId, version: number): Promise<ScenarioDocument> {
    return this.#place.catalogue.byVersion(this.#place.tx, scenario, version)
  }

  async decided(decision: Decision): Promise<void> {
    this.decision = decision
  }

  /** `scenario.finished` and `.failed` are events of conversations: nobody can hear of these. */
  tell(): void {}

  #known(event: HouseEventId | null, held: HeldRun): HeldRun {
    this.#eventOf.set(held.id, event ?? this.#place.event)
    return held
  }

  async #openRunsOf(scenarios: readonly ScenarioId[]): Promise<Map<ScenarioId, number>> {
    if (scenarios.length === 0) return new Map()
    const rows = await this.#place.tx
      .selectFrom('runs')
      .select(['scenario_id', ({ fn }) => fn.countAll<number>().as('count')])
      .where('conversation_id', 'is', null)
      .where('state', 'in', [...OPEN])
      .where('scenario_id', 'in', scenarios)
      .groupBy('scenario_id')
      .execute()
    return new Map(rows.map(({ scenario_id, count }) => [scenario_id, count]))
  }
}
