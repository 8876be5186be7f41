import { type Selectable, sql } from 'kysely'
import type { Calendar } from '../../domain/calendar/calendar.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import type { AccountTable } from '../schema.ts'

export type AccountRow = Pick<Selectable<AccountTable>, 'name' | 'time_zone' | 'locale' | 'updated_at'>

/** By what dates in texts are written, and what scenarios count business time by. */
export interface HouseTime {
  /** IANA */
  timeZone: string
  /** BCP 47 */
  locale: string
  /** by name */
  calendars: { [name: string]: Calendar }
}

export const findAccount = (db: Db | Tx): Promise<AccountRow> =>
  db.selectFrom('account').select(['name', 'time_zone', 'locale', 'updated_at']).executeTakeFirstOrThrow()

/** Texts that were written already, and deadlines that were set, stay as they are. */
export async function changeAccount(
  tx: Tx,
  changes: { name?: string; timeZone?: string; locale?: string },
  actor: AuditEntry['actor'],
): Promise<AccountRow> {
  const { name, timeZone, locale } = changes
  if (Object.keys(changes).length === 0) return findAccount(tx)
  const row = await tx
    .updateTable('account')
    .set({
      ...(name !== undefined && { name }),
      ...(timeZone !== undefined && { time_zone: timeZone }),
      ...(locale !== undefined && { locale }),
      updated_at: sql<Date>`now()`,
    })
    .returning(['name', 'time_zone', 'locale', 'updated_at'])
    .executeTakeFirstOrThrow()
  await audit(tx, {
    actor,
    action: 'account.changed',
    subject: { kind: 'account', id: 'account' },
    detail: { fields: Object.keys(changes) },
  })
  return row
}

/** The account's zone and language with every calendar, in one question. */
export async function loadHouseTime(db: Db | Tx): Promise<HouseTime> {
  const { rows } = await sql<HouseTime>`
    select a.time_zone as "timeZone", a.locale, (
      select coalesce(jsonb_object_agg(c.name, jsonb_build_object(
        'timeZone', c.time_zone, 'week', c.week, 'holidays', c.holidays)), '{}')
      from calendars c) as calendars
    from account a`.execute(db)
  const [row] = rows
  if (!row) throw new Error('the account has no row')
  return row
}
