import { type SqlBool, sql } from 'kysely'
import { UNDONE } from './taken-back.ts'

/**
 * Deliveries `d` that a person has to look at: of unknown outcome, or failed without anybody having looked. What was taken
 * back failed as somebody wished; failures of a campaign are counted, and sent again, with their campaign.
 */
export const needsAttention = sql<SqlBool>`(d.state in ('failed', 'unknown') and d.attended_at is null
  and (d.state = 'unknown' or (d.lane = 'conversation' and d.error_code is distinct from ${sql.lit(UNDONE)})))`
