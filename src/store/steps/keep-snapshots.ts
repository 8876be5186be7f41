import { type RawBuilder, sql } from 'kysely'
import type { Frame } from '../../domain/scenario/dry-run/tape.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { StepOutcome } from '../../domain/step.ts'
import { CHANNEL_FACTS, CONTACT_FACTS, TASK_FACTS } from '../scenarios/running/surroundings.ts'
import type { ConversationState } from './conversation-state.ts'

/** An event that was just worked off. */
export interface Worked {
  seq: number
  outcome: StepOutcome
  /** what scenarios heard of it, before they acted */
  happened?: readonly Happening[]
  /** what they saw; none: nobody looked */
  frames?: readonly Frame[]
}

/**
 * A statement, for a `with`, that keeps what scenarios saw of events, for dry runs (docs/decisions/0029). Where nobody
 * looked, a later draft may have: what stands now is kept, in the same round trip.
 */
export function keepSnapshots(state: ConversationState, worked: readonly Worked[]): RawBuilder<unknown> {
  const kept = worked.flatMap(({ seq, happened = [], frames = [] }) =>
    happened.length === 0 && frames.length === 0
      ? []
      : [{ seq, ...(happened.length > 0 && { happened }), ...(frames.length > 0 && { frames }) }],
  )
  const { id, contact, task, channel, lastInAt, lastAuthor } = state
  return sql`
    insert into event_snapshots (conversation_id, seq, happened, frames)
    select ${id}::uuid, k.seq, k.happened, coalesce(k.frames, (
      select jsonb_build_array(jsonb_build_object('after', null, 'contact', ${CONTACT_FACTS}, 'channel', ${CHANNEL_FACTS},
        'task', t.id, 'tasks', case when t.id is null then '{}' else jsonb_build_object(t.id, ${TASK_FACTS}) end,
        'conversation', jsonb_build_object('id', c.id, 'lastInAt', ${lastInAt?.toISOString() ?? null}::text,
          'lastOutAt', c.last_out_at, 'lastAuthor', ${lastAuthor}::text)))
      from conversations c join channels ch on ch.id = ${channel.id}
      left join contacts ct on ct.id = ${contact?.id ?? null}::uuid
      left join tasks t on t.id = ${task?.id ?? null}::uuid
      where c.id = ${id}))
    from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as k (seq bigint, happened jsonb, frames jsonb)`
}
