import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { temporalAnswers } from '../../src/dev/temporal/server.ts'
import { freshDatabase } from './database.ts'
import { takeLease } from './lease.ts'

describe('the services of the suite', () => {
  const made: { drop(): Promise<void> }[] = []
  afterAll(async () => {
    for (const database of made) await database.drop()
  })

  it('gives each caller a migrated database of its own', async () => {
    const [first, second] = await Promise.all([freshDatabase(), freshDatabase()])
    made.push(first, second)
    const [one, two] = [new pg.Client(first.url), new pg.Client(second.url)]
    await Promise.all([one.connect(), two.connect()])
    try {
      await one.query('create table only_here (id int)')
      const tables = async (client: pg.Client) =>
        (
          await client.query<{ tablename: string }>(`select tablename from pg_tables where schemaname = 'public'`)
        ).rows.map((row) => row.tablename)
      expect(await tables(one)).toContain('only_here')
      expect(await tables(two)).not.toContain('only_here')
      expect(await tables(two)).toContain('kysely_migration')
    } finally {
      await Promise.all([one.end(), two.end()])
    }
  })

  it('deletes a database that somebody is still connected to', async () => {
    const database = await freshDatabase()
    const client = new pg.Client(database.url)
    client.on('error', () => undefined)
    await client.connect()
    await database.drop()
    await expect(client.query('select 1')).rejects.toThrow()
  })

  it('does not wait for a lock that a killed run left empty', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'parley-lease-'))
    const lock = join(directory, 'lock')
    await writeFile(lock, '')
    await utimes(lock, new Date(0), new Date(0))
    const [alone, lease] = await takeLease(directory, async (isAlone) => isAlone)
    expect(alone).toBe(true)
    await lease.end(async () => rm(directory, { recursive: true }))
  })

  it('has a Temporal that answers', async () => {
    expect(await temporalAnswers(Number(inject('temporalAddress').split(':')[1]))).toBe(true)
  })
})
