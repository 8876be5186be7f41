import type { Client } from '@temporalio/client'
import { type Config, loadConfig } from '../config.ts'
import { temporalDataConverter } from '../temporal-codec.ts'
import { temporalConnectionOptions } from '../temporal-connection.ts'
import type { Console } from './console.ts'
import { Failure } from './failure.ts'
import { demandDatabaseUrl, running, secretKeys, secrets } from './installation.ts'

const PATIENCE_MS = 5_000

/**
 * Opens the installation's Temporal for one piece of work, as a server has it.
 * @throws Failure where it does not answer, or the settings are not right
 */
export async function withTemporal<T>(
  console: Console,
  work: (client: Client, temporal: Config['temporal']) => Promise<T>,
): Promise<T> {
  const temporal = temporalSettings(console)
  // Loaded here: no other command pays for it.
  const { Client, Connection } = await import('@temporalio/client')
  const connection = await Connection.connect({
    ...temporalConnectionOptions(temporal),
    connectTimeout: PATIENCE_MS,
  }).catch((cause: unknown) => {
    throw new Failure(`Temporal at ${temporal.address} does not answer.`, { cause })
  })
  try {
    const dataConverter = temporalDataConverter(secrets(console), temporal)
    return await work(new Client({ connection, namespace: temporal.namespace, dataConverter }), temporal)
  } finally {
    await connection.close()
  }
}

function temporalSettings(console: Console): Config['temporal'] {
  const { temporalAddress, temporalNamespace } = running(console)
  const given = Object.fromEntries(Object.entries(console.env).filter(([, value]) => value !== ''))
  try {
    return loadConfig({
      ...(temporalAddress && { TEMPORAL_ADDRESS: temporalAddress }),
      ...(temporalNamespace && { TEMPORAL_NAMESPACE: temporalNamespace }),
      ...given,
      DATABASE_URL: demandDatabaseUrl(console),
      PARLEY_SECRET_KEY: secretKeys(console).join(),
    }).temporal
  } catch (error) {
    throw error instanceof Failure
      ? error
      : new Failure(error instanceof Error ? error.message : 'settings', { cause: error })
  }
}
