import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { TaskTemplateId } from '../../src/domain/ids.ts'
import { openDatabase } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { newId } from '../../src/store/new-id.ts'
import { addChannel, addUser, SECRET_KEY } from '../kit/house.ts'
import { PREFIX, urlOf, withClient } from '../services/template.ts'
import { parley } from './parley.ts'

/** Backup and restore by roles that are no superuser: the owner of the database, one that may read, one that may not. */
const unique = randomBytes(4).toString('hex')
const [owner, reader, nobody] = ['owner', 'reader', 'nobody'].map((name) => `parley_test_${name}_${unique}`)
const [from, to] = ['from', 'to'].map((name) => `${PREFIX}role_${name}_${unique}`)
const server = () => inject('databaseUrl')
const urlAs = (role: string | undefined, database: string | undefined) => {
  const url = new URL(urlOf(server(), database ?? ''))
  url.username = role ?? ''
  url.password = unique
  return url.href
}

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-role-'))
  await withClient(server(), async (client) => {
    for (const role of [owner, reader, nobody]) {
      await client.query(
        `create role ${role} login password '${unique}' nosuperuser nocreatedb nocreaterole nobypassrls noreplication`,
      )
    }
    await client.query(`grant pg_read_all_data to ${reader}`)
    for (const database of [from, to]) await client.query(`create database ${database} owner ${owner}`)
  })
  await migrate(urlAs(owner, from))
  const database = openDatabase(urlAs(owner, from))
  const user = await addUser(database, 'Olga Owner', 'owner')
  const template = newId<TaskTemplateId>()
  await database.pool.query(
    "insert into task_templates (id, name, title_pattern, statuses) values ($1, 'Requests', '{{name}}', '[]')",
    [template],
  )
  await addChannel(database, { owner: user, template })
  await database.close()
})
afterAll(async () => {
  await withClient(server(), async (client) => {
    for (const database of [from, to]) await client.query(`drop database if exists ${database} with (force)`)
    for (const role of [owner, reader, nobody]) await client.query(`drop role if exists ${role}`)
  })
  await rm(directory, { recursive: true })
})

const env = (role: string | undefined, database: string | undefined, name: string) => ({
  DATABASE_URL: urlAs(role, database),
  PARLEY_DATA_DIR: join(directory, name),
  PARLEY_SECRET_KEY: SECRET_KEY,
  TEMPORAL_ADDRESS: 'elsewhere',
})

it('a role that may only read makes a backup; one that may not is told so, and leaves nothing behind', async () => {
  const backup = join(directory, 'by-reader.tar')
  const made = await parley(['backup', backup, '--json'], env(reader, from, 'source'))
  expect([made.code, made.err]).toEqual([0, ''])
  expect(made.json.rows).toBeGreaterThan(2)
  const refused = await parley(['backup', join(directory, 'refused')], env(nobody, from, 'source'))
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/permission denied/)])
  expect((await parley(['backup', 'verify', join(directory, 'refused')], {})).code).toBe(1)
})

it('the owner of a database restores into it, with no more rights than that, also in place of what is there', async () => {
  const backup = join(directory, 'by-reader.tar')
  for (const force of [[], ['--force']]) {
    const restored = await parley(['restore', backup, ...force, '--json'], env(owner, to, 'target'))
    expect([restored.code, restored.err]).toEqual([0, ''])
  }
  await withClient(urlAs(owner, to), async (client) => {
    const { rows } = await client.query('select name from users')
    expect(rows).toEqual([{ name: 'Olga Owner' }])
    // Searches have their index: the extension is one that an owner may switch on.
    const { rows: extensions } = await client.query("select extname from pg_extension where extname = 'pg_trgm'")
    const { rows: indexes } = await client.query("select from pg_indexes where indexname = 'tasks_title_trigrams'")
    expect(indexes).toHaveLength(extensions.length)
  })
})

it('somebody else’s connection holds a restore up, though the owner is not shown what it does', async () => {
  await withClient(urlOf(server(), to ?? ''), async () => {
    const refused = await parley(['restore', join(directory, 'by-reader.tar'), '--force'], env(owner, to, 'target'))
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('stop every server and worker')])
  })
})

it('a role that does not own the database is told so before anything is changed', async () => {
  await withClient(urlAs(owner, to), (client) => client.query(`grant all on all tables in schema public to ${nobody}`))
  const refused = await parley(['restore', join(directory, 'by-reader.tar'), '--force'], env(nobody, to, 'untouched'))
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('has to own the database')])
  await expect(rm(join(directory, 'untouched'))).rejects.toThrow('ENOENT')
  await withClient(urlAs(owner, to), async (client) => {
    expect((await client.query('select from users')).rowCount).toBe(1)
  })
})
