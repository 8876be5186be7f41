import { type SqlBool, sql } from 'kysely'
import type { CommentId, HouseEventId } from '../../domain/ids.ts'
import type { NotStarted } from '../../domain/scenario/engine/host.ts'
import { type Actor, maySee } from '../actor.ts'
import type { Db } from '../database.ts'

/** What an event led to, and what it did not lead to and why (contract.md, `GET /api/explain`). */
export interface Explanation {
  because: { scenarioId: string; version: number; runId: string; event: string; at: Date }[]
  didNotFire: { scenarioId: string; version: number; event: string; reason: string; condition: unknown; at: Date }[]
}

/**
 * Of a comment: what wrote it, if a scenario did, and what it started or did not start. Of an event: `conversation/seq`.
 * Written down when it happened, never worked out afterwards.
 * @returns null where there is no such thing, or where the actor may not see it
 */
export async function explain(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  of: { comment: CommentId } | { conversation: string; seq: number },
): Promise<Explanation | null> {
  const place = await placeOf(db, of)
  if (!place || !maySee(actor, place.channel_id)) return null
  const rows = await db
    .selectFrom('scenario_decisions')
    .selectAll()
    .$if('comment' in of, (query) => query.where('comment_id', '=', 'comment' in of ? of.comment : null))
    .$if('seq' in of, (query) =>
      query.where(
        sql<SqlBool>`conversation_id = ${'seq' in of ? of.conversation : null}::uuid and seq = ${'seq' in of ? of.seq : null}::bigint`,
      ),
    )
    .orderBy('seq')
    .orderBy('n')
    .execute()
  const written = 'comment' in of ? await writtenBy(db, of.comment) : []
  return {
    because: [
      ...written,
      ...rows.flatMap(({ started, event, at }) => started.map((one) => ({ ...one, event: event as string, at }))),
    ],
    didNotFire: rows.flatMap(({ not_started, event, at }) =>
      not_started.map((one: NotStarted) => ({ ...one, event: event as string, at })),
    ),
  }
}

/**
 * Of an event that no client caused: for those who manage scenarios.
 * @returns null where there is no such event, or where the actor may not see its channel
 */
export async function explainHouseEvent(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  id: HouseEventId,
): Promise<Explanation | null> {
  const row = await db
    .selectFrom('house_events as e')
    .leftJoin('house_decisions as d', 'd.event_id', 'e.id')
    .select(['e.name', 'e.channel_id', 'e.at', 'd.started', 'd.not_started'])
    .where('e.id', '=', id)
    .executeTakeFirst()
  if (!row || (row.channel_id !== null && !maySee(actor, row.channel_id))) return null
  const { name: event, at } = row
  return {
    because: (row.started ?? []).map((one) => ({ ...one, event, at })),
    didNotFire: (row.not_started ?? []).map((one: NotStarted) => ({ ...one, event, at })),
  }
}

async function placeOf(db: Db, of: { comment: CommentId } | { conversation: string; seq: number }) {
  if ('comment' in of) {
    return db.selectFrom('comments').select('channel_id').where('id', '=', of.comment).executeTakeFirst()
  }
  return db
    .selectFrom('conversation_events')
    .select('channel_id')
    .where(sql<SqlBool>`conversation_id = ${of.conversation}::uuid`)
    .where('seq', '=', of.seq)
    .executeTakeFirst()
}

/** The run whose step wrote a message to the client. */
async function writtenBy(db: Db, comment: CommentId): Promise<Explanation['because']> {
  const rows = await db
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.id', 'd.run_id')
    .select(['r.id', 'r.scenario_id', 'r.version', 'd.run_step', 'd.queued_at'])
    .where('d.comment_id', '=', comment)
    .execute()
  return rows.map((row) => ({
    scenarioId: row.scenario_id,
    version: row.version,
    runId: row.id,
    event: `step ${row.run_step ?? ''}`,
    at: row.queued_at,
  }))
}
