import { type Selectable, sql } from 'kysely'
import type { Calendar } from '../../domain/calendar/calendar.ts'
import type { CalendarId } from '../../domain/ids.ts'
import { type AuditEntry, audit } from '../audit.ts'
import type { Db, Tx } from '../database.ts'
import { newId } from '../new-id.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'
import type { CalendarsTable } from '../schema.ts'

export type CalendarRow = Selectable<CalendarsTable>

export interface CalendarValues extends Calendar {
  name: string
}

/** What the rules of src/domain/calendar count by. */
export const calendarOf = ({ time_zone, week, holidays }: CalendarRow): Calendar => ({
  timeZone: time_zone,
  week,
  holidays,
})

const columnsOf = (values: Partial<CalendarValues>) => ({
  ...(values.name !== undefined && { name: values.name }),
  ...(values.timeZone !== undefined && { time_zone: values.timeZone }),
  ...(values.week !== undefined && { week: JSON.stringify(values.week) }),
  ...(values.holidays !== undefined && { holidays: JSON.stringify(values.holidays) }),
})

/** @returns up to `limit` + 1 rows */
export async function listCalendars(db: Db, page: { after: CalendarId | null; limit: number }): Promise<CalendarRow[]> {
  let query = db
    .selectFrom('calendars')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return query.execute()
}

export function findCalendar(db: Db | Tx, id: CalendarId): Promise<CalendarRow | undefined> {
  return db.selectFrom('calendars').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The calendars that scenarios name, in any case; those that there are. */
export async function findCalendarsByName(db: Db | Tx, names: readonly string[]): Promise<CalendarRow[]> {
  if (names.length === 0) return []
  const wanted = names.map((name) => name.toLowerCase())
  return db.selectFrom('calendars').selectAll().where(sql<string>`lower(name)`, 'in', wanted).orderBy('id').execute()
}

/** Refuses with `name_taken`. */
export async function createCalendar(
  tx: Tx,
  values: CalendarValues,
  actor: AuditEntry['actor'],
): Promise<Refusable<CalendarRow>> {
  const taken = await nameTaken(tx, values.name, null)
  if (taken) return taken
  const row = await tx
    .insertInto('calendars')
    .values({
      id: newId<CalendarId>(),
      name: values.name,
      time_zone: values.timeZone,
      week: JSON.stringify(values.week),
      holidays: JSON.stringify(values.holidays),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, { actor, action: 'calendar.created', subject: { kind: 'calendar', id: row.id } })
  return done(row)
}

/** Deadlines that were set already stay as they are. Refuses with `not_found` and `name_taken`. */
export async function changeCalendar(
  tx: Tx,
  id: CalendarId,
  changes: Partial<CalendarValues>,
  actor: AuditEntry['actor'],
): Promise<Refusable<CalendarRow>> {
  const found = await findCalendar(tx, id)
  if (!found) return missing('This calendar')
  const columns = columnsOf(changes)
  if (Object.keys(columns).length === 0) return done(found)
  const taken = changes.name === undefined ? null : await nameTaken(tx, changes.name, id)
  if (taken) return taken
  const row = await tx
    .updateTable('calendars')
    .set({ ...columns, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) return missing('This calendar')
  await audit(tx, {
    actor,
    action: 'calendar.changed',
    subject: { kind: 'calendar', id },
    detail: { fields: Object.keys(changes) },
  })
  return done(row)
}

/** @returns whether there was such a calendar */
export async function deleteCalendar(tx: Tx, id: CalendarId, actor: AuditEntry['actor']): Promise<boolean> {
  const deleted = await tx.deleteFrom('calendars').where('id', '=', id).executeTakeFirst()
  if (deleted.numDeletedRows === 0n) return false
  await audit(tx, { actor, action: 'calendar.deleted', subject: { kind: 'calendar', id } })
  return true
}

async function nameTaken(tx: Tx, name: string, by: CalendarId | null) {
  // Two may take the same name at once; the second one waits, and is told.
  await sql`select pg_advisory_xact_lock(hashtextextended('calendar names', 0))`.execute(tx)
  const other = await tx
    .selectFrom('calendars')
    .select('id')
    .where(sql<string>`lower(name)`, '=', name.toLowerCase())
    .executeTakeFirst()
  if (!other || other.id === by) return null
  return refuse('conflict', 'name_taken', `There is a calendar “${name}” already`)
}
