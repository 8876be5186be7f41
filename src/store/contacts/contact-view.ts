import { type Selectable, type SqlBool, sql } from 'kysely'
import type { IdentityKind } from '../../domain/conversation-event.ts'
import type { ChannelId, ContactId, IdentityId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import { containing } from '../like-pattern.ts'
import type { ContactsTable } from '../schema.ts'
import { phonePatterns } from '../search/phone-patterns.ts'
import { rareContacts } from '../search/rare-matches.ts'

/** A client as people see them (contract.md, `GET /api/contacts`). */
export interface ContactView {
  id: ContactId
  name: string
  phone: string | null
  /** On channels that the actor may see. */
  identities: {
    id: IdentityId
    channelId: ChannelId
    kind: IdentityKind
    value: string
    label: string | null
    retiredAt: Date | null
  }[]
  optedOut: boolean
  optedOutAt: Date | null
  /** They agreed to marketing. Whoever opted out gets none all the same. */
  consent: boolean
  consentAt: Date | null
  fields: Record<string, unknown>
  tags: string[]
  /** The contact that stands for this one now; null: itself. */
  mergedInto: ContactId | null
  createdAt: Date
  updatedAt: Date
}

/**
 * Contacts that the actor may see, the newest first; merged ones are left out.
 * @param q part of a name or of a phone number, written in any way
 */
export async function listContacts(
  db: Db,
  actor: Pick<Actor, 'channelIds'>,
  q: string | undefined,
  page: { after: ContactId | null; limit: number },
): Promise<{ contacts: ContactView[]; next: ContactId | null }> {
  const text = q?.trim() ?? ''
  const found = text === '' ? null : await rareContacts(db, text)
  const rows = await db
    .selectFrom('contacts')
    .selectAll()
    .where('merged_into', 'is', null)
    .$if(actor.channelIds !== null, (query) => query.where(onChannelsOf(actor)))
    .$if(found !== null, (query) => query.where(sql<SqlBool>`contacts.id = any(${found}::uuid[])`))
    .$if(text !== '' && found === null, (query) => query.where(matchingContact(text)))
    .$if(page.after !== null, (query) => query.where('id', '<', page.after as ContactId))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  return {
    contacts: await withIdentities(db, actor, shown),
    next: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

function matchingContact(q: string) {
  const phones = phonePatterns(q)
  return sql<SqlBool>`(
    contacts.name ilike ${containing(q)} or contacts.phone like any(${phones}::text[])
    or exists (select from identities i join conversations c on c.id = i.conversation_id
      where c.contact_id = contacts.id and i.kind in ('wa_id', 'phone') and i.value like any(${phones}::text[]))
  )`
}

/** A contact is seen by whoever sees one of its conversations. */
const onChannelsOf = ({ channelIds }: Pick<Actor, 'channelIds'>) => sql<SqlBool>`exists (
  select from conversations c where c.contact_id = contacts.id and c.channel_id = any(${channelIds}::uuid[]))`

/**
 * One contact. A merged one is answered as it was, with `mergedInto`: ids in bookmarks and scripts keep their meaning.
 * @returns null where there is no such contact, or where the actor may not see it
 */
export async function findContact(
  db: Db | Tx,
  actor: Pick<Actor, 'channelIds'>,
  id: ContactId,
): Promise<ContactView | null> {
  const row = await db.selectFrom('contacts').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const standsFor = row.merged_into === null ? id : await survivorOf(db, id)
  if (!(await isVisible(db, actor, standsFor))) return null
  const [contact] = await withIdentities(db, actor, [row])
  return contact ? { ...contact, mergedInto: row.merged_into === null ? null : standsFor } : null
}

/** May the actor see this contact, which is not a merged one? */
export async function isVisible(db: Db | Tx, actor: Pick<Actor, 'channelIds'>, id: ContactId): Promise<boolean> {
  if (actor.channelIds === null) return true
  const row = await db
    .selectFrom('contacts')
    .select('id')
    .where('id', '=', id)
    .where(onChannelsOf(actor))
    .executeTakeFirst()
  return row !== undefined
}

/** The contact at the end of a chain of merges. */
export async function survivorOf(db: Db | Tx, id: ContactId): Promise<ContactId> {
  return (await chainFrom(db, id)).at(-1) ?? id
}

/** A contact, the one that it was merged into, and so on to the one that stands for all of them. */
export async function chainFrom(db: Db | Tx, id: ContactId): Promise<ContactId[]> {
  const { rows } = await sql<{ id: ContactId }>`
    with recursive chain as (
      select id, merged_into, 0 as step from contacts where id = ${id}
      union all select c.id, c.merged_into, step + 1 from contacts c join chain on c.id = chain.merged_into
    ) select id from chain order by step`.execute(db)
  return rows.map((row) => row.id)
}

async function withIdentities(
  db: Db | Tx,
  { channelIds }: Pick<Actor, 'channelIds'>,
  rows: readonly Selectable<ContactsTable>[],
): Promise<ContactView[]> {
  if (rows.length === 0) return []
  const identities = await db
    .selectFrom('identities as i')
    .innerJoin('conversations as c', 'c.id', 'i.conversation_id')
    .select(['c.contact_id', 'i.id', 'i.channel_id', 'i.kind', 'i.value', 'i.label', 'i.retired_at'])
    .where(
      'c.contact_id',
      'in',
      rows.map(({ id }) => id),
    )
    .$if(channelIds !== null, (query) => query.where(sql<SqlBool>`i.channel_id = any(${channelIds}::uuid[])`))
    .orderBy('i.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    phone: row.phone,
    identities: identities
      .filter(({ contact_id }) => contact_id === row.id)
      .map(({ id, channel_id, kind, value, label, retired_at }) => ({
        id,
        channelId: channel_id,
        kind,
        value,
        label,
        retiredAt: retired_at,
      })),
    optedOut: row.opted_out_at !== null,
    optedOutAt: row.opted_out_at,
    consent: row.consent_at !== null,
    consentAt: row.consent_at,
    fields: row.fields,
    tags: row.tags,
    mergedInto: null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}
