import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyReport, type DeliveryProgress, type DeliveryReport } from '../../src/domain/delivery-report.ts'
import { advanceDelivery, DELIVERY_STATES, deliveryRank, type ReportedState } from '../../src/domain/delivery-state.ts'
import type { ProviderMessageId } from '../../src/domain/ids.ts'

const ID = 'wamid.ours' as ProviderMessageId
const at = (second: number) => new Date(1760000000000 + second * 1000)
const REPORTED: ReportedState[] = ['sent', 'delivered', 'read', 'played', 'failed']

const delivery = (over: Partial<DeliveryProgress> = {}): DeliveryProgress => ({
  state: 'accepted',
  providerMessageId: ID,
  acceptedAt: at(0),
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  playedAt: null,
  failedAt: null,
  errorCode: null,
  errorDetail: null,
  ...over,
})
const report = (state: ReportedState, over: Partial<DeliveryReport> = {}): DeliveryReport => ({
  providerMessageId: ID,
  state,
  at: at(1),
  error: state === 'failed' ? { code: '131026', detail: 'Undeliverable' } : null,
  hasFailed: false,
  ...over,
})

describe('applyReport', () => {
  it('is advanceDelivery for a delivery that is known by its message id, and never goes back (P4)', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DELIVERY_STATES), fc.array(fc.constantFrom(...REPORTED)), (start, reports) => {
        let now = delivery({ state: start })
        for (const state of reports) {
          const result = applyReport(now, report(state))
          if (result.verdict !== 'apply') throw new Error(`verdict ${result.verdict}`)
          expect(result.progress.state).toBe(advanceDelivery(now.state, state))
          expect(deliveryRank(result.progress.state)).toBeGreaterThanOrEqual(deliveryRank(now.state))
          now = result.progress
        }
      }),
    )
  })

  it('records moments of lower states that come late, and keeps the first', () => {
    const read = applyReport(delivery(), report('read', { at: at(9) }))
    if (read.verdict !== 'apply') throw new Error(read.verdict)
    const sent = applyReport(read.progress, report('sent', { at: at(2) }))
    expect(sent).toMatchObject({ progress: { state: 'read', sentAt: at(2), readAt: at(9), deliveredAt: null } })
    if (sent.verdict !== 'apply') throw new Error(sent.verdict)
    expect(applyReport(sent.progress, report('sent', { at: at(7) }))).toMatchObject({ progress: { sentAt: at(2) } })
  })

  it('tells of a failure once, with its code', () => {
    const failed = applyReport(delivery(), report('failed'))
    expect(failed).toMatchObject({
      event: 'failed',
      progress: { state: 'failed', errorCode: '131026', failedAt: at(1) },
    })
    if (failed.verdict !== 'apply') throw new Error(failed.verdict)
    expect(applyReport(failed.progress, report('failed', { at: at(5) }))).toMatchObject({
      event: null,
      progress: { failedAt: at(1) },
    })
  })

  it('lets no late failure take back that the client has it', () => {
    const late = applyReport(delivery({ state: 'delivered' }), report('failed'))
    expect(late).toMatchObject({ event: null, progress: { state: 'delivered', failedAt: null, errorCode: null } })
  })

  it.each(['sent', 'delivered', 'failed'] as const)('settles an unknown send by %s', (state) => {
    const settled = applyReport(
      delivery({ state: 'unknown', providerMessageId: null, acceptedAt: null }),
      report(state),
    )
    expect(settled).toMatchObject({ event: 'settled', progress: { state, providerMessageId: ID } })
  })

  const open = { providerMessageId: null, acceptedAt: null }
  it.each([
    ['a call under way is proved by "sent"', { state: 'sending', ...open }, 'sent', 'apply'],
    ['a failure waits until the call under way has ended', { state: 'sending', ...open }, 'failed', 'wait'],
    [
      'a queued repetition is not needed when the first one arrived',
      { state: 'queued', ...open },
      'delivered',
      'apply',
    ],
    ['a queued repetition is not failed by the first one', { state: 'queued', ...open }, 'failed', 'ignore'],
  ] as const)('%s', (_, over, state, verdict) => {
    expect(applyReport(delivery(over), report(state)).verdict).toBe(verdict)
  })

  it('leaves another attempt of the same delivery alone', () => {
    const other = { providerMessageId: 'wamid.first' as ProviderMessageId }
    expect(applyReport(delivery(), report('failed', other))).toEqual({ verdict: 'ignore' })
    expect(applyReport(delivery({ state: 'sending' }), report('sent', other))).toEqual({ verdict: 'wait' })
  })

  it.each(['queued', 'sending', 'unknown'] as const)(
    'does not take the late "sent" of an attempt that failed for one of the next attempt (%s)',
    (state) => {
      const late = report('sent', { hasFailed: true })
      expect(applyReport(delivery({ state, ...open }), late)).toEqual({ verdict: 'ignore' })
    },
  )

  it('believes the provider rather than a person who said that it never arrived', () => {
    const settled = { state: 'failed' as const, ...open, failedAt: at(0), errorCode: 'settled_by_person' }
    expect(applyReport(delivery(settled), report('delivered'))).toMatchObject({
      event: 'settled',
      progress: { state: 'delivered', providerMessageId: ID, failedAt: null, errorCode: null },
    })
    const reported = delivery({ state: 'failed', failedAt: at(0), errorCode: '131026' })
    expect(applyReport(reported, report('delivered'))).toMatchObject({
      event: null,
      progress: { state: 'failed', errorCode: '131026' },
    })
  })
})
