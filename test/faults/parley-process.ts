import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ProcessHouse } from '../kit/process-house.ts'

/** A server or a worker of a house of processes, started in another way than the house does it. */
export interface ParleyProcess {
  pid: number
  ended(): boolean
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface ParleyStart {
  port: number
  publicUrl: string
  /** Instead of the house's own: a gate before it. */
  databaseUrl?: string
  temporalAddress?: string
  /** Its clock is wrong by so many minutes. */
  clockOff?: number
  /** Where its programs lie; without it those that were built last. */
  programs?: string
  /** Variables beside the usual ones. */
  environment?: NodeJS.ProcessEnv
  /** What starts it: a program and its arguments before Node's (test/faults/memory-limit.ts). */
  inside?: [string, ...string[]]
  /** Is given what it writes; else only what is fatal goes to the test's own output. */
  onOutput?: (chunk: Buffer) => void
}

const root = join(import.meta.dirname, '../..')

export function startParley(house: ProcessHouse, program: 'server' | 'worker', options: ParleyStart): ParleyProcess {
  const { clockOff = 0, onOutput } = options
  const flags = clockOff === 0 ? [] : wrongClock(clockOff)
  const [runner = process.execPath, ...before] = options.inside ? [...options.inside, process.execPath] : []
  const output = onOutput ? 'pipe' : 'inherit'
  const child = spawn(runner, [...before, ...flags, join(options.programs ?? join(root, 'dist'), `${program}.js`)], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(options.port),
      HOST: '127.0.0.1',
      PUBLIC_URL: options.publicUrl,
      PARLEY_DATA_DIR: house.dataDir,
      PARLEY_API_TOKEN: house.token,
      PARLEY_SECRET_KEY: house.secretKey,
      PARLEY_LOG_LEVEL: onOutput ? 'info' : 'fatal',
      DATABASE_URL: options.databaseUrl ?? databaseUrlOf(house),
      TEMPORAL_ADDRESS: options.temporalAddress ?? house.temporalAddress,
      ...options.environment,
    },
    // With a channel to this process it ends when this process does.
    stdio: ['ignore', output, output, 'ipc'],
  })
  if (onOutput) for (const stream of [child.stdout, child.stderr]) stream?.on('data', onOutput)
  let isOver = false
  const exited = new Promise<void>((resolve) =>
    child.once('close', () => {
      isOver = true
      resolve()
    }),
  )
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal)
    await exited
  }
  return { pid: child.pid ?? 0, ended: () => isOver, kill: end('SIGKILL'), stop: end('SIGTERM') }
}

export const databaseUrlOf = ({ database }: ProcessHouse): string => String(database.pool.options.connectionString)

/** Where the simulator looks for the server, as the house has told it. */
export async function publicUrlOf(house: ProcessHouse): Promise<{ publicUrl: string; port: number }> {
  const { items } = await house.simulator<{ items: { webhookUrl: string }[] }>('GET', '/accounts')
  const { origin, port } = new URL(items[0]?.webhookUrl ?? '')
  return { publicUrl: origin, port: Number(port) }
}

/** Arguments of Node that set a process's clock wrong before it runs anything. */
function wrongClock(minutes: number): string[] {
  const code = `const now = Date.now.bind(Date), Right = Date
    globalThis.Date = class extends Right {
      constructor(...parts) { parts.length === 0 ? super(Date.now()) : super(...parts) }
      static now() { return now() + ${minutes * 60_000} }
    }`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}
