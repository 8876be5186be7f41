import { sql } from 'kysely'
import type { ContactId, TaskId } from '../../domain/ids.ts'
import type { Db } from '../database.ts'
import { containing } from '../like-pattern.ts'
import { phonePatterns } from './phone-patterns.ts'

/**
 * Up to so many matches are found by the index of their parts and then sorted. What more rows have is soon found by
 * reading the list from its beginning.
 */
const RARE = 2_000

/** Three letters or digits in a row: the index knows no shorter parts. */
const INDEXED = /[\p{L}\p{N}]{3}/u

interface Text {
  pattern: string
  phones: string[]
}

/**
 * Tasks whose title, requester or number match what somebody looks for, on every channel.
 * @returns null where they are many, or cannot be told by the index: the list has to be read with the condition itself
 */
export async function rareTasks(db: Db, q: string): Promise<TaskId[] | null> {
  const text = indexed(q)
  if (!text) return null
  const { rows } = await sql<{ id: TaskId; contacts: number }>`
    with people as materialized (${byNameOrPhone(text)} limit ${RARE + 1}),
    found as (
      select t.id from tasks t where t.title ilike ${text.pattern}
      union all select t.id from people p join tasks t on t.requester_id = p.id where (select count(*) from people) <= ${RARE}
      union all select t.id from tasks t where t.number = ${numberIn(q)}::bigint
      limit ${RARE + 1}
    )
    select id, (select count(*) from people)::int as contacts from found
    union all select null, (select count(*) from people)::int`.execute(db)
  const [{ contacts = 0 } = {}] = rows
  if (contacts > RARE || rows.length > RARE + 1) return null
  return [...new Set(rows.flatMap(({ id }) => id ?? []))]
}

/** Contacts whose name or numbers match, as with `rareTasks`. */
export async function rareContacts(db: Db, q: string): Promise<ContactId[] | null> {
  const text = indexed(q)
  if (!text) return null
  const { rows } = await sql<{ id: ContactId }>`
    ${byNameOrPhone(text)}
    union all select c.contact_id from identities i join conversations c on c.id = i.conversation_id
      where i.kind in ('wa_id', 'phone') and i.value like any(${text.phones}::text[])
    limit ${RARE + 1}`.execute(db)
  return rows.length > RARE ? null : [...new Set(rows.map(({ id }) => id))]
}

/** The number of a task that somebody typed, as `#12` or `12`. */
export function numberIn(q: string): number | null {
  const number = /^#?(\d{1,15})$/.exec(q)?.[1]
  return number === undefined ? null : Number(number)
}

function indexed(q: string): Text | null {
  if (!INDEXED.test(q)) return null
  return { pattern: containing(q), phones: phonePatterns(q) }
}

const byNameOrPhone = ({ pattern, phones }: Text) =>
  sql`select id from contacts where name ilike ${pattern} or phone like any(${phones}::text[])`
