import { sql } from 'kysely'
import type { Database, Db } from '../../src/store/index.ts'

/** What a busy shop leaves behind in a year: how many of what, for so many comments. */
export interface Year {
  readonly comments: number
  readonly tasks: number
  readonly contacts: number
  /** tasks that are open; the others were closed */
  readonly active: number
}

const COMMENTS_A_TASK = 25
const TASKS_A_CONTACT = 2
const OPEN_TASKS = 2_000
/** Comments of one statement: it is a transaction, and its rows are sorted in memory. */
const AT_ONCE = 1_000_000

export function yearOf(comments: number): Year {
  const tasks = Math.round(comments / COMMENTS_A_TASK)
  return { comments, tasks, contacts: Math.round(tasks / TASKS_A_CONTACT), active: Math.min(tasks, OPEN_TASKS) }
}

/** So that ids can be computed: `uuid` of a kind and a number. */
const idOf = (kind: number, n: string) =>
  sql.raw(`(lpad(to_hex(${kind}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`)

/**
 * Fills an empty database: names and words repeat as they do among people, the newest task is number 1, and each
 * client has an earlier one. Foreign keys are not checked row by row and indexes are made afterwards: millions of rows.
 */
export async function fillYear({ db }: Database, channelId: string, year: Year): Promise<void> {
  await withoutIndexes(db, ['comments', 'tasks', 'conversations', 'contacts', 'identities'], async () => {
    await db.connection().execute(async (one) => {
      await sql`set session_replication_role = replica`.execute(one)
      await sql`set statement_timeout = 0`.execute(one)
      await fillPeople(one, channelId, year)
      await fillTasks(one, channelId, year)
      for (let from = 1; from <= year.tasks; from += AT_ONCE / COMMENTS_A_TASK)
        await fillComments(one, channelId, year, from, Math.min(year.tasks, from + AT_ONCE / COMMENTS_A_TASK - 1))
      await sql`set session_replication_role = origin`.execute(one)
    })
  })
  await sql`vacuum analyze`.execute(db)
}

const FIRST = `(array['Anna','Boris','Clara','Dmitri','Elena','Farid','Greta','Hanna','Igor','Julia','Karim','Lena'])`
const LAST = `(array['Schmidt','Ivanova','Petrov','Klein','Garcia','Kim','Novak','Rossi','Weber','Sokolova'])`
const nameOf = (n: string) => sql.raw(`${FIRST}[1 + ${n} % 12] || ' ' || ${LAST}[1 + (${n} / 12) % 10] || ' ' || ${n}`)

async function fillPeople(db: Db, channelId: string, { contacts }: Year): Promise<void> {
  await sql`
    insert into contacts (id, name, phone, created_at, updated_at)
    select ${idOf(1, 'n')}, ${nameOf('n')}, '+49151' || lpad(n::text, 8, '0'), at, at
    from generate_series(1, ${contacts}::int) n, lateral (select now() - make_interval(mins => n)) as t (at)`.execute(
    db,
  )
  await sql`
    insert into conversations (id, channel_id, contact_id, task_id, due_at)
    select ${idOf(2, 'n')}, ${channelId}::uuid, ${idOf(1, 'n')}, ${idOf(3, 'n')}, now() + interval '1 year'
    from generate_series(1, ${contacts}::int) n, lateral (select now() - make_interval(mins => n)) as t (at)`.execute(
    db,
  )
  await sql`
    insert into identities (id, channel_id, kind, value, conversation_id)
    select ${idOf(5, 'n')}, ${channelId}::uuid, 'wa_id', '49151' || lpad(n::text, 8, '0'), ${idOf(2, 'n')}
    from generate_series(1, ${contacts}::int) n`.execute(db)
}

/** Task n is the newest one of client n; those after the last client are the clients' earlier ones. */
async function fillTasks(db: Db, channelId: string, { contacts, tasks, active }: Year): Promise<void> {
  const statuses = JSON.stringify([
    { key: 'new', name: 'New', active: true },
    { key: 'done', name: 'Done', active: false },
  ])
  await sql`
    insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active, created_at,
      updated_at, closed_at, last_message_at, awaiting_since, inbound_position, inbound_arrived)
    select ${idOf(3, 'n')}, ${nameOf('c')}, ${idOf(1, 'c')}, ${channelId}::uuid, ${idOf(2, 'c')}, ${statuses}::jsonb,
      case when n <= ${active} then 'new' else 'done' end, n <= ${active}, at - interval '1 day', at,
      case when n > ${active} then at end, at, case when n <= ${active} and n % 3 = 0 then at end,
      n * 100 + 98, n * 100 + 98
    from generate_series(1, ${tasks}::int) n,
      lateral (select 1 + (n - 1) % ${contacts}::int, now() - make_interval(mins => n)) as t (c, at)
    order by n desc`.execute(db)
}

async function fillComments(db: Db, channelId: string, { contacts }: Year, from: number, to: number): Promise<void> {
  await sql`
    insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_id, author_name, kind, text,
      position, at, provider_at, stored_at, notifies_contact)
    select ${idOf(4, `n::bigint * 100 + m`)}, ${idOf(3, 'n')}, ${idOf(2, 'c')}, ${channelId}::uuid,
      case when m % 2 = 0 then 'contact' else 'employee' end, ${idOf(1, 'c')}, ${nameOf('c')}, 'text',
      'Message ' || m || ' of task ' || n || ', about as long as what people write to a shop about their order.',
      n * 100 + m, at, at, at, m % 2 = 1
    from generate_series(${from}::int, ${to}::int) n, generate_series(1, ${COMMENTS_A_TASK}) m,
      lateral (select 1 + (n - 1) % ${contacts}::int, now() - make_interval(mins => n, secs => ${COMMENTS_A_TASK} - m)) as t (c, at)
    order by n, m`.execute(db)
}

/** Takes the indexes of these tables away while `fill` runs, those of keys excepted. */
async function withoutIndexes(db: Db, tables: string[], fill: () => Promise<void>): Promise<void> {
  const { rows } = await sql<{ name: string; made: string }>`
    select i.indexname as name, i.indexdef as made from pg_indexes i
    where i.schemaname = 'public' and i.tablename = any(${tables})
      and not exists (select from pg_constraint c where c.conindid = i.indexname::regclass)`.execute(db)
  for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(db)
  await fill()
  await db.connection().execute(async (one) => {
    await sql`set statement_timeout = 0`.execute(one)
    await sql`set maintenance_work_mem = '512MB'`.execute(one)
    for (const { made } of rows) await sql.raw(made).execute(one)
  })
}
