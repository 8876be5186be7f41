import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Database, isOutage, openDatabase } from '../store/index.ts'
import { keysIn, type SecretBox, secretBox } from '../store/secret-box.ts'
import type { Console } from './console.ts'
import { Failure } from './failure.ts'

/** What a running `npm start` left for the command line (src/dev/instance.ts). */
interface Running {
  baseUrl?: string
  databaseUrl?: string
  temporalAddress?: string
  temporalNamespace?: string
}

/** Where files, the secret key and embedded services lie. */
export const dataDir = ({ env }: Console): string => resolve(env.PARLEY_DATA_DIR || '.data')

export function running(console: Console): Running {
  const text = readIfThere(join(dataDir(console), 'runtime.json'))
  return text === null ? {} : (JSON.parse(text) as Running)
}

/** From DATABASE_URL, else the database of the embedded installation; null: there is neither. */
export const databaseUrl = (console: Console): string | null =>
  console.env.DATABASE_URL || running(console).databaseUrl || null

/** Where the browser and the API find Parley, without a slash at the end. */
export function baseUrl(console: Console, given?: string): string {
  const url =
    given || console.env.PARLEY_URL || running(console).baseUrl || console.env.PUBLIC_URL || 'http://127.0.0.1:8080'
  if (!URL.canParse(url)) throw new Failure(`${url} is no address`)
  return url.replace(/\/+$/, '')
}

/** @throws Failure where no database is known */
export function demandDatabaseUrl(console: Console): string {
  const url = databaseUrl(console)
  if (url) return url
  throw new Failure(
    'No database is known. Set DATABASE_URL, or call this where `npm start` runs (PARLEY_DATA_DIR names its directory).',
  )
}

/**
 * Opens the installation's database for one piece of work.
 * @throws Failure where there is none, or it does not answer
 */
export async function withDatabase<T>(console: Console, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase(demandDatabaseUrl(console), { maxConnections: 2 })
  try {
    return await answering(work(database))
  } finally {
    await database.close()
  }
}

/** @throws Failure in place of the database's own words where it does not answer */
export async function answering<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isOutage(error)) throw new Failure('The database does not answer. Is Parley running?', { cause: error })
    throw error
  }
}

/** For what needs to read secrets. */
export const secrets = (console: Console): SecretBox => secretBox(secretKeys(console))

/**
 * The keys of the environment, else those of the data directory, the newest first.
 * @throws Failure where none is known, or one is not right
 */
export function secretKeys(console: Console): string[] {
  const key = console.env.PARLEY_SECRET_KEY || readIfThere(join(dataDir(console), 'secret-key'))
  if (!key) throw new Failure('The key for secrets is not known. Set PARLEY_SECRET_KEY, or PARLEY_DATA_DIR.')
  const keys = keysIn(`${key} ${console.env.PARLEY_SECRET_KEY_PREVIOUS ?? ''}`)
  const wrong = keys.findIndex((one) => !/^[0-9a-f]{64}$/i.test(one))
  if (wrong >= 0) throw new Failure(`Key ${wrong + 1} of the secret keys is not 64 hexadecimal digits.`)
  return keys
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new Failure(`${file} cannot be read`, { cause: error })
  }
}
