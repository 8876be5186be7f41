import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { freshDatabase } from '../services/database.ts'
import { type RunningParley, runParley } from './parley-process.ts'

export type { RunningParley }

/** Parley as `npm test` has built it, on the services of the suite: a browser beside it needs the machine's strength. */
export async function startParley(settings?: (url: string) => Record<string, string>): Promise<RunningParley> {
  const database = await freshDatabase()
  const services = {
    databaseUrl: database.url,
    temporalAddress: inject('temporalAddress'),
    queuePrefix: `browser-${randomBytes(4).toString('hex')}-`,
  }
  const parley = await runParley(services, settings)
  return {
    ...parley,
    async stop() {
      await parley.stop()
      await database.drop()
    },
  }
}
