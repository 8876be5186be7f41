import { setTimeout as pause } from 'node:timers/promises'
import { Context } from '@temporalio/activity'
import type { SendOutcome } from '../src/channels/port.ts'
import { adapterFor } from '../src/channels/registry.ts'
import { afterRefusal } from '../src/domain/campaign-trouble.ts'
import type { CampaignSends, SliceResult } from '../src/domain/campaign-workflow.ts'
import type { CampaignId, ChannelId } from '../src/domain/ids.ts'
import { messagesPerSecond, perSecond, SlidingWindow } from '../src/domain/pacing.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import type { TemplateParameters } from '../src/domain/template/template.ts'
import {
  AHEAD_MS,
  type CampaignOrder,
  type Chunk,
  type ChunkRequest,
  claimChunk,
} from '../src/store/campaigns/sending/claim-chunk.ts'
import { haltCampaign, haltForTemplate, hasErrorSpike } from '../src/store/campaigns/sending/halt-campaign.ts'
import { settleOrphans } from '../src/store/campaigns/sending/orphans.ts'
import type { CampaignOutcome } from '../src/store/campaigns/sending/record-outcomes.ts'
import { channelCannotSend } from '../src/store/channels/channel-trouble.ts'
import { channelPace, holdPace } from '../src/store/sends/pace.ts'
import { CampaignCalls } from './campaign-calls.ts'
import { CampaignOutcomes } from './campaign-outcomes.ts'
import { withHeartbeat } from './heartbeat.ts'
import { admitSend, type Turn } from './send-turn.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** A slice claims for so long: between two of them the channel stands still for some tenths of a second … */
const SLICE_MS = 60_000
/** … and on, where a call hangs: what follows need not wait for it. */
const LONGEST_MS = 120_000
const HANGS_AFTER_MS = 2_000
/** A wait that is longer is the workflow's. */
const SHORT_WAIT_MS = 2_000
/** Whoever comes so late to a call was stopped in between: somebody may have taken its message for lost. */
const TOO_LATE_MS = 5_000
const SPIKE_CHECK_MS = 1_000

/** Sends campaigns slice by slice (design.md, Sends; P3, P9). The workflow lets one slice of a campaign run at a time. */
export const campaignSends = (deps: WorkerDeps): CampaignSends => ({
  sendSlice: (campaign) => withHeartbeat(() => sendSlice(deps, campaign, Context.current().cancellationSignal)),
})

async function sendSlice(deps: WorkerDeps, campaign: CampaignId, cancelled: AbortSignal): Promise<SliceResult> {
  const orphans = await settleOrphans(deps.database, campaign)
  if (orphans > 0) deps.log.warn({ campaign, orphans }, 'calls of a process that ended are of unknown outcome')
  const known = await deps.database.db
    .selectFrom('campaigns')
    .select(['channel_id', 'template'])
    .where('id', '=', campaign)
    .executeTakeFirst()
  if (!known) return { nextInMs: null }
  const slice = new CampaignSlice(deps, campaign, known.channel_id, AbortSignal.any([cancelled, deps.stopping]))
  try {
    await slice.prepare(known.template.parameters)
    return await slice.run()
  } finally {
    await slice.drain()
    deps.notifyLive()
  }
}

class CampaignSlice {
  readonly #deps: WorkerDeps
  readonly #campaign: CampaignId
  readonly #channelId: ChannelId
  readonly #stopping: AbortSignal
  readonly #calls: CampaignCalls
  readonly #outcomes: CampaignOutcomes
  readonly #startedAt = performance.now()
  /** Claimed and not answered: the moment at which each call begins. */
  readonly #open = new Map<Promise<void>, number>()
  #window = new SlidingWindow(1)
  #checkedAt = Number.NEGATIVE_INFINITY
  #failure: unknown = null

