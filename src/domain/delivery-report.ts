import { advanceDelivery, type DeliveryState, deliveryRank, type ReportedState } from './delivery-state.ts'
import type { ProviderMessageId } from './ids.ts'

/** What a delivery knows of its own way; a moment stays null until something reports it. */
export interface DeliveryProgress {
  state: DeliveryState
  providerMessageId: ProviderMessageId | null
  acceptedAt: Date | null
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  playedAt: Date | null
  failedAt: Date | null
  errorCode: string | null
  errorDetail: string | null
}

/** A provider's report about one message, as far as it concerns a delivery. */
export interface DeliveryReport {
  providerMessageId: ProviderMessageId
  state: ReportedState
  at: Date
  /** The first error of a `failed`. */
  error: { code: string; detail: string } | null
  /** The provider has said of this very message that it failed. */
  hasFailed: boolean
}

/**
 * `apply` the delivery now stands as `progress`; `wait` it cannot be decided before the call that is under way has
 * ended; `ignore` it is about another attempt of the same delivery.
 */
export type ReportVerdict =
  | { verdict: 'apply'; progress: DeliveryProgress; event: 'failed' | 'settled' | null }
  | { verdict: 'wait' }
  | { verdict: 'ignore' }

const MOMENT = {
  sent: 'sentAt',
  delivered: 'deliveredAt',
  read: 'readAt',
  played: 'playedAt',
} as const satisfies Partial<Record<ReportedState, keyof DeliveryProgress>>

/**
 * What a report makes of a delivery. The state is advanceDelivery's (P4); moments of lower states are recorded even
 * when they come late (reference §3).
 *
 * A report may find its delivery by our own id alone, before we know the provider's: it then proves what became of a
 * call whose answer we never saw (P3). A `failed` of that kind may be about an earlier attempt: while a call is under way
 * it waits, and a delivery that was queued again is not failed by its past. Nor does the late `sent` of an attempt that
 * failed prove anything of the next one: the message would be taken for sent and never reach the client.
 *
 * A failure that is our own word (a person's, or a later attempt that was refused) gives way to a report that the message
 * is on its way; one that the provider reported is final.
 */
export function applyReport(delivery: DeliveryProgress, report: DeliveryReport): ReportVerdict {
  const { state: before, providerMessageId: known } = delivery
  if (known !== report.providerMessageId) {
    const blames = report.state === 'failed'
    if (report.state === 'sent' && report.hasFailed) return { verdict: 'ignore' }
    if (before === 'sending' && (blames || known !== null)) return { verdict: 'wait' }
    if (before === 'queued' && (blames || known !== null)) return { verdict: 'ignore' }
    if (before !== 'unknown' && known !== null) return { verdict: 'ignore' }
  }

  const isOurWord = before === 'failed' && known === null
  const state = advanceDelivery(isOurWord ? 'unknown' : before, report.state)
  const progress: DeliveryProgress = { ...delivery, state, providerMessageId: report.providerMessageId }
  if (report.state !== 'failed') {
    const moment = MOMENT[report.state]
    progress[moment] = delivery[moment] ?? report.at
    if (isOurWord || deliveryRank(before) < deliveryRank('accepted')) {
      progress.acceptedAt = delivery.acceptedAt ?? report.at
    }
    if (state !== 'failed') Object.assign(progress, { failedAt: null, errorCode: null, errorDetail: null })
  } else if (state === 'failed' && before !== 'failed') {
    progress.failedAt = report.at
    progress.errorCode = report.error?.code ?? 'unknown'
    progress.errorDetail = report.error?.detail ?? null
  }
  return { verdict: 'apply', progress, event: eventOf(before, state) }
}

function eventOf(before: DeliveryState, after: DeliveryState): 'failed' | 'settled' | null {
  if (before === after) return null
  if (before === 'unknown' || before === 'failed') return 'settled'
  return after === 'failed' ? 'failed' : null
}
