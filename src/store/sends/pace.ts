import { sql } from 'kysely'
import type { Pace } from '../../domain/pacing.ts'
import type { Db } from '../database.ts'
import type { Run, Statement } from '../intake/run.ts'

/**
 * Takes the next place in a channel's or a pair's pace, shared by all workers: `takeSlot` of src/domain/pacing.ts in one
 * statement, by the database's clock.
 * @returns milliseconds to wait; 0: now
 */
export async function takePlace(db: Db, key: string, pace: Pace): Promise<number> {
  const interval = sql`make_interval(secs => ${pace.intervalMs / 1000}::float8)`
  const ahead = sql`make_interval(secs => ${(pace.intervalMs * pace.burst) / 1000}::float8)`
  const { rows } = await sql<{ wait_ms: number }>`
    insert into send_pace (key, next_at) values (${key}, clock_timestamp() + ${interval})
    on conflict (key) do update set next_at = greatest(send_pace.next_at, clock_timestamp()) + ${interval}
    returning extract(epoch from next_at - ${ahead} - clock_timestamp())::float8 * 1000 as wait_ms`.execute(db)
  return Math.max(0, Math.ceil(rows[0]?.wait_ms ?? 0))
}

const TAKE: Statement = {
  name: 'pace-take-places',
  text: `
    insert into send_pace (key, next_at) values ($1, clock_timestamp() + make_interval(secs => $2::float8 * $3::int))
    on conflict (key) do update
      set next_at = greatest(send_pace.next_at, clock_timestamp()) + make_interval(secs => $2::float8 * $3::int)
    returning extract(epoch from next_at - clock_timestamp())::float8 * 1000 as "aheadMs"`,
}

/**
 * Takes several places in a row. The pace's row is held until the transaction ends: take them last.
 * @returns for each the milliseconds to wait, and how far the pace now runs ahead
 */
export async function takePlaces(
  run: Run,
  key: string,
  { intervalMs, burst }: Pace,
  count: number,
): Promise<{ waitMs: number[]; aheadMs: number }> {
  const [row] = await run<{ aheadMs: number }>(TAKE, [key, intervalMs / 1000, count])
  const aheadMs = row?.aheadMs ?? 0
  const waitMs = Array.from({ length: count }, (_, place) =>
    Math.max(0, aheadMs - (count - 1 - place + burst) * intervalMs),
  )
  return { waitMs, aheadMs }
}

/** The key of the pace that everything sent over a channel shares. */
export const channelPace = (channel: string): string => `channel:${channel}`

/** The provider said that the limit was hit: everybody who uses this pace waits. */
export async function holdPace(db: Db, key: string, ms: number): Promise<void> {
  await sql`
    insert into send_pace (key, next_at) values (${key}, clock_timestamp() + make_interval(secs => ${ms / 1000}::float8))
    on conflict (key) do update set next_at = greatest(send_pace.next_at, excluded.next_at)`.execute(db)
}
