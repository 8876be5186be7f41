import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { startEmbeddedTemporal } from './embedded-temporal.ts'
import { processIsRunning, signalProcess } from './process-table.ts'
import type { OnProgress } from './setup-error.ts'

/** A service that the rest connects to: ours to run, or somebody else's address. */
export interface Service {
  readonly address: string
  readonly embedded: boolean
  /** Starts it again if it died; true when that gave it another address. */
  revive(): Promise<boolean>
  stop(): Promise<void>
  /** Ends it at once, in a way that its next start recovers from. */
  kill(): void
}

interface Running {
  pid: number
  address: string
  stop(): Promise<void>
}

/** The database: at `url` if given, else embedded in the data directory. */
export async function databaseService(url: string | undefined, dataDir: string, report: OnProgress): Promise<Service> {
  if (url) return external(url)
  const start = async () => {
    const { url: address, ...rest } = await startEmbeddedPostgres({ dataDir, onProgress: report })
    return { ...rest, address }
  }
  // The immediate shutdown: the server cleans up after itself, unlike after SIGKILL.
  return embedded('PostgreSQL', 'SIGQUIT', start, report)
}

/** Temporal: at `address` if given, else embedded in the data directory. */
export async function temporalService(
  address: string | undefined,
  dataDir: string,
  report: OnProgress,
): Promise<Service> {
  if (address) return external(address)
  return embedded('Temporal', 'SIGKILL', () => startEmbeddedTemporal({ dataDir, onProgress: report }), report)
}

function external(address: string): Service {
  return { address, embedded: false, revive: async () => false, stop: async () => undefined, kill: () => undefined }
}

async function embedded(
  name: string,
  killSignal: NodeJS.Signals,
  start: () => Promise<Running>,
  report: OnProgress,
): Promise<Service> {
  let running = await start()
  return {
    get address() {
      return running.address
    },
    embedded: true,
    async revive() {
      if (processIsRunning(running.pid)) return false
      report(`${name} ended; starting it again`)
      const before = running.address
      running = await start()
      return running.address !== before
    },
    stop: () => running.stop(),
    kill: () => void signalProcess(running.pid, killSignal),
  }
}
