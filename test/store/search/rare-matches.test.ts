import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listContacts } from '../../../src/store/contacts/contact-view.ts'
import { type Database, openDatabase } from '../../../src/store/database.ts'
import { rareContacts, rareTasks } from '../../../src/store/search/rare-matches.ts'
import { listTasks } from '../../../src/store/tasks/list-tasks.ts'
import { type FreshDatabase, freshDatabase } from '../../services/database.ts'

/** More of them have one word than are looked up one by one. */
const MANY = 2_100
const admin = { userId: null, channelIds: null }

let fresh: FreshDatabase
let database: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url)
  await sql`
    with people as (
      select n, gen_random_uuid() as contact, gen_random_uuid() as conversation, gen_random_uuid() as task
      from generate_series(1, ${MANY}::int) n
    ), channel as (
      insert into channels (id, name, provider, account_id, config, secrets, app_secret_hash)
      values (gen_random_uuid(), 'Shop', 'chat-api', 'shop', '{}', '', '') returning id
    ), contact as (
      insert into contacts (id, name, phone) select contact, 'Client ' || n || ' Müller', '+4915100' || lpad(n::text, 5, '0') from people
    ), conversation as (
      insert into conversations (id, channel_id, contact_id, task_id, due_at)
      select conversation, channel.id, contact, task, now() + interval '1 year' from people, channel
    ), identity as (
      insert into identities (id, channel_id, kind, value, conversation_id)
      select gen_random_uuid(), channel.id, 'wa_id', '4915999' || lpad(n::text, 5, '0'), conversation from people, channel
    )
    insert into tasks (id, number, title, requester_id, channel_id, conversation_id, statuses, status, active, updated_at)
    select task, n, case when n = 7 then 'A broken kettle' else 'Order' end, contact, channel.id, conversation, '[]', 'new',
      n % 2 = 0, now() - make_interval(mins => n)
    from people, channel`.execute(database.db)
  await sql`analyze`.execute(database.db)
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

const found = async (q: string, status: 'all' | 'active' = 'all') =>
  (await listTasks(database.db, admin, { q, status }, { sort: 'updated', after: null, limit: 5 })).tasks.map(
    ({ number }) => number,
  )
const people = async (q: string) =>
  (await listContacts(database.db, admin, q, { after: null, limit: 5 })).contacts.map(({ name }) => name)

it('looks few matches up: by title, name, phone and number', async () => {
  expect(await rareTasks(database.db, 'KETTLE')).toHaveLength(1)
  expect(await found('kettle')).toEqual([7])
  expect(await found('client 1234')).toEqual([1234])
  expect(await found('+49 151 00 01234')).toEqual([1234])
  expect(await found('#2034')).toEqual([2034])
  expect(await found('Client 1234', 'active')).toEqual([1234])
  expect(await found('Client 1235', 'active')).toEqual([])
})

it('reads the list where there are many, or where the index knows nothing', async () => {
  expect(await rareTasks(database.db, 'Client')).toBeNull()
  expect(await rareTasks(database.db, 'Order')).toBeNull()
  expect(await rareTasks(database.db, 'ü')).toBeNull()
  expect(await found('Client')).toEqual([1, 2, 3, 4, 5])
  expect(await found('order', 'active')).toEqual([2, 4, 6, 8, 10])
  expect(await found('#7')).toEqual([7])
})

it('finds nobody where there is nobody', async () => {
  expect(await rareTasks(database.db, 'zeppelin')).toEqual([])
  expect(await found('zeppelin')).toEqual([])
  expect(await people('zeppelin')).toEqual([])
})

it('finds contacts by name, phone, and addresses they were known by; many by reading the list', async () => {
  expect(await people('Client 1234')).toEqual(['Client 1234 Müller'])
  expect(await people('+49 151 0001234')).toEqual(['Client 1234 Müller'])
  expect(await people('491599901234')).toEqual(['Client 1234 Müller'])
  expect(await rareContacts(database.db, 'Müller')).toBeNull()
  expect(await people('müller')).toHaveLength(5)
})

it('takes a percent sign and an underscore as what they are', async () => {
  expect(await found('Cl_ent 1234')).toEqual([])
  expect(await found('Client%1234')).toEqual([])
})

it.each([
  ['tasks', 'title', 'tasks_title_trigrams'],
  ['contacts', 'name', 'contacts_name_trigrams'],
  ['contacts', 'phone', 'contacts_phone_trigrams'],
  ['identities', 'value', 'identities_value_trigrams'],
])('has an index for parts of %s.%s', async (table, column, index) => {
  const plan = await database.db.transaction().execute(async (tx) => {
    await sql
      .raw('set local enable_seqscan = off; set local enable_indexscan = off; set local enable_indexonlyscan = off')
      .execute(tx)
    return (
      await sql`explain (format json) select from ${sql.table(table)} where ${sql.ref(column)} ilike ${'%needle%'}`.execute(
        tx,
      )
    ).rows
  })
  expect(JSON.stringify(plan)).toContain(index)
})
