import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import { chainFrom } from '../../domain/scenario/interpreter/chain.ts'
import type { Chain } from '../../domain/scenario/interpreter/run.ts'
import type { Tx } from '../database.ts'
import type { ConversationState } from './conversation-state.ts'

type TimeReached = Extract<ConversationEvent, { kind: 'time.reached' }>

/** What a time was counted from, as it is when the time is looked at. */
export interface TimedFacts {
  lastMessageAt: Date | null
  /** what led to that message, where a scenario sent it */
  lastMessageCause: Chain | null
  lastInAt: Date | null
  /** of an active task; null for one that is done, or gone */
  taskDueAt: Date | null
}

/**
 * What scenarios hear of a time that was reached: nothing where it was counted from something else than what stands
 * now (the client wrote meanwhile, the task is done or due on another day), and nothing of a reply window that is about
 * to close where it has closed.
 *
 * The silence after a scenario's own message is of its doing: it does not start that scenario again.
 * @param now when it is looked at
 */
export function timedHappening(reached: TimeReached, facts: TimedFacts, now: Date): Happening | null {
  const { name, keys, at } = reached
  if (factOf(reached, facts)?.getTime() !== new Date(reached.fact).getTime()) return null
  const happening = (data: { [name: string]: Json }, cause: Chain | null = null): Happening => ({
    name,
    data: { ...keys, ...data },
    comment: null,
    cause,
  })
  switch (name) {
    case 'conversation.idle':
      return happening({ since: at }, facts.lastMessageCause)
    case 'window.closing':
      return new Date(at) > now ? happening({ closesAt: at }) : null
    case 'window.closed':
      return happening({ closesAt: at })
    case 'task.due':
    case 'task.overdue':
      return happening({ taskId: reached.task, dueAt: at })
  }
}

function factOf({ name }: TimeReached, facts: TimedFacts): Date | null {
  if (name === 'conversation.idle') return facts.lastMessageAt
  return name === 'window.closing' || name === 'window.closed' ? facts.lastInAt : facts.taskDueAt
}

/** Reads the facts under the conversation's lock. */
export async function timeHappenings(tx: Tx, state: ConversationState, reached: TimeReached): Promise<Happening[]> {
  const facts: TimedFacts = {
    ...(await loadLastMessage(tx, state, reached)),
    lastInAt: state.lastInAt,
    taskDueAt: await loadDueDate(tx, reached),
  }
  const happening = timedHappening(reached, facts, new Date())
  return happening ? [happening] : []
}

async function loadLastMessage(
  tx: Tx,
  state: ConversationState,
  { name }: TimeReached,
): Promise<Pick<TimedFacts, 'lastMessageAt' | 'lastMessageCause'>> {
  // A message of this very step is newer than whatever was counted from.
  if (name !== 'conversation.idle' || state.hasNewMessage) return { lastMessageAt: null, lastMessageCause: null }
  const row = await tx
    .selectFrom('conversations as c')
    .leftJoin('runs as r', 'r.id', 'c.last_message_run')
    .select(['c.last_message_at', 'r.run'])
    .where('c.id', '=', state.id)
    .executeTakeFirst()
  return { lastMessageAt: row?.last_message_at ?? null, lastMessageCause: row?.run ? chainFrom(row.run) : null }
}

async function loadDueDate(tx: Tx, { task }: TimeReached): Promise<Date | null> {
  if (task === null) return null
  const row = await tx
    .selectFrom('tasks')
    .select('due_at')
    .where('id', '=', task)
    .where('active', '=', true)
    .executeTakeFirst()
  return row?.due_at ?? null
}
