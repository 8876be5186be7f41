import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advanceDelivery,
  DELIVERY_STATES,
  type DeliveryState,
  deliveryRank,
  type ReportedState,
} from '../../src/domain/delivery-state.ts'

const reports: ReportedState[] = ['sent', 'delivered', 'read', 'played', 'failed']

describe('advanceDelivery (P4)', () => {
  it.each<[DeliveryState, ReportedState, DeliveryState]>([
    ['accepted', 'sent', 'sent'],
    ['accepted', 'read', 'read'],
    ['sending', 'delivered', 'delivered'],
    ['unknown', 'sent', 'sent'],
    ['unknown', 'failed', 'failed'],
    ['sent', 'delivered', 'delivered'],
    ['read', 'delivered', 'read'],
    ['read', 'sent', 'read'],
    ['read', 'played', 'played'],
    ['sent', 'failed', 'failed'],
    ['accepted', 'failed', 'failed'],
    ['delivered', 'failed', 'delivered'],
    ['failed', 'delivered', 'failed'],
  ])('%s + %s → %s', (current, reported, expected) => {
    expect(advanceDelivery(current, reported)).toBe(expected)
  })

  it('never goes backwards and ends the same after repetition, for any order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DELIVERY_STATES), fc.array(fc.constantFrom(...reports)), (start, sequence) => {
        let state: DeliveryState = start
        for (const report of sequence) {
          const next = advanceDelivery(state, report)
          expect(deliveryRank(next)).toBeGreaterThanOrEqual(deliveryRank(state))
          expect(advanceDelivery(next, report)).toBe(next)
          state = next
        }
      }),
    )
  })

  it('ends the same in any order of arrival as long as nothing failed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(reports.filter((r) => r !== 'failed')), (order) => {
        const end = order.reduce<DeliveryState>(advanceDelivery, 'accepted')
        const sorted = order
          .toSorted((a, b) => deliveryRank(a) - deliveryRank(b))
          .reduce<DeliveryState>(advanceDelivery, 'accepted')
        expect(end).toBe(sorted)
      }),
    )
  })
})
