/**
 * `npm start`: everything on this machine in one go. External services are used where DATABASE_URL or
 * TEMPORAL_ADDRESS name them.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from './src/dev/setup-error.ts'
import { createSupervisor } from './src/dev/supervise.ts'
import { welcome } from './src/dev/welcome.ts'
import { objectStorageIn } from './src/object-storage.ts'
import { migrate } from './src/store/migrate.ts'

/** All of it stops within this time, or is ended by force. */
const STOP_MS = 9_500
/** Ctrl-C under npm arrives twice, from the terminal and from npm; only a later one is a person's second. */
const SAME_SIGNAL_MS = 500

const began = performance.now()
const report = (line: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`)

const env = process.env
const port = env.PORT ? Number(env.PORT) : undefined
if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
  fail(`PORT is no port number: ${env.PORT}`)
// Said here, before anything starts: the server would say it in its log.
try {
  objectStorageIn(env)
} catch (error) {
  fail(error instanceof Error ? error.message : error)
}

const supervisor = createSupervisor({
  dataDir: resolve(env.PARLEY_DATA_DIR || '.data'),
  host: env.HOST || '127.0.0.1',
  port,
  publicUrl: env.PUBLIC_URL || undefined,
  databaseUrl: env.DATABASE_URL || undefined,
  temporalAddress: env.TEMPORAL_ADDRESS || undefined,
  temporalNamespace: env.TEMPORAL_NAMESPACE || 'default',
  secretKey: env.PARLEY_SECRET_KEY || undefined,
  simulator: env.PARLEY_SIMULATOR ? env.PARLEY_SIMULATOR === 'on' : undefined,
  programs: {
    server: { script: program('server') },
    worker: { script: program('worker'), environment: { PARLEY_QUEUES: 'conversations,sends,files,outside' } },
    // Mailings in a process of their own: what they take is not taken from conversations (P9).
    mailer: { script: program('worker'), environment: { PARLEY_QUEUES: 'campaigns', ...nextPorts(env) } },
  },
  environment: env,
  migrate,
  report,
})

// A terminal that is gone is no reason to end; its SIGHUP is, and comes separately.
process.stdout.on('error', () => undefined)
let stoppingSince: number | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal))

// npm hands a signal to the shell between it and us, which dies of it without a word to us.
if (env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid
  setInterval(() => {
    if (process.ppid !== shell && stoppingSince === undefined) void end('SIGTERM')
  }, 200).unref()
}

try {
  const { baseUrl, databaseUrl, simulator } = await supervisor.start()
  report('ready')
  console.log(`\n${await welcome({ databaseUrl, baseUrl, simulator })}\n\nCtrl-C stops everything.`)
} catch (error) {
  if (stoppingSince === undefined) {
    await stopInTime()
    fail(error instanceof SetupError ? error.message : error)
  }
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const now = performance.now()
  if (stoppingSince === undefined) {
    stoppingSince = now
    report(`${signal}: stopping`)
    await stopInTime()
    report('stopped')
    process.exit(0)
  } else if (now - stoppingSince > SAME_SIGNAL_MS) {
    supervisor.kill()
    process.exit(1)
  }
}

async function stopInTime(): Promise<void> {
  const force = setTimeout(() => {
    report('stopping takes too long: ending everything')
    supervisor.kill()
    process.exit(1)
  }, STOP_MS)
  await supervisor.stop()
  clearTimeout(force)
}

/** The second worker shows its figures one port above the first. */
function nextPorts(given: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['PARLEY_METRICS_PORT', 'PARLEY_TEMPORAL_METRICS_PORT']
  return Object.fromEntries(names.flatMap((name) => (given[name] ? [[name, String(Number(given[name]) + 1)]] : [])))
}

function program(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url))
}

function fail(reason: unknown): never {
  console.error(typeof reason === 'string' ? `parley: ${reason}` : reason)
  process.exit(1)
}
