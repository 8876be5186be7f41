import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../dev/embedded-postgres.ts'
import { claimDataDir } from '../dev/instance.ts'
import { SetupError } from '../dev/setup-error.ts'
import { findRunning, temporalHome } from '../dev/temporal/server.ts'
import type { Console } from './console.ts'
import { Failure } from './failure.ts'
import { dataDir, demandDatabaseUrl } from './installation.ts'

/**
 * The installation's database for one piece of work: DATABASE_URL, else the embedded one, which is started for the
 * work where `npm start` does not run.
 * @param alone the work needs the installation stopped; it cannot be started meanwhile
 * @throws Failure where there is no database, or the installation runs and should not
 */
export async function withOwnDatabase<T>(
  console: Console,
  options: { alone: boolean },
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  if (console.env.DATABASE_URL) return work(console.env.DATABASE_URL)
  const directory = dataDir(console)
  if (!options.alone && !existsSync(join(directory, 'postgres'))) return work(demandDatabaseUrl(console))
  let release: () => Promise<void>
  try {
    release = await claimDataDir(directory)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    if (options.alone) throw new Failure(`Stop Parley first. ${error.message}`)
    return work(demandDatabaseUrl(console))
  }
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: directory, onProgress: (line) => console.err(line) })
    try {
      return await work(postgres.url)
    } finally {
      await postgres.stop()
    }
  } catch (error) {
    throw error instanceof SetupError ? new Failure(error.message, { cause: error }) : error
  } finally {
    await release()
  }
}

/** Why the embedded Temporal's database may change at any moment; null: nobody writes to it. */
export async function temporalInUse(console: Console): Promise<string | null> {
  if (console.env.TEMPORAL_ADDRESS) return 'Temporal is not embedded'
  const running = await findRunning(temporalHome(dataDir(console)))
  return running ? 'its server runs and writes; its workflows start anew from the database' : null
}
