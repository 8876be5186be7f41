import type { Logger } from 'pino'
import { capabilitiesOf } from '../channels/registry.ts'
import type { AttachmentId, CampaignId, ConversationId, HouseEventId, WebhookId } from '../domain/ids.ts'
import { sweeps } from '../observability/counts.ts'
import { tellFolding } from '../store/bulk/tell-folding.ts'
import { claimUnheard } from '../store/campaigns/sending/unheard.ts'
import { claimImportedFiles } from '../store/channels/imported-files.ts'
import type { Database } from '../store/index.ts'
import { campaignIsSending, claimBacklog, claimForgotten } from '../store/intake/backlog.ts'
import { lockConversations } from '../store/intake/names.ts'
import { inIntakeTransaction } from '../store/intake/run.ts'
import { findRejoinable } from '../store/intake/status-reports.ts'
import { rejoinStatuses } from '../store/intake/statuses.ts'
import { enterRunRequests } from '../store/scenarios/run-requests.ts'
import { tellTimes } from '../store/scenarios/timed/tell-times.ts'
import { claimUndelivered } from '../store/webhooks/outbox.ts'
import type { Dispatcher } from './dispatcher.ts'
import { sweepHouse } from './sweep-house.ts'
import { faultOf } from './webhook-store.ts'

export interface SweeperOptions {
  database: Database
  dispatcher: Dispatcher
  /** Tells a campaign's workflow that the campaign changed. Absent: campaigns are not looked after. */
  campaignChanged?: (campaign: CampaignId) => void
  /** Tells workflows of house events that something came for them. Absent: the house is not looked after. */
  houseChanged?: (events: Iterable<HouseEventId>) => void
  /** Tells a webhook's workflow that its outbox holds something. Absent: webhooks are not looked after. */
  webhookQueued?: (webhook: WebhookId) => void
  /** Has a file of an imported message fetched. Absent: nobody fetches them. */
  fileImported?: (file: AttachmentId) => void
  log: Pick<Logger, 'warn'>
  /** Milliseconds between two rounds; default 2,000. */
  interval?: number
}

/** Conversations claimed at once; while the engine is away a single one asks, so that the others' pauses do not grow. */
const CLAIM = 500
const CLAIM_WHILE_AWAY = 1
/** Of conversations that only learn of a hold, in one round. */
const CLAIM_QUIET = 20
/** While a campaign is under way: a fresh workflow costs the engine more than the message. */
const CLAIM_QUIET_BESIDE = 1
const REJOIN = 500
const FOLD = 500
/** Conversations in which a run elsewhere starts another one, in one round. */
const RUN_REQUESTS = 500
const CAMPAIGNS = 50
const WEBHOOKS = 50
/** Half of what a worker fetches at once (worker.ts): a client's file of today never waits for those of a history. */
const IMPORTED_FILES = 8
/** While more conversations than that wait for a signal, none is told of a time that has come. */
const WAITING_TIMES = 200
/** Each round looks at fresh parked statuses only, every hundredth at those of two days: most of the rest are strangers'. */
const FRESH_SECONDS = 5 * 60
const ALL_SECONDS = 2 * 24 * 3600
const ALL_EVERY = 100
/** What nobody works at is looked for every half minute. */
const FORGOTTEN_EVERY = 15

/**
 * Picks up what a crash or an outage left behind, in every server: conversations whose events nobody works off (P1, P7),
 * messages and files that no workflow knows of any more (P3), campaigns whose workflow has not heard of their last change,
 * webhooks with something to deliver, events of the house whose workflow has not heard of what came for them, files of
 * imported messages that are still at the provider,
 * and statuses that missed their delivery by a moment.
 * Also tells conversations that a message which they show was found to be bulk, and that the time of a trigger has come.
 */
export class Sweeper {
  readonly #options: SweeperOptions
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> = Promise.resolve()
  #rounds = 0
  #stopped = true
  #failing = false

