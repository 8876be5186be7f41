import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase, sqlState } from '../../src/store/database.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'

let fresh: FreshDatabase
let database: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, { maxConnections: 1, prepared: true })
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

const kept = async () =>
  (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(database.db)).rows.map(
    ({ statement }) => statement,
  )

it('plans a statement once on each connection, in a transaction and outside', async () => {
  const ask = (id: string) => sql<{ id: string }>`select id from tasks where title = ${id}`
  await ask('one').execute(database.db)
  await database.db.transaction().execute((tx) => ask('two').execute(tx))
  expect((await kept()).filter((text) => text.includes('from tasks'))).toEqual([
    'select id from tasks where title = $1',
  ])
})

it('prepares nothing without values, and nothing whose columns may change under it', async () => {
  const before = await kept()
  await sql`select count(*) from tasks where title = ${'x'}`.execute(database.db)
  await sql`select 1`.execute(database.db)
  expect(await kept()).toEqual(before)
})

it('answers what an ordinary connection answers: rows, numbers of rows, and errors', async () => {
  await sql`create table told (n int primary key, word text)`.execute(database.db)
  const insert = (n: number) => sql`insert into told (n, word) values (${n}, ${'a'})`.execute(database.db)
  expect((await insert(1)).numAffectedRows).toBe(1n)
  const error = await insert(1).catch((reason: unknown) => reason)
  expect(sqlState(error)).toBe('23505')
  expect((await sql`select n, word from told where n = ${1}`.execute(database.db)).rows).toEqual([{ n: 1, word: 'a' }])
})

it('fails once and then goes on without the plan when a column changes its type meanwhile', async () => {
  await sql`create table changing (n int, word text)`.execute(database.db)
  await sql`insert into changing values (1, '7')`.execute(database.db)
  const ask = () => sql<{ word: unknown }>`select word from changing where n = ${1}`.execute(database.db)
  expect((await ask()).rows).toEqual([{ word: '7' }])
  await sql`alter table changing alter word type int using word::int`.execute(database.db)
  expect(sqlState(await ask().catch((reason: unknown) => reason))).toBe('0A000')
  expect((await ask()).rows).toEqual([{ word: 7 }])
})
