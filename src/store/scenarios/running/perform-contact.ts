import { sql } from 'kysely'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { audit } from '../../audit.ts'
import type { HeldRun } from './drive-run.ts'
import type { Running } from './running.ts'

const NO_CONTACT: Answer = { ok: false, code: 'no_contact', message: 'The client is not known yet', final: true }

/** A null value takes the field away. */
export async function setContactField(
  running: Running,
  { field, value }: Extract<Effect, { do: 'setContactField' }>,
): Promise<Answer> {
  const { tx, state } = running
  if (!state.contact) return NO_CONTACT
  const json = JSON.stringify(value)
  await sql`
    update contacts set updated_at = now(), fields = case when ${json}::jsonb = 'null' then fields - ${field}::text
      else jsonb_set(fields, array[${field}::text], ${json}::jsonb) end
    where id = ${state.contact.id}`.execute(tx)
  return tellContact(running)
}

export async function tagContact(running: Running, tag: string, isWanted: boolean): Promise<Answer> {
  const { tx, state } = running
  if (!state.contact) return NO_CONTACT
  await sql`
    update contacts set updated_at = now(), tags = case when ${isWanted}::boolean
      then (select array_agg(distinct t order by t) from unnest(tags || ${tag}::text) t) else array_remove(tags, ${tag}::text) end
    where id = ${state.contact.id}`.execute(tx)
  return tellContact(running)
}

/** The client wants no marketing: whatever a scenario read that from. */
export async function markOptedOut(running: Running, held: HeldRun): Promise<Answer> {
  const { tx, state } = running
  if (!state.contact) return NO_CONTACT
  await sql`
    update contacts set opted_out_at = coalesce(opted_out_at, now()), updated_at = now()
    where id = ${state.contact.id}`.execute(tx)
  await audit(tx, {
    actor: { kind: 'scenario', id: held.scenario },
    action: 'contact.opted_out',
    subject: { kind: 'contact', id: state.contact.id },
    detail: { conversationId: state.id, runId: held.id },
  })
  return tellContact(running)
}

function tellContact({ state, live }: Running): Answer {
  if (state.contact) live.push({ event: 'contact', data: { contactId: state.contact.id, channelId: state.channel.id } })
  return { ok: true }
}
