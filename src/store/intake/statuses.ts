import type { ProviderError } from '../../channels/port.ts'
import { applyReport } from '../../domain/delivery-report.ts'
import type { ChannelId, ConversationId, DeliveryId, ProviderMessageId } from '../../domain/ids.ts'
import { tellCampaigns } from '../campaigns/sending/news.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { type LockedDelivery, lockDeliveries, type ReportedMessage, updateDeliveries } from './deliveries.ts'
import { appendEvents, type NewEvent } from './events.ts'
import { storeLive } from './notes.ts'
import { type CoveredDelivery, coveredBy } from './read-marks.ts'
import { type Run, runIn } from './run.ts'
import { isHeard, type ReachedState, statusEvents } from './status-events.ts'
import {
  failedMessages,
  lockStatuses,
  markApplied,
  messageKey,
  parkedStatuses,
  type RecordedStatus,
} from './status-reports.ts'

/**
 * Applies recorded statuses to their deliveries by the pure rule (src/domain/delivery-report.ts), in the order given.
 * The caller holds the conversations of the deliveries; the deliveries are locked here.
 * Statuses whose delivery is not known stay parked.
 * @returns events to append to those conversations, which the caller does together with its own
 */
export async function applyStatuses(
  run: Run,
  statuses: readonly RecordedStatus[],
  deliveryIds: readonly DeliveryId[],
): Promise<NewEvent[]> {
  if (statuses.length === 0) return []
  const covered = await coveredBy(
    run,
    statuses.filter(({ upTo }) => upTo),
  )
  const ids = [...deliveryIds, ...covered.map(({ id }) => id)]
  if (ids.length === 0) return []
  const book = new DeliveryBook(await lockDeliveries(run, ids))
  const applied: number[] = []
  const events: NewEvent[] = []
  const reached: ReachedState[] = []
  const failed = await failedMessages(
    run,
    statuses.filter((status) => book.find(status)?.providerMessageId !== status.providerMessageId),
  )
  for (const status of [...statuses, ...covered.map(readReport)]) {
    const delivery = book.find(status)
    if (!delivery) continue
    const hasFailed = failed.has(messageKey(status))
    const result = applyReport(delivery, { ...status, error: firstError(status.errors), hasFailed })
    if (result.verdict === 'wait') continue
    if (status.id !== null) applied.push(status.id)
    if (result.verdict === 'ignore') continue
    book.set({ ...delivery, ...result.progress })
    if (result.event) events.push(eventOf(result.event, { ...delivery, ...result.progress }, status.at))
    reached.push(...newlyReached(delivery, status))
  }
  // The question who listens travels with the update: it costs no round trip of its own.
  const [heard] = await Promise.all([statusEvents(run, reached), updateDeliveries(run, book.changed())])
  await markApplied(run, applied)
  events.push(...heard)
  const moved = book.moved()
  await storeLive(run, moved.flatMap(liveUpdate))
  await tellCampaigns(
    run,
    moved.flatMap(({ campaignId }) => campaignId ?? []),
  )
  return events
}

/**
 * Joins statuses that came before the answer of the send call, for the send ledger to call in the transaction that
 * records this answer. That transaction holds the locks of the conversation and of the delivery (in this order), and has
 * written the delivery's `provider_message_id`.
 * @returns whether the conversation got events: after the commit, call `eventsStored`
 */
export async function applyParkedStatuses(
  tx: Tx,
  channelId: ChannelId,
  providerMessageId: ProviderMessageId,
  deliveryId: DeliveryId,
): Promise<boolean> {
  const run = runIn(tx)
  const parked = await parkedStatuses(run, channelId, [providerMessageId])
  const events = await applyStatuses(run, parked, [deliveryId])
  return (await appendEvents(run, events)).length > 0
}

