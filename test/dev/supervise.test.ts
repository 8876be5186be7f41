import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { findFreePort } from '../../src/dev/ports.ts'
import { processIsRunning, waitForExit } from '../../src/dev/process-table.ts'
import { createSupervisor, type SuperviseOptions, type Supervisor } from '../../src/dev/supervise.ts'
import { makeProgram, runProgram } from './separate-process.ts'

/** A server as small as can be: what it got from us at /environment, its process at /pid. */
const tinyServer = `
  import { createServer } from 'node:http'
  import { exitWithParent } from './src/dev/parent-watch.ts'
  exitWithParent()
  const answers = { '/readyz': 'ready', '/pid': process.pid, '/environment': process.env }
  createServer((request, response) => response.end(JSON.stringify(answers[request.url])))
    .listen(process.env.PORT, process.env.HOST)`
const tinyWorker = `
  import { exitWithParent } from './src/dev/parent-watch.ts'
  exitWithParent()
  setInterval(() => {}, 1000)`
const supervising = `
  import { createSupervisor } from './src/dev/supervise.ts'
  const options = { ...JSON.parse(process.argv[2]), environment: process.env, migrate: async () => ({ applied: [] }), report: () => {} }
  console.log(JSON.stringify(await createSupervisor(options).start()))`

const programs: Record<string, { path: string; remove(): void }> = {}
const path = (name: string) => programs[name]?.path ?? ''
let home: string
let lines: string[]
const supervisors: Supervisor[] = []

beforeAll(() => {
  programs.server = makeProgram(tinyServer)
  programs.worker = makeProgram(tinyWorker)
  programs.broken = makeProgram('throw new Error("broken on purpose")')
  programs.supervising = makeProgram(supervising)
})

afterAll(() => {
  for (const program of Object.values(programs)) program.remove()
})

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parley-supervise-'))
  chmodSync(home, 0o755)
  lines = []
})

