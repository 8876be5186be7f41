import { sql } from 'kysely'
import type { UserId } from '../../../domain/ids.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { TemplateChoice, TemplateParameters } from '../../../domain/template/template.ts'
import { audit } from '../../audit.ts'
import { composeMessage, type MessageDraft, noteOf } from '../../outgoing/compose-message.ts'
import { queueComposed } from '../../outgoing/queue-message.ts'
import { storeMessage } from '../../outgoing/store-message.ts'
import type { Refusal } from '../../refusal.ts'
import { commentChanged } from '../../steps/outgoing.ts'
import type { HeldRun } from './drive-run.ts'
import { groupMembers, notThere } from './people.ts'
import type { Running } from './running.ts'
import { scenarioActor } from './scenario-actor.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** Automatic messages to one client without a word from them or a person (scenario-format, Guards). */
const MOST_IN_TEN_MINUTES = 5
const MOST_IN_A_DAY = 20

/** A text to the client. Within the reply window only: the gate has the last word. */
export const sendFreely = (running: Running, held: HeldRun, effect: Effect, text: string): Promise<Answer | null> =>
  send(running, held, effect, { text, attachmentIds: [], template: null }, [])

export async function sendTemplate(
  running: Running,
  held: HeldRun,
  effect: Effect,
  template: Deed<'sendTemplate'>['template'],
): Promise<Answer | null> {
  const { name, header, body, buttons } = template
  const language = template.language === 'auto' ? await languageFor(running, name) : template.language
  const parameters = { header, body, buttons } as TemplateParameters
  const choice: TemplateChoice = { name, language, parameters }
  return send(running, held, effect, { text: null, attachmentIds: [], template: choice }, [])
}

/** Internal, unless it names the contact: then it is a message, too (P6). */
export async function writeComment(running: Running, held: HeldRun, effect: Deed<'comment'>): Promise<Answer | null> {
  const people = await notified(running, held, effect)
  if ('ok' in people) return people
  if (effect.send) {
    return send(running, held, effect, { text: effect.text, attachmentIds: [], template: null }, people.ids)
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
  notifiedIds: UserId[],
): Promise<Answer | null> {
  const { tx, state, rulesOf } = running
  if (await isTooMuch(running)) {
    const message = 'So many automatic messages without a word from the client: a person has to look at it'
    return { ok: false, code: 'limit_client_messages', message, final: false }
  }
  const actor = await scenarioActor(running, held)
  const place = {
    id: state.id,
    channel_id: state.channel.id,
    contact_id: state.contact?.id ?? null,
    last_in_at: state.lastInAt,
  }
  const composed = await composeMessage(tx, actor, place, draft, null, rulesOf)
  if (composed.refused) return refusalAnswer(composed.refused)
  await queueComposed(tx, actor, composed.value, {
    conversation: state.id,
    channelId: state.channel.id,
    contactName: null,
    run: { id: held.id, step: effect.step, number: effect.number },
    notified: notifiedIds,
  })
  return null
}

/** What a person can mend blocks the run; what is so by the client's or the messenger's word ends the step. */
const FINAL = new Set(['window_closed', 'opted_out', 'text_too_long', 'empty_message'])

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
  return row !== undefined && (row.recent >= MOST_IN_TEN_MINUTES || row.day >= MOST_IN_A_DAY)
}

/** The client's language if the template is there in it, else English, else the first that is approved. */
async function languageFor({ tx, state }: Running, name: string): Promise<string> {
  const { rows } = await sql<{ language: string }>`
    select t.language from templates t
    left join contacts ct on ct.id = ${state.contact?.id ?? null}::uuid
    where t.channel_id = ${state.channel.id} and t.name = ${name} and t.deleted_at is null
    order by t.status = 'approved' desc, t.language = ct.fields ->> 'language' desc nulls last,
      split_part(t.language, '_', 1) = split_part(ct.fields ->> 'language', '_', 1) desc nulls last,
      t.language like 'en%' desc, t.language limit 1`.execute(tx)
  return rows[0]?.language ?? 'en_US'
}

async function notified(
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
