import type { Migration } from 'kysely'
import * as foundation from './0001-foundation.ts'
import * as mailings from './0002-mailings.ts'
import * as scenarios from './0003-scenarios.ts'
import * as timedTriggers from './0004-timed-triggers.ts'
import * as endpoints from './0005-endpoints.ts'
import * as heldSends from './0006-held-sends.ts'
import * as webhooks from './0007-webhooks.ts'
import * as runStarts from './0008-run-starts.ts'
import * as runRequests from './0009-run-requests.ts'
import * as snapshots from './0010-snapshots.ts'
import * as houseRuns from './0011-house-runs.ts'
import * as inbox from './0012-inbox.ts'
import * as channelHealth from './0013-channel-health.ts'
import * as attention from './0014-attention.ts'
import * as campaignDrafts from './0015-campaign-drafts.ts'
import * as scenarioLists from './0016-scenario-lists.ts'
import * as instagram from './0017-instagram.ts'
import * as importedFiles from './0018-imported-files.ts'
import * as exclusionReasons from './0019-exclusion-reasons.ts'
import * as channelLife from './0020-channel-life.ts'
import * as sendCircuits from './0021-send-circuits.ts'
import * as search from './0022-search.ts'

/** Migrations in their order. A released one is never changed: add the next. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-mailings': mailings,
  '0003-scenarios': scenarios,
  '0004-timed-triggers': timedTriggers,
  '0005-endpoints': endpoints,
  '0006-held-sends': heldSends,
  '0007-webhooks': webhooks,
  '0008-run-starts': runStarts,
  '0009-run-requests': runRequests,
  '0010-snapshots': snapshots,
  '0011-house-runs': houseRuns,
  '0012-inbox': inbox,
  '0013-channel-health': channelHealth,
  '0014-attention': attention,
  '0015-campaign-drafts': campaignDrafts,
  '0016-scenario-lists': scenarioLists,
  '0017-instagram': instagram,
  '0018-imported-files': importedFiles,
  '0019-exclusion-reasons': exclusionReasons,
  '0020-channel-life': channelLife,
  '0021-send-circuits': sendCircuits,
  '0022-search': search,
}