  constructor(options: SweeperOptions) {
    this.#options = options
  }

  /** The first round is at once: after a restart there may be a backlog. */
  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#next(0)
  }

  /** Waits for the round under way; every statement of it has a timeout. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#round
  }

  /** One round; for the command line and tests, too. */
  async sweep(): Promise<void> {
    const { database, dispatcher, campaignChanged, houseChanged, webhookQueued, fileImported } = this.#options
    for (;;) {
      const limit = dispatcher.problem() === null ? CLAIM : CLAIM_WHILE_AWAY
      const claimed = await claimBacklog(database.db, limit)
      dispatcher.signal(claimed)
      if (claimed.length < CLAIM || this.#stopped) break
    }
    // Nobody waits for a mailing's conversations: a few at a time, also after a long outage.
    if (dispatcher.problem() === null && dispatcher.waiting < CLAIM_QUIET) {
      const limit = (await campaignIsSending(database.db)) ? CLAIM_QUIET_BESIDE : CLAIM_QUIET
      dispatcher.signal(await claimBacklog(database.db, limit, true))
    }
    const seconds = this.#rounds % ALL_EVERY === 0 ? ALL_SECONDS : FRESH_SECONDS
    if (this.#rounds % FORGOTTEN_EVERY === 0 && dispatcher.problem() === null) {
      dispatcher.signal(await claimForgotten(database.db, CLAIM))
    }
    this.#rounds += 1
    if (campaignChanged) for (const campaign of await claimUnheard(database.db, CAMPAIGNS)) campaignChanged(campaign)
    if (webhookQueued) for (const webhook of await claimUndelivered(database.db, WEBHOOKS)) webhookQueued(webhook)
    if (houseChanged) houseChanged(await sweepHouse(database))
    if (fileImported && dispatcher.problem() === null) {
      for (const file of await claimImportedFiles(database.db, IMPORTED_FILES)) fileImported(file)
    }
    dispatcher.stored(await inIntakeTransaction(database.pool, (run) => tellFolding(run, FOLD)))
    dispatcher.stored(await rejoin(database, seconds))
    dispatcher.stored(await enterRunRequests(database.db, RUN_REQUESTS))
    if (hasRoom(dispatcher)) await this.#tellTimes()
  }

  /** Silence, closing windows and due tasks can wait for people's messages, and for the engine where it is away. */
  async #tellTimes(): Promise<void> {
    const { database, dispatcher } = this.#options
    await tellTimes({
      database,
      windowHoursOf: (provider) => capabilitiesOf(provider)?.replyWindowHours ?? null,
      told: (conversations) => {
        dispatcher.stored(conversations)
        return hasRoom(dispatcher) && !this.#stopped
      },
    })
  }

  #next(pause: number): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#try().then(() => {
        if (!this.#stopped) this.#next(this.#options.interval ?? 2_000)
      })
    }, pause)
  }

  async #try(): Promise<void> {
    try {
      await this.sweep()
      this.#failing = false
      sweeps.inc({ ended: 'done' })
    } catch (error) {
      sweeps.inc({ ended: 'failed' })
      // Told once: the next round tries again, and the webhooks say the same louder.
      if (!this.#failing) this.#options.log.warn({ fault: faultOf(error) }, 'the sweep failed')
      this.#failing = true
    }
  }
}

const hasRoom = (dispatcher: Dispatcher): boolean => dispatcher.problem() === null && dispatcher.waiting < WAITING_TIMES

/** Joins parked statuses with deliveries that are known by now; locks in the order of migrations/0001. */
async function rejoin({ pool }: Database, seconds: number): Promise<ConversationId[]> {
  return inIntakeTransaction(pool, async (run) => {
    const found = await findRejoinable(run, seconds, REJOIN)
    if (found.length === 0) return []
    await lockConversations(
      run,
      found.map(({ conversation }) => conversation),
    )
    return rejoinStatuses(run, found)
  })
}