/** Joins statuses that missed their delivery by a moment. The caller holds the conversations of the deliveries. */
export async function rejoinStatuses(
  run: Run,
  found: readonly { id: number; delivery: DeliveryId }[],
): Promise<ConversationId[]> {
  const ids = found.map(({ id }) => id)
  const statuses = await lockStatuses(run, ids)
  const events = await applyStatuses(
    run,
    statuses,
    found.map(({ delivery }) => delivery),
  )
  return appendEvents(run, events)
}

/** The deliveries of one transaction, found by the provider's id first and by our own where that is not known. */
class DeliveryBook {
  readonly #before: ReadonlyMap<DeliveryId, LockedDelivery>
  readonly #now: Map<DeliveryId, LockedDelivery>
  readonly #byMessage = new Map<string, DeliveryId>()

  constructor(deliveries: readonly LockedDelivery[]) {
    this.#before = new Map(deliveries.map((delivery) => [delivery.id, delivery]))
    this.#now = new Map(this.#before)
    for (const delivery of deliveries) this.#remember(delivery)
  }

  find(status: ReportedMessage): LockedDelivery | undefined {
    const id = this.#byMessage.get(`${status.channelId} ${status.providerMessageId}`) ?? status.deliveryId
    const delivery = id === null ? undefined : this.#now.get(id)
    return delivery?.channelId === status.channelId ? delivery : undefined
  }

  set(delivery: LockedDelivery): void {
    this.#now.set(delivery.id, delivery)
    this.#remember(delivery)
  }

  changed(): LockedDelivery[] {
    return [...this.#now.values()].filter((delivery) => this.#before.get(delivery.id) !== delivery)
  }

  /** Those that stand differently on the screen. */
  moved(): LockedDelivery[] {
    return this.changed().filter((delivery) => this.#before.get(delivery.id)?.state !== delivery.state)
  }

  #remember({ id, channelId, providerMessageId }: LockedDelivery): void {
    if (providerMessageId !== null) this.#byMessage.set(`${channelId} ${providerMessageId}`, id)
  }
}

/** Of a message that a client has read, though no report names it. */
const readReport = ({ channelId, providerMessageId, at }: CoveredDelivery) => ({
  id: null,
  channelId,
  providerMessageId,
  deliveryId: null,
  state: 'read' as const,
  upTo: false,
  at,
  errors: [],
})

const firstError = ([error]: readonly ProviderError[]) =>
  error ? { code: error.code, detail: [error.title, error.details].filter(Boolean).join(': ') } : null

const MOMENT = { sent: 'sentAt', delivered: 'deliveredAt', read: 'readAt' } as const

/** Nothing where the delivery has been there before. */
function newlyReached(before: LockedDelivery, { state, at }: Pick<RecordedStatus, 'state' | 'at'>): ReachedState[] {
  if (!isHeard(state) || before[MOMENT[state]] !== null) return []
  const { id, conversationId, channelId, campaignId } = before
  return [{ delivery: id, conversationId, channelId, campaignId, state, at }]
}

function eventOf(kind: 'failed' | 'settled', delivery: LockedDelivery, at: Date): NewEvent {
  const { id, state, errorCode } = delivery
  return {
    conversationId: delivery.conversationId,
    channelId: delivery.channelId,
    dedupeKey: null,
    event:
      kind === 'failed'
        ? { kind: 'delivery.failed', delivery: id, code: errorCode ?? 'unknown' }
        : { kind: 'delivery.settled', delivery: id, outcome: state === 'failed' ? 'failed' : 'sent', by: null },
    opensWindow: false,
    rawBodyId: null,
    rawPath: null,
    at,
  }
}

/** A message that stands in no task is on nobody's screen; of a campaign's messages people see the numbers. */
const liveUpdate = ({ id, commentId, taskId, conversationId, channelId, state }: LockedDelivery): LiveEvent[] =>
  taskId === null
    ? []
    : [{ event: 'delivery', data: { deliveryId: id, commentId, taskId, conversationId, channelId, state } }]
