import type pg from 'pg'
import type { LiveEventName } from '../schema.ts'
import type { LivePosition } from './live-position.ts'

export interface LiveRow {
  position: LivePosition
  event: LiveEventName
  /** ids; `channelId` says who may see it */
  data: Record<string, unknown>
}

export interface LiveRead {
  rows: LiveRow[]
  /** Everything before this place has been read, and nothing can appear there any more. */
  position: LivePosition
  /** Is there more to read at once? */
  more: boolean
  /** Are there committed rows that must wait for an older transaction to end? */
  waiting: boolean
}

interface ReadRow {
  xid: string
  id: number
  event: LiveEventName
  data: Record<string, unknown>
  row_seconds: number
}

/** One at least, for the watermark; without an update its `xid` is null. */
type Row = (ReadRow | { xid: null }) & { xmin: string; seconds: number; waiting: boolean }

/**
 * Reads updates after a place, up to the safe watermark: below `pg_snapshot_xmin` every transaction has ended, so
 * what is there is complete. One round trip.
 */
export async function readLive(pool: pg.Pool, after: LivePosition | null, limit: number): Promise<LiveRead> {
  const { rows } = await pool.query<Row>(
    `with safe as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
     select safe.xmin::text, floor(extract(epoch from now()))::bigint as seconds,
       exists (select from live_events where xid >= safe.xmin) as waiting,
       l.xid::text, l.id, l.event, l.data, floor(extract(epoch from l.at))::bigint as row_seconds
     from safe left join lateral (
       select * from live_events
       where $1::text is not null and (xid, id) > ($1::xid8, $2::bigint) and xid < safe.xmin
       order by xid, id limit $3
     ) l on true order by l.xid, l.id`,
    [after ? String(after.xid) : null, after ? String(after.id) : '0', limit],
  )
  const first = rows[0]
  if (!first) throw new Error('the watermark query answers one row at least')
  const read = rows.flatMap((row) => (row.xid === null ? [] : [liveRow(row)]))
  const more = read.length === limit
  const watermark = { xid: BigInt(first.xmin), id: 0n, seconds: first.seconds }
  return { rows: read, more, position: (more ? read.at(-1)?.position : null) ?? watermark, waiting: first.waiting }
}

/**
 * The updates of the last so many milliseconds that are complete, oldest first. Reads the newest rows alone, by their id.
 * @returns null: more than `limit`
 */
export async function readRecent(pool: pg.Pool, milliseconds: number, limit: number): Promise<LiveRow[] | null> {
  const { rows } = await pool.query<ReadRow & { is_recent: boolean }>(
    `select xid::text, id, event, data, floor(extract(epoch from at))::bigint as row_seconds,
       at >= now() - make_interval(secs => $1::double precision / 1000) as is_recent
     from (select * from live_events order by id desc limit $2) newest
     where xid < pg_snapshot_xmin(pg_current_snapshot()) order by newest.xid, newest.id`,
    [milliseconds, limit + 1],
  )
  const recent = rows.filter(({ is_recent }) => is_recent)
  return recent.length > limit ? null : recent.map(liveRow)
}

const liveRow = ({ xid, id, event, data, row_seconds }: ReadRow): LiveRow => ({
  position: { xid: BigInt(xid), id: BigInt(id), seconds: row_seconds },
  event,
  data,
})
