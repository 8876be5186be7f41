import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../src/store/migrate.ts'

/** Begins the name of every database that the suite makes. */
export const PREFIX = 'parley_test_'
/** Any fixed number: the advisory lock under which the template is made. */
const TEMPLATE_LOCK = 7_203_411

/** Deletes what earlier runs left when they were killed, and templates of older schemas. */
export async function dropLeftovers(server: string): Promise<void> {
  await withClient(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where datname like $1', [
      `${PREFIX}%`,
    ])
    for (const { datname } of rows) {
      if (datname !== templateName()) await client.query(`drop database if exists ${datname} with (force)`)
    }
  })
}

/**
 * The migrated database that others are copied from, made when its schema is new. The caller's session keeps
 * the lock until it ends: a template can be copied by one session at a time.
 */
export async function ensureTemplate(client: pg.Client, server: string): Promise<string> {
  const template = templateName()
  await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
  const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
  if (rowCount) return template
  // Under another name until it is whole, so that a killed run leaves no half migrated template.
  const draft = `${PREFIX}draft_${randomBytes(4).toString('hex')}`
  await client.query(`create database ${draft}`)
  await migrate(urlOf(server, draft))
  await client.query(`alter database ${draft} rename to ${template}`)
  return template
}

/** The template's name holds a hash of everything that makes the schema. */
function templateName(): string {
  const folder = join(import.meta.dirname, '../../src/store/migrations')
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())) {
    hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)))
  }
  return `${PREFIX}template_${hash.digest('hex').slice(0, 12)}`
}

export async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The address of another database on the same server. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}
