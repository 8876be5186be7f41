import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres.ts'
import { findTemporalBinary, startEmbeddedTemporal } from '../../src/dev/embedded-temporal.ts'
import { takeLease } from './lease.ts'
import { dropLeftovers } from './template.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL for the suite; files take their own database from it with `freshDatabase`. */
    databaseUrl: string
    /** A Temporal server that can skip time (reference/temporal §2); files use queues and workflow ids of their own. */
    temporalAddress: string
    /** The `temporal` program, for tests that start a server themselves. */
    temporalBinary: string
  }
}

/**
 * Starts one PostgreSQL and one Temporal for the whole suite, in a directory that is kept between runs, so that
 * a second run finds the cluster and the programs there. TEST_DATABASE_URL and TEST_TEMPORAL_ADDRESS name others.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = join(import.meta.dirname, '../../node_modules/.cache/parley-test')
  const onProgress = (line: string) => console.log(`services: ${line}`)
  const givenDatabase = process.env.TEST_DATABASE_URL
  const givenTemporal = process.env.TEST_TEMPORAL_ADDRESS

  const start = async (alone: boolean) => {
    const database = givenDatabase
      ? { url: givenDatabase, stop: async () => undefined }
      : startEmbeddedPostgres({ dataDir, onProgress, durable: false })
    const binary = findTemporalBinary({ dataDir, onProgress, minimumServer: '1.32.0' })
    const temporal = givenTemporal
      ? { address: givenTemporal, stop: async () => undefined }
      : startEmbeddedTemporal({ dataDir, onProgress, binary: await binary, timeSkipping: true })
    const started = { database: await database, temporal: await temporal, binary: await binary }
    if (alone && !givenDatabase) await dropLeftovers(started.database.url)
    return started
  }

  const [{ database, temporal, binary }, lease] = await takeLease(dataDir, start)
  project.provide('databaseUrl', database.url)
  project.provide('temporalAddress', temporal.address)
  project.provide('temporalBinary', binary)
  return () => lease.end(async () => void (await Promise.all([database.stop(), temporal.stop()])))
}