afterEach(async () => {
  for (const supervisor of supervisors.splice(0)) await supervisor.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Options with external services, so that only our own programs start. */
function external(changes: Partial<SuperviseOptions> = {}): SuperviseOptions {
  return {
    dataDir: join(home, 'data'),
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    databaseUrl: inject('databaseUrl'),
    temporalAddress: inject('temporalAddress'),
    temporalNamespace: 'default',
    secretKey: undefined,
    simulator: undefined,
    programs: { server: { script: path('server') }, worker: { script: path('worker') } },
    environment: process.env,
    migrate: async () => ({ applied: [] }),
    report: (line) => void lines.push(line),
    ...changes,
  }
}

function supervise(changes: Partial<SuperviseOptions> = {}): Supervisor {
  const supervisor = createSupervisor(external(changes))
  supervisors.push(supervisor)
  return supervisor
}

async function ask<T>(baseUrl: string, path: string): Promise<T> {
  return (await (await fetch(`${baseUrl}${path}`)).json()) as T
}

describe('a start', () => {
  it('gives the programs what they need, and keeps the key between starts', async () => {
    const first = supervise()
    const { baseUrl, simulator } = await first.start()
    const environment = await ask<Record<string, string>>(baseUrl, '/environment')
    expect(environment).toMatchObject({
      DATABASE_URL: inject('databaseUrl'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: 'default',
      HOST: '127.0.0.1',
      PORT: new URL(baseUrl).port,
      PUBLIC_URL: baseUrl,
      PARLEY_DATA_DIR: join(home, 'data'),
      PARLEY_SIMULATOR: 'off',
    })
    expect(simulator).toBe(false)
    expect(environment.PARLEY_SECRET_KEY).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(join(home, 'data/secret-key')).mode & 0o777).toBe(0o600)
    await first.stop()
    const { baseUrl: again } = await supervise().start()
    expect((await ask<Record<string, string>>(again, '/environment')).PARLEY_SECRET_KEY).toBe(
      environment.PARLEY_SECRET_KEY,
    )
  })

  it('tells the command line where things are', async () => {
    const { baseUrl } = await supervise().start()
    const file = join(home, 'data/runtime.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      pid: process.pid,
      baseUrl,
      databaseUrl: inject('databaseUrl'),
      temporalAddress: inject('temporalAddress'),
      temporalNamespace: 'default',
    })
  })

  it('takes the next free port when none is given, and refuses a given one that is taken', async () => {
    const { baseUrl: one } = await supervise({ port: undefined }).start()
    const { baseUrl: other } = await supervise({ port: undefined, dataDir: join(home, 'other') }).start()
    expect(Number(new URL(other).port)).toBeGreaterThan(Number(new URL(one).port))
    const squatter = createServer().listen(await findFreePort(), '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as { port: number }
    await expect(supervise({ port, dataDir: join(home, 'third') }).start()).rejects.toThrow(`Port ${port}`)
    squatter.close()
  })

  it('gives up on a program that cannot start', async () => {
    const attempt = supervise({ programs: { server: { script: path('broken') } } }).start()
    await expect(attempt).rejects.toThrow(/logs/)
    expect(lines.join('\n')).toContain('broken on purpose')
    expect(readFileSync(join(home, 'data/logs/server.log'), 'utf8')).toContain('broken on purpose')
  })

  it('can be stopped in the middle', async () => {
    const supervisor = supervise({ programs: { worker: { script: path('worker') } } })
    const start = supervisor.start()
    await Promise.all([expect(start).rejects.toThrow(/stopped/), supervisor.stop()])
    expect(existsSync(join(home, 'data/start.pid'))).toBe(false)
  })
})

describe('a running instance', () => {
  it('starts a program again that was killed', async () => {
    const { baseUrl } = await supervise().start()
    const pid = await ask<number>(baseUrl, '/pid')
    process.kill(pid, 'SIGKILL')
    const next = await vi.waitUntil(() => ask<number>(baseUrl, '/pid').catch(() => undefined), { timeout: 20_000 })
    expect(next).not.toBe(pid)
  })

  it('keeps a second one off its data directory until it is stopped', async () => {
    const program = runProgram(path('supervising'), [JSON.stringify(external())])
    await program.answer
    await expect(supervise().start()).rejects.toThrow(/runs here already/)
    program.child.kill('SIGKILL')
    await once(program.child, 'close')
    await supervise().start()
  })

  it('takes its programs with it when it is killed', async () => {
    const { child, answer } = runProgram(path('supervising'), [JSON.stringify(external())])
    const { baseUrl } = (await answer) as { baseUrl: string }
    const pid = await ask<number>(baseUrl, '/pid')
    child.kill('SIGKILL')
    expect(await waitForExit(pid, 20_000)).toBe(true)
  })

  it('ends its programs when it is stopped', async () => {
    const supervisor = supervise()
    const { baseUrl } = await supervisor.start()
    const pid = await ask<number>(baseUrl, '/pid')
    await supervisor.stop()
    expect(processIsRunning(pid)).toBe(false)
    await expect(fetch(baseUrl)).rejects.toThrow()
  })
})

describe('embedded services', () => {
  it('switch the simulator on, come back when they are killed, and end with the instance', async () => {
    mkdirSync(join(home, 'data/bin'), { recursive: true })
    symlinkSync(inject('temporalBinary'), join(home, 'data/bin/temporal'))
    const supervisor = supervise({ databaseUrl: undefined, temporalAddress: undefined })
    const { databaseUrl, simulator } = await supervisor.start()
    expect(simulator).toBe(true)
    const postmaster = join(home, 'data/postgres/cluster/postmaster.pid')
    const pid = Number.parseInt(readFileSync(postmaster, 'utf8'), 10)
    process.kill(pid, 'SIGKILL')
    await vi.waitUntil(() => answers(databaseUrl), { timeout: 20_000 })
    const successor = Number.parseInt(readFileSync(postmaster, 'utf8'), 10)
    expect(successor).not.toBe(pid)
    await supervisor.stop()
    expect(processIsRunning(successor)).toBe(false)
    expect(JSON.parse(readFileSync(join(home, 'data/temporal/server.json'), 'utf8')).pid).not.toSatisfy(
      processIsRunning,
    )
  })
})

async function answers(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client(databaseUrl)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    // Not back yet.
    return false
  }
}
