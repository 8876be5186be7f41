import type { ChannelId, ConversationId, TaskId } from '../../../domain/ids.ts'
import type { TimedEvent } from '../../../domain/scenario/timed/timed-trigger.ts'
import type { Run, Statement } from '../../intake/run.ts'
import type { Audience, WantedTrigger } from './wanted-triggers.ts'

/** A fact whose time has come, and which was not told yet. */
export interface DueFact {
  conversationId: ConversationId
  channelId: ChannelId
  task: TaskId | null
  fact: Date
  dedupeKey: string
}

/** A range of facts: behind `after`, up to `upTo`; and how many at most. */
export interface Range {
  after: Date
  upTo: Date
  limit: number
}

type Fact = 'c.last_message_at' | 'c.last_in_at' | 't.due_at'

const FACTS: Record<TimedEvent, Fact> = {
  'conversation.idle': 'c.last_message_at',
  'window.closing': 'c.last_in_at',
  'window.closed': 'c.last_in_at',
  'task.due': 't.due_at',
  'task.overdue': 't.due_at',
}

/** The column that says when a fact was changed, or something after it. */
const CHANGED: Partial<Record<Fact, string>> = { 'c.last_in_at': 'c.last_message_at', 't.due_at': 't.updated_at' }

/**
 * Facts in a range, the oldest first; or, where `changed` says so, those of the range that changed since $7. Each value
 * of a fact is told once: what is in the record already is left out. Conversations of clients who never were met, and
 * of deleted channels, have nobody to tell.
 */
function dueStatement(fact: Fact, audience: Audience, changed: boolean): Statement {
  const ofTask = fact === 't.due_at'
  const [subject, task] = ofTask ? ['t.id', 't.id'] : ['c.id', 'null::uuid']
  const facts = ofTask ? 'tasks t join conversations c on c.id = t.conversation_id' : 'conversations c'
  const changedAt = changed ? CHANGED[fact] : undefined
  // By one index alone: the planner may believe that the range of facts is the smaller one.
  const bounds = changedAt
    ? `${changedAt} > $7::timestamptz and ${fact} + interval '0' > $1::timestamptz and ${fact} + interval '0' <= $2::timestamptz`
    : `${fact} > $1::timestamptz and ${fact} <= $2::timestamptz`
  return {
    name: `timed-${fact}-${audience}${changedAt ? '-changed' : ''}`,
    text: `
      select c.id as "conversationId", c.channel_id as "channelId", ${task} as task, ${fact} as fact, told.key as "dedupeKey"
      from ${facts}
      join channels ch on ch.id = c.channel_id
      cross join lateral (
        select $4 || ' ' || ${subject} || ' ' || floor(extract(epoch from ${fact}) * 1000)::bigint as key
      ) told
      where ${bounds}
        and c.contact_id is not null and ch.deleted_at is null and ch.provider = any($5::text[])
        ${ofTask ? 'and t.active' : ''}
        and not exists (select from conversation_events e where e.channel_id = c.channel_id and e.dedupe_key = told.key)
        and ${audience === 'waiting' ? AWAITED : '$6::text is not null'}
      order by ${changedAt ? `${changedAt} desc` : fact}
      limit $3`,
  }
}

const AWAITED = `exists (
          select from runs r where r.conversation_id = c.id and r.state = 'waiting' and r.awaits && array[$6::text])`

const statements = new Map<string, Statement>()

function statementOf(fact: Fact, audience: Audience, changed: boolean): Statement {
  const made = dueStatement(fact, audience, changed)
  const known = statements.get(made.name) ?? made
  statements.set(known.name, known)
  return known
}

/** @param told names the times of this trigger in the record: the same for every audience */
export function dueFacts(run: Run, trigger: WantedTrigger, told: string, range: Range): Promise<DueFact[]> {
  const { event, audience, providers } = trigger
  return run<DueFact>(statementOf(FACTS[event], audience, false), [
    range.after,
    range.upTo,
    range.limit,
    told,
    providers,
    event,
  ])
}

/** Those among them that were changed since: written late, or brought into the range by a person. */
export function changedFacts(
  run: Run,
  trigger: WantedTrigger,
  told: string,
  range: Range,
  since: Date,
): Promise<DueFact[]> {
  const { event, audience, providers } = trigger
  const values = [range.after, range.upTo, range.limit, told, providers, event, since]
  return run<DueFact>(statementOf(FACTS[event], audience, true), values)
}
