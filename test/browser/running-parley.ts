import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { findFreePort } from '../../src/dev/ports.ts'
import { createSupervisor } from '../../src/dev/supervise.ts'
import { welcome } from '../../src/dev/welcome.ts'
import { migrate } from '../../src/store/migrate.ts'
import { freshDatabase } from '../services/database.ts'
import { demandBuilt, handle, type RunningParley, runParley, type SharedServices } from './parley-process.ts'

export type { RunningParley }

const root = join(import.meta.dirname, '../..')
const program = (name: string) => ({ script: join(root, `dist/${name}.js`) })

/** On the services of the suite: a browser beside it needs the machine's strength. */
async function sharedServices(): Promise<{ services: SharedServices; drop(): Promise<void> }> {
  const database = await freshDatabase()
  const queuePrefix = `browser-${randomBytes(4).toString('hex')}-`
  return {
    services: { databaseUrl: database.url, temporalAddress: inject('temporalAddress'), queuePrefix },
    drop: () => database.drop(),
  }
}

/**
 * Parley as `npm test` has built it. Server and worker are kept running as by `npm start`, but by this process, and one
 * worker does everything, mailings too: each process more takes a second or two of a core to start.
 * @param settings what else is in its environment, where it is known by its address
 */
export async function startParley(
  settings: (url: string) => Record<string, string> = () => ({}),
): Promise<RunningParley> {
  demandBuilt('dist/server.js', 'dist/worker.js')
  const { services, drop } = await sharedServices()
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-browser-'))
  const port = await findFreePort()
  const token = randomBytes(16).toString('hex')
  const said: string[] = []
  const supervisor = createSupervisor({
    ...services,
    dataDir,
    host: '127.0.0.1',
    port,
    publicUrl: undefined,
    temporalNamespace: 'default',
    secretKey: undefined,
    simulator: true,
    programs: { server: program('server'), worker: program('worker') },
    environment: {
      ...process.env,
      NODE_ENV: 'production',
      PARLEY_API_TOKEN: token,
      PARLEY_QUEUE_PREFIX: services.queuePrefix,
      ...settings(`http://127.0.0.1:${port}`),
    },
    migrate,
    report: (line) => said.push(line),
  })
  const stop = async () => {
    await supervisor.stop()
    await rm(dataDir, { recursive: true, force: true })
    await drop()
  }
  try {
    const started = await supervisor.start()
    const [signInLink = ''] = /http:\S+\/sign-in#\S+/.exec(await welcome(started)) ?? []
    return handle({ url: started.baseUrl, signInLink, token, parent: process.pid, stop })
  } catch (error) {
    await stop()
    throw new Error(`Parley did not start:\n${said.join('\n')}`, { cause: error })
  }
}

/** The whole of it by `dist/start.js`, as a newcomer starts it. */
export async function startAsNewcomer(): Promise<RunningParley> {
  const { services, drop } = await sharedServices()
  const parley = await runParley(services)
  return {
    ...parley,
    async stop() {
      await parley.stop()
      await drop()
    },
  }
}
