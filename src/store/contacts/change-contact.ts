import { sql } from 'kysely'
import type { ChannelId, ContactId } from '../../domain/ids.ts'
import { type Actor, auditActor } from '../actor.ts'
import { audit } from '../audit.ts'
import type { Tx } from '../database.ts'
import { type LiveEvent, recordLive } from '../live-events.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import { mergeFields } from '../tasks/change-task.ts'
import { findContact, isVisible } from './contact-view.ts'

export interface ContactChange {
  /** An employee's name for the client stands: the provider's never overwrites it. */
  name?: string | undefined
  /** Laid over what is there; null takes a field away. */
  fields?: Record<string, unknown> | undefined
  tags?: string[] | undefined
  /** No marketing. */
  optedOut?: boolean | undefined
}

/** Changes what people know of a client. A merged contact cannot be changed: the one that stands for it can. */
export async function changeContact(
  tx: Tx,
  actor: Actor,
  id: ContactId,
  change: ContactChange,
): Promise<Refusable<null>> {
  const row = await tx.selectFrom('contacts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) return missing('The contact')
  if (row.merged_into !== null) {
    const now = await findContact(tx, actor, id)
    if (!now) return missing('The contact')
    return refuse('conflict', 'contact_merged', 'This contact was merged into another one: change that one', {
      mergedInto: now.mergedInto,
    })
  }
  if (!(await isVisible(tx, actor, id))) return missing('The contact')

  const keys = Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [key]))
  if (keys.length === 0) return done(null)
  await tx
    .updateTable('contacts')
    .set({
      ...(change.name === undefined ? {} : { name: change.name, name_by: 'employee' as const }),
      ...(change.fields ? { fields: JSON.stringify(mergeFields(row.fields, change.fields)) } : {}),
      ...(change.tags ? { tags: [...new Set(change.tags)] } : {}),
      ...(change.optedOut === undefined
        ? {}
        : { opted_out_at: change.optedOut ? (row.opted_out_at ?? new Date()) : null }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute()
  await audit(tx, {
    actor: auditActor(actor),
    action: 'contact.changed',
    subject: { kind: 'contact', id },
    detail: { keys, ...(change.optedOut === undefined ? {} : { optedOut: change.optedOut }), by: actor.key },
  })
  await recordLive(tx, await contactChanged(tx, [id]))
  return done(null)
}

/** Live updates for contacts: one for each channel on which somebody may be looking at them. */
export async function contactChanged(tx: Tx, ids: readonly ContactId[]): Promise<LiveEvent[]> {
  const rows = await tx
    .selectFrom('conversations')
    .select(['contact_id', 'channel_id'])
    .distinct()
    .where('contact_id', 'in', [...ids])
    .execute()
  const placed = new Set(rows.map(({ contact_id }) => contact_id))
  const nowhere = ids.filter((id) => !placed.has(id)).map((id) => liveContact(id, null))
  return [...rows.map(({ contact_id, channel_id }) => liveContact(contact_id, channel_id)), ...nowhere]
}

const liveContact = (contactId: ContactId | null, channelId: ChannelId | null): LiveEvent => ({
  event: 'contact',
  data: { contactId, channelId },
})
