import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../src/store/index.ts'
import { LIVE_CHANNEL, liveNotifier } from '../../../src/store/live/notify.ts'
import { pruneLiveEvents } from '../../../src/store/live/prune-live.ts'
import { eventually } from '../../kit/eventually.ts'
import { type FreshDatabase, freshDatabase } from '../../services/database.ts'

let fresh: FreshDatabase
let database: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url)
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

it('makes one hint of many', async () => {
  const listener = await database.pool.connect()
  let heard = 0
  listener.on('notification', () => heard++)
  await listener.query(`listen ${LIVE_CHANNEL}`)
  const notifier = liveNotifier(database.pool)
  for (let i = 0; i < 1_000; i++) notifier.notify()
  await eventually(async () => expect(heard).toBe(1))
  notifier.notify()
  await notifier.stop()
  await eventually(async () => expect(heard).toBe(2))
  listener.release(true)
})

it('removes what is older than a day, and nothing else', async () => {
  const insert = (age: string) =>
    database.pool.query(`insert into live_events (event, data, at) values ('task', '{}', now() - $1::interval)`, [age])
  const left = async () => Number((await database.pool.query('select count(*) as n from live_events')).rows[0].n)
  await insert('25 hours')
  await pruneLiveEvents(database)
  expect(await left()).toBe(0)
  for (const age of ['30 hours', '25 hours', '23 hours', '0 hours']) await insert(age)
  await pruneLiveEvents(database)
  await pruneLiveEvents(database)
  expect(await left()).toBe(2)
})
