import { type SqlBool, sql } from 'kysely'
import type { IdentityValue } from '../../domain/conversation-event.ts'
import type { ChannelId } from '../../domain/ids.ts'
import { phoneVariants } from '../../domain/phone-variants.ts'
import type { Db, Tx } from '../database.ts'
import { containing } from '../like-pattern.ts'

/** Somebody in the phone book of who owns a number; perhaps they never wrote. */
export interface PhoneBookPerson {
  name: string
  /** digits with country code */
  phone: string
}

/** How the owner of a channel's number calls a client; null: they do not. */
export async function phoneBookName(
  db: Db | Tx,
  channel: ChannelId,
  identities: readonly IdentityValue[],
): Promise<string | null> {
  const numbers = identities.flatMap(({ kind, value }) => {
    const digits = kind === 'wa_id' || kind === 'phone' ? value.replace(/\D/g, '') : ''
    return digits === '' ? [] : [digits, ...phoneVariants(digits)]
  })
  if (numbers.length === 0) return null
  const row = await db
    .selectFrom('phone_book')
    .select('name')
    .where('channel_id', '=', channel)
    .where('phone', 'in', [...new Set(numbers)])
    .executeTakeFirst()
  return row?.name ?? null
}

/**
 * People of a channel's phone book whom nobody has written with over this channel, by name.
 * @param text a part of the name, or of the number
 */
export function searchPhoneBook(db: Db, channel: ChannelId, text: string, limit: number): Promise<PhoneBookPerson[]> {
  const digits = text.replace(/\D/g, '')
  return db
    .selectFrom('phone_book as p')
    .select(['p.name', 'p.phone'])
    .where('p.channel_id', '=', channel)
    .where(({ or, eb }) =>
      or([
        eb('p.name', 'ilike', containing(text)),
        ...(digits.length >= 4 ? [eb('p.phone', 'like', containing(digits))] : []),
      ]),
    )
    .where(
      sql<SqlBool>`not exists (select from identities i
        where i.channel_id = p.channel_id and i.kind in ('wa_id', 'phone') and i.value = p.phone)`,
    )
    .orderBy('p.name')
    .orderBy('p.phone')
    .limit(limit)
    .execute()
}
