import { describe, expect, it } from 'vitest'
import { CAMPAIGN_STOPPED, retryAfterMs } from '../../../src/domain/campaign/retry-failed.ts'

describe('a failed message of a campaign', () => {
  it.each([
    // limits, the account, the template: something may have changed
    ['130429', 0],
    ['131056', 0],
    ['131048', 0],
    ['190', 0],
    ['131042', 0],
    ['132015', 0],
    ['132001', 0],
    ['132012', 0],
    ['network', 0],
    ['template_not_approved', 0],
    ['131049', 86_400_000],
    // the recipient is the reason
    ['131026', null],
    ['131050', null],
    ['130472', null],
    ['130497', null],
    ['131021', null],
    ['no_address', null],
    [CAMPAIGN_STOPPED, null],
    ['opted_out', null],
    ['987654', null],
  ])('%s may be tried again after %s ms', (code, wait) => {
    expect(retryAfterMs(code)).toBe(wait)
  })
})
