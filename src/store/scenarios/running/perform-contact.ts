import { sql } from 'kysely'
import { valueChange } from '../../../domain/field-change.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { Json } from '../../../domain/scenario/expressions/scope.ts'
import { chainFrom } from '../../../domain/scenario/interpreter/chain.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { doerOf } from '../../actor.ts'
import { audit } from '../../audit.ts'
import { type DoneBy, fieldHappenings, optOutHappening, tagHappenings } from '../../steps/change-happenings.ts'
import type { Running } from './running.ts'
import { scenarioActor } from './scenario-actor.ts'

const NO_CONTACT: Answer = { ok: false, code: 'no_contact', message: 'The client is not known yet', final: true }

/** A null value takes the field away. What is the same already is no event. */
export async function setContactField(
  running: Running,
  held: HeldRun,
  { field, value }: Extract<Effect, { do: 'setContactField' }>,
): Promise<Answer> {
  const { tx, state } = running
  if (!state.contact) return NO_CONTACT
  const json = JSON.stringify(value)
  const { rows } = await sql<{ value: Json }>`
    select fields -> ${field}::text as value from contacts where id = ${state.contact.id} for update`.execute(tx)
  const changes = valueChange(`contact.fields.${field}`, rows[0]?.value ?? null, value)
  if (changes.length === 0) return { ok: true }
  await sql`
    update contacts set updated_at = now(), fields = case when ${json}::jsonb = 'null' then fields - ${field}::text
      else jsonb_set(fields, array[${field}::text], ${json}::jsonb) end
    where id = ${state.contact.id}`.execute(tx)
  state.happened.push(...fieldHappenings(changes, await doneBy(running, held)))
  return tellContact(running)
}

/** Gives the client a tag, or takes it away. A tag that is there, or is not, already is no event. */
export async function tagContact(running: Running, held: HeldRun, tag: string, isWanted: boolean): Promise<Answer> {
  const { tx, state } = running
  if (!state.contact) return NO_CONTACT
  const { rows } = await sql`
    update contacts set updated_at = now(), tags = case when ${isWanted}::boolean
      then (select array_agg(distinct t order by t) from unnest(tags || ${tag}::text) t) else array_remove(tags, ${tag}::text) end
    where id = ${state.contact.id} and (${tag}::text = any(tags)) <> ${isWanted}::boolean
    returning id`.execute(tx)
  if (rows.length === 0) return { ok: true }
  const tags = isWanted ? { added: [tag], removed: [] } : { added: [], removed: [tag] }
  state.happened.push(...tagHappenings(tags, await doneBy(running, held)))
  return tellContact(running)
}

/** The client wants no marketing: whatever a scenario read that from. */
export async function markOptedOut(running: Running, held: HeldRun): Promise<Answer> {
  const { tx, state } = running
  if (!state.contact) return NO_CONTACT
  const { rows } = await sql`
    update contacts set opted_out_at = now(), updated_at = now()
    where id = ${state.contact.id} and opted_out_at is null
    returning id`.execute(tx)
  if (rows.length === 0) return { ok: true }
  state.happened.push(optOutHappening(await doneBy(running, held)))
  await audit(tx, {
    actor: { kind: 'scenario', id: held.scenario },
    action: 'contact.opted_out',
    subject: { kind: 'contact', id: state.contact.id },
    detail: { conversationId: state.id, runId: held.id },
  })
  return tellContact(running)
}

/** The scenario did it, and is in the chain of what follows. */
const doneBy = async (running: Running, held: HeldRun): Promise<DoneBy> => ({
  by: doerOf(await scenarioActor(running, held)),
  cause: chainFrom(held.run),
})

function tellContact({ state, live }: Running): Answer {
  if (state.contact) live.push({ event: 'contact', data: { contactId: state.contact.id, channelId: state.channel.id } })
  return { ok: true }
}
