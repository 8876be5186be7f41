import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failingWithoutValues } from '../../activities/without-values.ts'
import { type Database, openDatabase } from '../../src/store/index.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'

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

const failureOf = (activity: () => Promise<unknown>): Promise<Error> =>
  failingWithoutValues({ activity })
    .activity()
    .then(
      () => Promise.reject(new Error('it did not fail')),
      (error: Error) => error,
    )

it('keeps the values that PostgreSQL and the JSON parser quote out of what Temporal stores (P8)', async () => {
  const { pool } = database
  const quoting = [
    () => pool.query(`select 'canary'::int`),
    () => pool.query(`insert into users (id, name, email, role) values (gen_random_uuid(), 'canary', 'c', 'canary')`),
    async () => JSON.parse('canary'),
  ]
  const failures = await Promise.all(quoting.map(failureOf))
  for (const failure of failures) expect(`${failure.message} ${failure.stack}`).not.toContain('canary')
  expect(failures[0]?.message).toBe('22P02')
  expect(failures[2]?.message).toBe('SyntaxError')
})

it('leaves every other failure as it is, for the workflow decides by it', async () => {
  const failure = ApplicationFailure.nonRetryable('gone', 'FileGone')
  expect(await failureOf(() => Promise.reject(failure))).toBe(failure)
})
