import { sql } from 'kysely'
import type { UserId } from '../../../domain/ids.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import { TOO_MANY_MESSAGES, tooManyMessages } from '../../../domain/scenario/engine/too-many-messages.ts'
import type { Effect, Sending } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { audit } from '../../audit.ts'
import { composeMessage, type MessageDraft, noteOf } from '../../outgoing/compose-message.ts'
import { dropCopies } from '../../outgoing/copy-files.ts'
import { queueComposed } from '../../outgoing/queue-message.ts'
import { storeMessage } from '../../outgoing/store-message.ts'
import type { Refusal } from '../../refusal.ts'
import { commentChanged } from '../../steps/outgoing.ts'
import {
  copiesIn,
  type Drafted,
  fileDraft,
  interactiveDraft,
  quickReplyDraft,
  templateDraft,
  textDraft,
} from './message-drafts.ts'
import { groupMembers, notThere } from './people.ts'
import type { Running } from './running.ts'
import { scenarioActor } from './scenario-actor.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** A message of a step, in whatever form. A free one leaves within the reply window only: the gate has the last word. */
export async function sendMessage(
  running: Running,
  held: HeldRun,
  effect: Deed<'sendText' | 'sendTemplate' | 'sendInteractive' | 'sendFile' | 'sendQuickReply'>,
): Promise<Answer | null> {
  const drafted = await draftOf(running, held, effect)
  return 'answer' in drafted ? drafted.answer : send(running, held, effect, drafted.draft, { manner: effect })
}

async function draftOf(running: Running, held: HeldRun, effect: Parameters<typeof sendMessage>[2]): Promise<Drafted> {
  switch (effect.do) {
    case 'sendText':
      return { draft: textDraft(effect.text) }
    case 'sendTemplate':
      return templateDraft(running, held, effect.template)
    case 'sendInteractive':
      return { draft: interactiveDraft(effect) }
    case 'sendFile':
      return fileDraft(running, held, effect)
    case 'sendQuickReply':
      return quickReplyDraft(running, held, effect.quickReply)
  }
}

/** Internal, unless it names the contact: then it is a message, too (P6). */
export async function writeComment(running: Running, held: HeldRun, effect: Deed<'comment'>): Promise<Answer | null> {
  const people = await notifiedBy(running, held, effect)
  if ('ok' in people) return people
  if (effect.send) {
    return send(running, held, effect, textDraft(effect.text), { manner: effect.send, notified: people.ids })
  }
  const { tx, state, live } = running
  const task = held.task ?? state.task?.id ?? null
  if (!task) return { ok: false, code: 'no_task', message: 'There is no task to comment on', final: true }
  const actor = await scenarioActor(running, held)
  const { comment } = await storeMessage(tx, actor, noteOf(effect.text), {
    task,
    conversation: state.id,
    channel: state.channel.id,
    notifiesContact: false,
    notified: people.ids,
    at: new Date(),
  })
  await sql`update tasks set updated_at = now(), participant_ids = (
    select coalesce(array_agg(distinct p), '{}') from unnest(participant_ids || ${people.ids}::uuid[]) p
  ) where id = ${task}`.execute(tx)
  await audit(tx, {
    actor: { kind: 'scenario', id: held.scenario },
    action: 'comment.added',
    subject: { kind: 'comment', id: comment },
    detail: { taskId: task, notifiesContact: false, runId: held.id },
  })
  live.push(commentChanged(state, comment, task))
  return { ok: true }
}

async function send(
  running: Running,
  held: HeldRun,
  effect: Effect,
  draft: MessageDraft,
  { manner, notified = [] }: { manner: Sending; notified?: UserId[] },
): Promise<Answer | null> {
  const { tx, state, rulesOf } = running
  if (await isTooMuch(running)) {
    await dropCopies(tx, copiesIn(draft))
    return TOO_MANY_MESSAGES
  }
  const actor = await scenarioActor(running, held)
  const place = {
    id: state.id,
    channel_id: state.channel.id,
    contact_id: state.contact?.id ?? null,
    last_in_at: state.lastInAt,
  }
  const composed = await composeMessage(tx, actor, place, draft, null, rulesOf)
  if (composed.refused) {
    await dropCopies(tx, copiesIn(draft))
    return refusalAnswer(composed.refused)
  }
  await queueComposed(tx, actor, composed.value, {
    conversation: state.id,
    channelId: state.channel.id,
    contactName: null,
    run: { id: held.id, step: effect.step, number: effect.number },
    task: held.task,
    manner: { holdMs: manner.holdMs, atLeastOnce: manner.delivery === 'at_least_once' },
    notified,
  })
  return null
}

/** What a person can mend blocks the run; what is so by the client's or the messenger's word ends the step. */
const FINAL = new Set([
  'window_closed',
  'opted_out',
  'text_too_long',
  'empty_message',
  'interactive_invalid',
  'interactive_not_supported',
  'attachment_not_sendable',
  'private_reply_is_one_text',
])

const refusalAnswer = ({ code, message }: Refusal): Answer => ({ ok: false, code, message, final: FINAL.has(code) })

/** Counted since the client's last message, or the last one that a person wrote to them. */
async function isTooMuch({ tx, state }: Running): Promise<boolean> {
  const { rows } = await sql<{ recent: number; day: number }>`
    with since as (
      select greatest(${state.lastInAt}::timestamptz, (
        select max(m.at) from comments m where m.conversation_id = ${state.id} and m.notifies_contact
          and m.author_kind = 'employee' and not m.bulk), now() - interval '1 day') as at
    )
    select (count(*) filter (where d.queued_at > now() - interval '10 minutes'))::int as recent, count(*)::int as day
    from deliveries d, since
    where d.conversation_id = ${state.id} and d.run_id is not null and d.queued_at > since.at`.execute(tx)
  const row = rows[0]
  return row !== undefined && tooManyMessages(row)
}

async function notifiedBy(
  running: Running,
  held: HeldRun,
  { notify }: Deed<'comment'>,
): Promise<{ ids: UserId[] } | Extract<Answer, { ok: false }>> {
  const { tx, state } = running
  const task = held.task ?? state.task?.id ?? null
  const row = task
    ? await tx.selectFrom('tasks').select(['assignee_ids', 'participant_ids']).where('id', '=', task).executeTakeFirst()
    : undefined
  const ids: UserId[] = []
  for (const whom of notify) {
    if (whom === 'contact') continue
    if (whom === 'assignee') ids.push(...(row?.assignee_ids ?? []))
    else if (whom === 'participants') ids.push(...(row?.participant_ids ?? []))
    else {
      const people = await groupMembers(running, whom)
      if (!people) return notThere(whom)
      ids.push(...people)
    }
  }
  return { ids: [...new Set(ids)] }
}
