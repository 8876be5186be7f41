import { setTimeout as pause } from 'node:timers/promises'
import type { CampaignId, ChannelId } from '../src/domain/ids.ts'
import { type CampaignOutcome, recordOutcomes } from '../src/store/campaigns/sending/record-outcomes.ts'
import { isRepeatable, sqlState } from '../src/store/database.ts'
import { describeError } from '../src/store/describe-error.ts'
import { isOutage } from '../src/store/index.ts'
import { untilRecorded } from './heartbeat.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** Outcomes that are recorded together. */
const BATCH = 32
/** An outcome waits so long for others. */
const GATHER_MS = 100
/** So often other transactions may come in the way of one record. */
const RACES = 20

/** Records how a slice's calls ended, many at once, one batch after the other. */
export class CampaignOutcomes {
  readonly #deps: WorkerDeps
  readonly #of: { campaign: CampaignId; channel: ChannelId }
  readonly #waiting: CampaignOutcome[] = []
  #timer: NodeJS.Timeout | null = null
  #recording: Promise<void> | null = null
  #failure: unknown = null

  constructor(deps: WorkerDeps, of: { campaign: CampaignId; channel: ChannelId }) {
    this.#deps = deps
    this.#of = of
  }

  /** @throws what kept the database from taking an earlier one: the slice must end */
  add(outcome: CampaignOutcome): void {
    this.#waiting.push(outcome)
    if (this.#waiting.length >= BATCH) this.#record()
    else this.#timer ??= setTimeout(() => this.#record(), GATHER_MS)
  }

  /** What keeps the database from taking outcomes, for longer than anybody waits. */
  get failure(): unknown {
    return this.#failure
  }

  /** Resolves when everything is recorded. @throws `failure`: what is not recorded is then settled as unknown */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 && this.#failure === null) {
      this.#record()
      await this.#recording
    }
    await this.#recording
    if (this.#failure !== null) throw this.#failure
  }

  #record(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#recording || this.#waiting.length === 0) return
    this.#recording = this.#recordAll()
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#recording = null
      })
  }

  async #recordAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH)
      await untilRecorded(() => this.#recordBatch(batch))
      this.#waiting.splice(0, batch.length)
      this.#deps.notifyLive()
    }
  }

  async #recordBatch(batch: readonly CampaignOutcome[]): Promise<void> {
    try {
      await this.#recordTogether(batch)
    } catch (error) {
      if (isOutage(error)) throw error
      if (batch.length === 1) {
        // It stays claimed, and the next slice settles it as unknown: nobody calls it again.
        this.#deps.log.error({ ...this.#of, err: describeError(error) }, 'an outcome could not be recorded')
        return
      }
      // One of them is at fault: halving finds it, and the others are recorded.
      const half = batch.length >> 1
      await this.#recordBatch(batch.slice(0, half))
      await this.#recordBatch(batch.slice(half))
    }
  }

  async #recordTogether(batch: readonly CampaignOutcome[]): Promise<void> {
    for (let race = 1; ; race++) {
      try {
        return await recordOutcomes(this.#deps.database, this.#of, batch)
      } catch (error) {
        // A conversation that a step holds for long, or two that wait for each other.
        if (race >= RACES || !(isRepeatable(error) || sqlState(error) === '55P03')) throw error
        await pause(race)
      }
    }
  }
}
