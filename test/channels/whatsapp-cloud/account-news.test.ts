import { describe, expect, test } from 'vitest'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'
import { bodyOf, only } from './fixtures.ts'

const news = (field: string, value: object) => {
  const item = only(parseWebhook(bodyOf(field, value)))
  return item.to === 'channel' ? item.event.news : item
}

describe('what scenarios hear of an account (reference §4.2, §4.3)', () => {
  test.each<[string, string, object, object | undefined]>([
    [
      'more messages a second',
      'phone_number_quality_update',
      { event: 'THROUGHPUT_UPGRADE', current_limit: 'TIER_UNLIMITED' },
      { what: 'throughput', value: 'high', detail: null },
    ],
    [
      'the limit of a new number',
      'phone_number_quality_update',
      { event: 'ONBOARDING', max_daily_conversations_per_business: 'TIER_250' },
      { what: 'limit', value: 'tier_250', detail: null },
    ],
    [
      'a raised limit, by the older key',
      'phone_number_quality_update',
      { event: 'UPGRADE', current_limit: 'TIER_10K' },
      { what: 'limit', value: 'tier_10k', detail: null },
    ],
    [
      'a limit as a number',
      'business_capability_update',
      { max_daily_conversations_per_business: 2000 },
      { what: 'limit', value: 'tier_2k', detail: null },
    ],
    [
      'no limit, by the older key',
      'business_capability_update',
      { max_daily_conversation_per_phone: -1 },
      { what: 'limit', value: 'tier_unlimited', detail: null },
    ],
    [
      'a limit of tomorrow',
      'business_capability_update',
      { max_daily_conversations_per_business: 'TIER_1M' },
      { what: 'limit', value: 'tier_1m', detail: null },
    ],
    [
      'a name that was accepted',
      'phone_number_name_update',
      { decision: 'APPROVED', requested_verified_name: 'Lucky Shrub', rejection_reason: null },
      { what: 'name', value: 'Lucky Shrub', detail: 'approved' },
    ],
    [
      'a name that was not',
      'phone_number_name_update',
      { decision: 'REJECTED', requested_verified_name: 'Best', rejection_reason: 'NAME_EMPLOYEE_ENTITY' },
      { what: 'name', value: 'rejected', detail: 'NAME_EMPLOYEE_ENTITY' },
    ],
    [
      'a review',
      'account_review_update',
      { decision: 'REJECTED' },
      { what: 'review', value: 'rejected', detail: null },
    ],
    [
      'a ban, as one word',
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'April 17, 2025' } },
      { what: 'ban', value: 'disable', detail: 'April 17, 2025' },
    ],
    [
      'a ban that is over, as a list',
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: ['REINSTATE'] } },
      { what: 'ban', value: 'reinstate', detail: null },
    ],
    [
      'what may not be sent for a while',
      'account_update',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1760000000 }],
      },
      { what: 'restriction', value: 'restricted_biz_initiated_messaging', detail: null },
    ],
    [
      'a violation',
      'account_update',
      { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'ADULT' } },
      { what: 'violation', value: 'adult', detail: null },
    ],
    [
      'a company that Meta has verified',
      'account_update',
      { event: 'VERIFIED_ACCOUNT' },
      { what: 'verification', value: 'verified', detail: null },
    ],
    [
      'an alert, also one that is only for information',
      'account_alerts',
      { alert_info: { alert_severity: 'INFORMATIONAL', alert_type: 'OBA_APPROVED' } },
      { what: 'alert', value: 'oba_approved', detail: 'informational' },
    ],
    ['a changed PIN', 'security', { event: 'PIN_CHANGED' }, { what: 'security', value: 'pin_changed', detail: null }],
    ['the quality, which is told as such', 'phone_number_quality_update', { event: 'FLAGGED' }, undefined],
    ['the end of a connection, too', 'account_update', { event: 'ACCOUNT_DELETED' }, undefined],
    ['a review without a decision', 'account_review_update', {}, undefined],
    ['a field of tomorrow', 'account_horoscope', { decision: 'APPROVED' }, undefined],
    ['the name of a prototype', 'constructor', { decision: 'APPROVED' }, undefined],
  ])('%s', (_name, field, value, expected) => {
    expect(news(field, value)).toEqual(expected)
  })
})
