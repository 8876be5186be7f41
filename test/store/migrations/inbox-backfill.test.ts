import { randomBytes } from 'node:crypto'
import { Migrator, sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { TaskId, UserId } from '../../../src/domain/ids.ts'
import { type Database, openDatabase } from '../../../src/store/index.ts'
import { migrations } from '../../../src/store/migrations/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import { listTasks } from '../../../src/store/tasks/list-tasks.ts'
import { PREFIX, urlOf, withClient } from '../../services/template.ts'

const name = `${PREFIX}backfill_${randomBytes(4).toString('hex')}`
let database: Database
beforeAll(async () => {
  await withClient(inject('databaseUrl'), (client) => client.query(`create database ${name}`))
  database = openDatabase(urlOf(inject('databaseUrl'), name))
})
afterAll(async () => {
  await database.close()
  await withClient(inject('databaseUrl'), (client) => client.query(`drop database if exists ${name} with (force)`))
})

/** Minutes ago, author, and whether it notifies the client; the newest last. */
type Entry = [number, 'contact' | 'employee' | 'phone_app' | 'scenario' | 'system', boolean?]

it('reads from the feeds of an older installation who waits, and calls all of it read', async () => {
  const { db } = database
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    allowUnorderedMigrations: true,
  })
  expect((await migrator.migrateTo('0011-house-runs')).error).toBeUndefined()

  const [user, contact, channel, conversation] = [newId(), newId(), newId(), newId()]
  await sql`insert into users (id, name, email, role) values (${user}, 'Anna', 'a@example.test', 'operator')`.execute(
    db,
  )
  await sql`insert into contacts (id, name) values (${contact}, 'Ada')`.execute(db)
  await sql`insert into channels (id, provider, name, account_id, config, secrets, app_secret_hash)
    values (${channel}, 'whatsapp-cloud', 'Shop', '1', '{}', '', '')`.execute(db)
  await sql`insert into conversations (id, channel_id, contact_id) values (${conversation}, ${channel}, ${contact})`.execute(
    db,
  )
  const now = Date.now()
  const at = (minutes: number) => new Date(now - minutes * 60_000)
  const taskWith = async (active: boolean, entries: Entry[]): Promise<TaskId> => {
    const id = newId<TaskId>()
    await sql`insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active)
      values (${id}, 'T', ${contact}, ${channel}, ${conversation}, '[]', 'new', ${active})`.execute(db)
    for (const [minutes, author, notifies = false] of entries) {
      await sql`insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_name, kind, text,
          notifies_contact, at)
        values (${newId()}, ${id}, ${conversation}, ${channel}, ${author}, 'N',
          ${author === 'system' ? 'system' : 'text'}, 'T', ${notifies}, ${at(minutes)})`.execute(db)
    }
    return id
  }
  const waiting = await taskWith(true, [
    [9, 'contact'],
    [8, 'employee', true],
    [7, 'contact'],
    [6, 'contact'],
    [5, 'employee'],
    [4, 'scenario', true],
    [3, 'system'],
  ])
  const answered = await taskWith(true, [
    [9, 'contact'],
    [8, 'phone_app'],
  ])
  const closed = await taskWith(false, [[9, 'contact']])
  const silent = await taskWith(true, [[2, 'employee']])

  expect((await migrator.migrateToLatest()).error).toBeUndefined()
  const { tasks } = await listTasks(
    db,
    { userId: user as UserId, channelIds: null },
    {},
    { sort: 'updated', after: null, limit: 50 },
  )
  const shown = Object.fromEntries(
    tasks.map(({ id, unread, awaitingSince, lastMessageAt, preview }) => [
      id,
      { unread, awaitingSince, lastMessageAt, by: preview?.authorKind },
    ]),
  )
  expect(shown).toEqual({
    [waiting]: { unread: 0, awaitingSince: at(7), lastMessageAt: at(4), by: 'scenario' },
    [answered]: { unread: 0, awaitingSince: null, lastMessageAt: at(8), by: 'phone_app' },
    [closed]: { unread: 0, awaitingSince: null, lastMessageAt: at(9), by: 'contact' },
    [silent]: { unread: 0, awaitingSince: null, lastMessageAt: null, by: 'employee' },
  })
  // Opened again by the client, it does not wait since long ago.
  const { rows } = await sql`select from tasks where id = ${closed} and awaiting_since is null`.execute(db)
  expect(rows).toHaveLength(1)
})
