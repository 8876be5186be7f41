import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Child, runChild } from './child.ts'
import { choosePort, claimDataDir, readOrMakeSecretKey, writeRuntime } from './instance.ts'
import { databaseService, type Service, temporalService } from './services.ts'
import { type OnProgress, SetupError } from './setup-error.ts'

/** A Node program, and what it is told besides. */
export interface Program {
  script: string
  environment?: Record<string, string>
}

export interface SuperviseOptions {
  dataDir: string
  host: string
  /** Undefined takes the next free port from 8080. */
  port: number | undefined
  publicUrl: string | undefined
  databaseUrl: string | undefined
  temporalAddress: string | undefined
  temporalNamespace: string
  secretKey: string | undefined
  /** Undefined: on when both services are embedded. */
  simulator: boolean | undefined
  /** The Node programs to keep running, by name; they are stopped together. */
  programs: Readonly<Record<string, Program>>
  /** The environment that the programs inherit. */
  environment: NodeJS.ProcessEnv
  migrate: (databaseUrl: string) => Promise<{ applied: string[] }>
  report: OnProgress
}

export interface Supervised {
  readonly baseUrl: string
  readonly databaseUrl: string
  readonly simulator: boolean
}

export interface Supervisor {
  /** Brings everything up; resolves when the server reports that it is ready. */
  start(): Promise<Supervised>
  /** Stops the programs, then Temporal, then the database. Also in the middle of a start. */
  stop(): Promise<void>
  /** Ends everything at once. */
  kill(): void
}

/** Programs that end this often before the first readiness have a fault that no restart cures. */
const MAX_FAILURES = 5
/** A worker lets the calls under way end (worker.ts); cut off, their messages would be `unknown`. */
const PROGRAM_GRACE_MS = 5_500
const WATCH_MS = 1_000

/**
 * Everything behind `npm start`: the embedded services unless there are external ones, the migrations, then our
 * own programs, each started again when it dies.
 */
export function createSupervisor(options: SuperviseOptions): Supervisor {
  const { dataDir, report } = options
  const children: Child[] = []
  let starting: Promise<Supervised> | undefined
  let services: Service[] = []
  let release = async () => {}
  let watching: Promise<void> | undefined
  let failures = 0
  const ending = new AbortController()

  const bringUp = async (): Promise<Supervised> => {
    release = await claimDataDir(dataDir)
    ending.signal.throwIfAborted()
    services = await startServices(options)
    ending.signal.throwIfAborted()
    const [database, temporal] = services as [Service, Service]
    const { applied } = await options.migrate(database.address)
    if (applied.length > 0) report(`database: applied ${applied.length} migration${applied.length === 1 ? '' : 's'}`)
    const simulator = options.simulator ?? (database.embedded && temporal.embedded)
    const address = await chooseAddress(options)
    const secretKey = options.secretKey ?? (await readOrMakeSecretKey(dataDir))
    ending.signal.throwIfAborted()

    const environment = () => ({
      ...options.environment,
      DATABASE_URL: database.address,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: options.temporalNamespace,
      HOST: options.host,
      PORT: String(address.port),
      PUBLIC_URL: options.publicUrl ?? address.baseUrl,
      PARLEY_DATA_DIR: dataDir,
      PARLEY_SECRET_KEY: secretKey,
      PARLEY_SIMULATOR: simulator ? 'on' : 'off',
    })
    const tellCommandLine = () =>
      writeRuntime(dataDir, {
        pid: process.pid,
        baseUrl: address.baseUrl,
        databaseUrl: database.address,
        temporalAddress: temporal.address,
        temporalNamespace: options.temporalNamespace,
      })
    await tellCommandLine()
    for (const [name, { script, ...program }] of Object.entries(options.programs)) {
      const onUnexpectedExit = () => {
        failures += 1
      }
      children.push(
        runChild({
          name,
          script,
          environment: () => ({ ...environment(), ...program.environment }),
          logDirectory: join(dataDir, 'logs'),
          report,
          onUnexpectedExit,
        }),
      )
    }
    await untilReady(address.baseUrl)
    watching = keepServices(tellCommandLine)
    return { baseUrl: address.baseUrl, databaseUrl: database.address, simulator }
  }

  const untilReady = async (baseUrl: string) => {
    let toldAt = Date.now()
    let missing = 'no answer yet'
    for (;;) {
      ending.signal.throwIfAborted()
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(5_000)])
      const answer = await fetch(`${baseUrl}/readyz`, { signal }).catch(() => undefined)
      if (answer?.ok) return
      if (answer) missing = (await answer.text()).slice(0, 300)
      if (failures >= MAX_FAILURES) {
        throw new SetupError(`It keeps ending before it is ready; the logs are in ${join(dataDir, 'logs')}`)
      }
      if (Date.now() - toldAt > 10_000) {
        toldAt = Date.now()
        report(`waiting for the server: ${missing}`)
      }
      await pause(50)
    }
  }

  /** Starts a service again that died under us; its address stays, unless its port was taken meanwhile. */
  const keepServices = async (tellCommandLine: () => Promise<void>) => {
    while (!ending.signal.aborted) {
      await pause(WATCH_MS, undefined, { signal: ending.signal, ref: false }).catch(() => undefined)
      for (const service of ending.signal.aborted ? [] : services) {
        try {
          if (!(await service.revive())) continue
          await tellCommandLine()
          await Promise.all(children.map((child) => child.restart(PROGRAM_GRACE_MS)))
        } catch (error) {
          report(error instanceof Error ? error.message : String(error))
        }
      }
    }
  }

  return {
    start() {
      starting ??= bringUp()
      return starting
    },
    async stop() {
      ending.abort(new SetupError('stopped before everything was up'))
      // A service that is just coming up is stopped when it is up: half started it would be left behind.
      await starting?.catch(() => undefined)
      await watching
      await Promise.all(children.map((child) => child.stop(PROGRAM_GRACE_MS)))
      for (const service of [...services].reverse()) await service.stop()
      await release()
    },
    kill() {
      ending.abort(new SetupError('killed'))
      for (const child of children) child.kill()
      for (const service of services) service.kill()
    },
  }
}

/** Both at once; when one fails, the other is stopped again. The database first in the list. */
async function startServices({ databaseUrl, temporalAddress, dataDir, report }: SuperviseOptions): Promise<Service[]> {
  const outcomes = await Promise.allSettled([
    databaseService(databaseUrl, dataDir, report),
    temporalService(temporalAddress, dataDir, report),
  ])
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  if (!failure) return started
  await Promise.all(started.map((service) => service.stop()))
  throw failure.reason
}

async function chooseAddress({
  port: asked,
  host,
  report,
}: SuperviseOptions): Promise<{ port: number; baseUrl: string }> {
  const port = await choosePort(asked, host)
  if (asked === undefined && port !== 8080) report(`port 8080 is taken; using ${port}`)
  // An address to listen on everywhere is none to call.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return { port, baseUrl: `http://${name}:${port}` }
}
