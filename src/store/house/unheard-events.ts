import { sql } from 'kysely'
import type { HouseEventId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'

/**
 * Claims house events of which no step has seen the last change: they are new, or their signal was lost in a crash or an
 * outage. Also those with a wait that should be over for a minute: their workflow is gone. Several servers share them;
 * each is nudged again after 15 s, 30 s, … 10 minutes.
 */
export async function claimUnheardEvents(db: Db, limit: number): Promise<HouseEventId[]> {
  const isItsTurn = sql`(nudges = 0
    or nudged_at < now() - least(600, 15 * power(2, least(nudges - 1, 10))) * interval '1 second')`
  const { rows } = await sql<{ id: HouseEventId }>`
    with wanted as (
      (select id from house_events where changed > heard and ${isItsTurn} order by id limit ${limit})
      union
      (select id from house_events where due_at < now() - interval '1 minute' and ${isItsTurn}
        order by due_at limit ${limit})
    ), due as (
      select id from house_events where id in (select id from wanted) and ${isItsTurn}
      order by id limit ${limit} for no key update skip locked
    )
    update house_events e set nudged_at = now(), nudges = e.nudges + 1 from due where e.id = due.id
    returning e.id`.execute(db)
  return rows.map(({ id }) => id)
}
