import { type SqlBool, sql } from 'kysely'
import { type GivenRecipient, MAX_RECIPIENTS } from '../../domain/campaign/recipient.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'
import { containing } from '../like-pattern.ts'
import { phonePatterns } from '../search/phone-patterns.ts'

/** Which of a channel's contacts get a campaign; they have to fit everything that is given. */
export interface ContactFilter {
  tags?: string[] | undefined
  /** has to have one of the tags, or each of them; one if not said */
  tagMatch?: 'any' | 'all' | undefined
  /** part of a name, or of a phone number however written */
  q?: string | undefined
  /** exactly these values of the contact's own fields */
  fields?: Record<string, string | number | boolean> | undefined
}

/**
 * The contacts that a channel knows by a number that is still theirs, each once, by its newest number, the oldest
 * contact first. At most one more than a campaign may have.
 */
export async function contactsFitting(
  db: Db | Tx,
  channel: ChannelId,
  { tags, tagMatch, q, fields }: ContactFilter,
): Promise<GivenRecipient[]> {
  const text = q?.trim() ?? ''
  const phones = phonePatterns(text)
  const rows = await db
    .selectFrom('identities as i')
    .innerJoin('conversations as c', 'c.id', 'i.conversation_id')
    .innerJoin('contacts as ct', 'ct.id', 'c.contact_id')
    .distinctOn('ct.id')
    .select(['ct.name', sql<string>`ltrim(i.value, '+')`.as('digits')])
    .where('i.channel_id', '=', channel)
    .where('i.kind', 'in', ['wa_id', 'phone'])
    .where('i.retired_at', 'is', null)
    .where('ct.merged_into', 'is', null)
    .$if(tags !== undefined && tags.length > 0, (query) =>
      query.where(
        tagMatch === 'all' ? sql<SqlBool>`ct.tags @> ${tags}::text[]` : sql<SqlBool>`ct.tags && ${tags}::text[]`,
      ),
    )
    .$if(text !== '', (query) =>
      query.where(sql<SqlBool>`(ct.name ilike ${containing(text)} or i.value like any(${phones}::text[]))`),
    )
    .$if(fields !== undefined, (query) => query.where(sql<SqlBool>`ct.fields @> ${JSON.stringify(fields)}::jsonb`))
    .orderBy('ct.id')
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id', 'desc')
    .limit(MAX_RECIPIENTS + 1)
    .execute()
  return rows.map(({ name, digits }, index) => ({
    row: index + 1,
    to: `+${digits}`,
    name,
    parameters: null,
    problem: null,
  }))
}
