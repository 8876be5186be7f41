import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { ensureTemplate, PREFIX, urlOf, withClient } from './template.ts'

export interface FreshDatabase {
  url: string
  /** Disconnects whoever is left and deletes the database. */
  drop(): Promise<void>
}

/**
 * A migrated database of its own for a test file, copied from a template that is migrated once per schema.
 * Call `drop` in `afterAll`.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = inject('databaseUrl')
  const name = `${PREFIX}${process.pid}_${randomBytes(4).toString('hex')}`
  await withClient(server, async (client) => {
    const template = await ensureTemplate(client, server)
    await client.query(`create database ${name} template ${template}`)
  })
  return {
    url: urlOf(server, name),
    drop: () =>
      withClient(server, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  }
}
