import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '../../src/dev/ports.ts'
import { eventually } from '../kit/eventually.ts'
import { childProcess } from './child-process.ts'

const root = join(import.meta.dirname, '../..')

/** Parley as `npm start` runs it, with data and ports of its own, and the simulated phone. */
export interface RunningParley {
  url: string
  /** Signs the owner in, once. */
  signInLink: string
  /** Asks as an owner's API token. @throws where the answer is no success */
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Ends the server as a crash does. It is started again by itself; `isReady` says when it is there. */
  killServer(): void
  /** Finds the server, which takes a moment. @returns ends it as `killServer` does, at once */
  aimAtServer(): () => void
  /** Resolves when the server answers, after a restart too. */
  isReady(): Promise<void>
  /** Ends all of it and removes its data. */
  stop(): Promise<void>
}

/** Services that run already; without them Parley brings its own. */
export interface SharedServices {
  /** of an empty database of its own, migrated or not */
  databaseUrl: string
  temporalAddress: string
  /** tells its task queues from those of others on the same Temporal */
  queuePrefix: string
}

const START_MS = 90_000
const SHOWN_OUTPUT = 4_000

/**
 * Starts `dist/start.js`, which has to be built.
 * @param services absent: it brings up a database and a Temporal of its own, as a newcomer's first start does
 */
export async function runParley(services?: SharedServices): Promise<RunningParley> {
  demandBuilt('dist/start.js')
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-browser-'))
  // As root the database runs as another user, who has to pass through.
  await chmod(dataDir, 0o711)
  const port = await findFreePort()
  const token = randomBytes(16).toString('hex')
  const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, PUBLIC_URL: ___, ...environment } = process.env
  const child = spawn(process.execPath, [join(root, 'dist/start.js')], {
    env: {
      ...environment,
      NODE_ENV: 'production',
      PORT: String(port),
      PARLEY_DATA_DIR: dataDir,
      PARLEY_API_TOKEN: token,
      PARLEY_SIMULATOR: 'on',
      ...(services && {
        DATABASE_URL: services.databaseUrl,
        TEMPORAL_ADDRESS: services.temporalAddress,
        PARLEY_QUEUE_PREFIX: services.queuePrefix,
      }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
    await rm(dataDir, { recursive: true, force: true })
  }

  const ready = eventually(async () => {
    const signInLink = /^\s+(http:\S+\/sign-in#\S+)\s/m.exec(output)?.[1]
    if (signInLink === undefined)
      throw new Error(`Parley has not printed a sign-in link:\n${output.slice(-SHOWN_OUTPUT)}`)
    const url = new URL(signInLink).origin
    await demandReady(url)
    return { url, signInLink }
  }, START_MS)
  const early = exited.then(() => {
    throw new Error(`Parley ended while it started:\n${output.slice(-SHOWN_OUTPUT)}`)
  })
  // Once it runs, its end is no failure.
  early.catch(() => undefined)
  try {
    const { url, signInLink } = await Promise.race([ready, early])
    return handle({ url, signInLink, token, parent: child.pid ?? 0, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

/** @throws where `npm run build` has not made what is asked for and the app */
export function demandBuilt(...programs: string[]): void {
  for (const built of [...programs, 'dist/web/index.html']) {
    if (!existsSync(join(root, built))) throw new Error(`${built} is missing: run \`npm run build\` first`)
  }
}

/** @param of `parent`: the process that keeps the server running */
export function handle({
  url,
  signInLink,
  token,
  parent,
  stop,
}: Pick<RunningParley, 'url' | 'signInLink' | 'stop'> & { token: string; parent: number }): RunningParley {
  const aimAtServer = () => {
    const pid = childProcess(parent, 'dist/server.js')
    return () => void process.kill(pid, 'SIGKILL')
  }
  return {
    url,
    signInLink,
    stop,
    killServer: () => aimAtServer()(),
    aimAtServer,
    isReady: () => eventually(() => demandReady(url), START_MS),
    async api<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
  }
}

async function demandReady(url: string): Promise<void> {
  const answer = await fetch(`${url}/readyz`)
  if (!answer.ok) throw new Error(`not ready: ${await answer.text()}`)
}