  constructor(deps: WorkerDeps, campaign: CampaignId, channelId: ChannelId, stopping: AbortSignal) {
    this.#deps = deps
    this.#campaign = campaign
    this.#channelId = channelId
    this.#stopping = stopping
    this.#calls = new CampaignCalls(deps, channelId)
    this.#outcomes = new CampaignOutcomes(deps, { campaign, channel: channelId })
  }

  /** Uploads the header's file before anybody's message waits for it. What goes wrong shows with the first message. */
  async prepare(parameters: TemplateParameters | undefined): Promise<void> {
    // The message that finds out whether the provider works again uploads it, too.
    if ((await this.#deps.channels.byId(this.#channelId))?.row.send_circuit) return
    for (const header of parameters?.header ?? []) {
      if (typeof header === 'object' && 'attachmentId' in header) await this.#calls.upload(header.attachmentId)
    }
  }

  /** Claims and sends until the slice's time is over, nothing is left, or the campaign does not run any more. */
  async run(): Promise<SliceResult> {
    const rate = await this.#ratePerSecond()
    this.#window = new SlidingWindow(rate)
    const request = {
      campaign: this.#campaign,
      worker: this.#deps.worker,
      pace: perSecond(rate),
      // About a tenth of a second's worth: the next chunk is claimed while this one is sent.
      count: Math.max(1, Math.min(100, Math.ceil(rate / 10))),
    }
    const atOnce = Math.max(64, rate)
    while (!this.#isOver()) {
      if (this.#failure !== null) throw this.#failure
      if (this.#open.size >= atOnce) {
        await Promise.race(this.#open.keys())
        continue
      }
      await this.#watchForErrors()
      const channel = await this.#deps.channels.byId(this.#channelId)
      const turn = channel && (await admitSend(this.#deps, channel))
      if (turn && 'waitMs' in turn) {
        if (turn.waitMs > SHORT_WAIT_MS) return { nextInMs: Math.ceil(turn.waitMs) }
        await pause(turn.waitMs)
        continue
      }
      const chunk = await this.#claim({ ...request, ...(turn?.isTrial && { count: 1 }) }, turn)
      switch (chunk.got) {
        case 'orders':
          for (const order of chunk.orders) this.#send(order, turn)
          // Whether anybody else may be called shows when it is over.
          if (turn?.isTrial) await Promise.all(this.#open.keys())
          await pause(Math.min(SHORT_WAIT_MS, Math.max(0, chunk.aheadMs - AHEAD_MS)))
          break
        case 'wait':
          if (chunk.ms > SHORT_WAIT_MS) return { nextInMs: Math.ceil(chunk.ms) }
          await pause(chunk.ms)
          break
        case 'nothing':
          return { nextInMs: chunk.nextInMs }
        case 'obstacle':
          await haltCampaign(this.#deps.database, this.#campaign, chunk.reason)
          return { nextInMs: null }
        case 'stopped':
          return { nextInMs: null }
      }
    }
    return { nextInMs: null }
  }

  /** A trial that has nobody to be sent to is somebody else's. */
  async #claim(request: ChunkRequest, turn: Turn | null): Promise<Chunk> {
    let chunk: Chunk | null = null
    try {
      chunk = await claimChunk(this.#deps.database, request)
      return chunk
    } finally {
      const isSent = chunk?.got === 'orders' && chunk.orders.length > 0
      if (!isSent) await turn?.end(null)
    }
  }

  /** Waits until every call is answered, and every answer recorded. */
  async drain(): Promise<void> {
    await Promise.all(this.#open.keys())
    await this.#outcomes.drain()
    if (this.#failure !== null) throw this.#failure
    await this.#watchForErrors()
  }

  #isOver(): boolean {
    const now = performance.now()
    const age = now - this.#startedAt
    if (this.#stopping.aborted || age > LONGEST_MS) return true
    return age > SLICE_MS && ![...this.#open.values()].some((begins) => now - begins > HANGS_AFTER_MS)
  }

  async #ratePerSecond(): Promise<number> {
    const channel = await this.#deps.channels.byId(this.#channelId)
    const adapter = channel && adapterFor(channel.row.provider)
    return adapter ? messagesPerSecond(channel.row, adapter.capabilities.messagesPerSecond) : 1
  }

  #send(order: CampaignOrder, turn: Turn | null): void {
    const begins = performance.now() + order.waitMs
    const sent: Promise<void> = this.#deliver(order, begins, turn)
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => this.#open.delete(sent))
    this.#open.set(sent, begins)
  }

  async #deliver(order: CampaignOrder, begins: number, turn: Turn | null): Promise<void> {
    await pause(Math.max(0, begins - performance.now()))
    for (let waitMs = this.#window.begin(performance.now()); waitMs > 0; ) {
      await pause(Math.ceil(waitMs))
      waitMs = this.#window.begin(performance.now())
    }
    const isLate = performance.now() - begins > TOO_LATE_MS
    const startedAt = new Date()
    const outcome = isLate ? NOT_STARTED : await this.#call(order)
    await turn?.end(outcome)
    const { delivery, conversation, attempt } = order
    const of = { delivery, conversation, attempt, ...(!isLate && { startedAt }) }
    switch (outcome.outcome) {
      case 'accepted': {
        const { providerMessageId, identities } = outcome
        const known = new Set(order.recipient.map(({ kind, value }) => `${kind} ${value}`))
        const aliases = identities.filter(({ kind, value }) => !known.has(`${kind} ${value}`))
        return this.#outcomes.add({ ...of, ended: 'accepted', providerMessageId, aliases })
      }
      case 'unknown':
        return this.#outcomes.add({ ...of, ended: 'unknown', detail: outcome.detail })
      case 'rejected':
        return this.#refused(of, order, outcome.failure)
    }
  }

  async #call(order: CampaignOrder): Promise<SendOutcome> {
    try {
      return await this.#calls.make(order)
    } catch (error) {
      // Before the call: an adapter tells as an outcome whatever happens in it.
      this.#failure ??= error
      return NOT_STARTED
    }
  }

  async #refused(
    of: Pick<CampaignOutcome, 'delivery' | 'conversation' | 'attempt' | 'startedAt'>,
    order: CampaignOrder,
    failure: ProviderFailure,
  ): Promise<void> {
    const { database } = this.#deps
    const { code, detail } = failure
    const after = afterRefusal(failure, order.tries, Math.random())
    switch (after.next) {
      case 'fail':
        return this.#outcomes.add({ ...of, ended: 'failed', code, detail })
      case 'again':
        this.#outcomes.add({ ...of, ended: 'again', code, detail, waitMs: after.waitMs })
        if (after.holdsChannel) await holdPace(database.db, channelPace(this.#channelId), after.waitMs)
        return
      case 'halt':
        this.#outcomes.add({ ...of, ended: 'again', code, detail, waitMs: null })
        if (after.because === 'template') return haltForTemplate(database, this.#campaign, after.trouble)
        this.#deps.log.warn({ channelId: this.#channelId, code }, 'the provider refuses to send for this channel')
        await haltCampaign(database, this.#campaign, 'channel_down')
        await channelCannotSend(database, this.#channelId, failure)
        this.#deps.channels.forget()
    }
  }

  async #watchForErrors(): Promise<void> {
    if (this.#outcomes.failure !== null) throw this.#outcomes.failure
    const now = performance.now()
    if (now - this.#checkedAt < SPIKE_CHECK_MS) return
    this.#checkedAt = now
    if (await hasErrorSpike(this.#deps.database.db, this.#campaign)) {
      await haltCampaign(this.#deps.database, this.#campaign, 'error_spike')
    }
  }
}

const NOT_STARTED: SendOutcome = {
  outcome: 'rejected',
  failure: {
    class: 'retry',
    code: 'not_started',
    detail: 'the sending process was held up before the call',
    retryAfterSeconds: null,
    limit: null,
  },
}
