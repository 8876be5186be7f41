import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { findFreePort } from '../../src/dev/ports.ts'
import { type Database, openDatabase } from '../../src/store/index.ts'
import { eventually } from '../kit/eventually.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import { scrape } from './prometheus-text.ts'

/** A worker as a process of its own: what it shows, and to whom. */

const root = join(import.meta.dirname, '../..')
const dashboard = readFileSync(join(root, 'ops/grafana/parley.json'), 'utf8')
let fresh: FreshDatabase
let database: Database
const children: Worker[] = []
beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, { maxConnections: 2 })
})
afterAll(async () => {
  await Promise.all(children.map((one) => one.stop()))
  await database.close()
  await fresh.drop()
})

interface Worker {
  child: ChildProcess
  output: string[]
  stop(): Promise<void>
}

/** Starts one, and waits until it works. */
async function startWorker(environment: NodeJS.ProcessEnv): Promise<Worker> {
  const child = spawn(process.execPath, [join(root, 'dist/worker.js')], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: fresh.url,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      PARLEY_SECRET_KEY: 'a'.repeat(64),
      PARLEY_QUEUE_PREFIX: `test-${randomBytes(6).toString('hex')}`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const output: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const worker: Worker = {
    child,
    output,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
  children.push(worker)
  await eventually(async () => {
    const rows = await database.db.selectFrom('worker_heartbeats').select('worker').execute()
    if (!rows.some((row) => row.worker.endsWith(`:${child.pid}`))) throw new Error('it does not work yet')
  }, 60_000)
  return worker
}

it('shows its figures and the engine’s on request, and works where their ports are taken', async () => {
  const [metrics, temporal] = [await findFreePort(), await findFreePort()]
  const ports = { PARLEY_METRICS_PORT: String(metrics), PARLEY_TEMPORAL_METRICS_PORT: String(temporal) }
  const first = await startWorker(ports)
  const page = await scrape(`http://127.0.0.1:${metrics}/metrics`)
  expect(page.value('process_resident_memory_bytes')).toBeGreaterThan(0)
  expect(page.types.get('parley_provider_call_seconds')).toBe('histogram')
  expect(page.value('parley_database_connections_most')).toBe(12)
  // Servers tell the queues.
  expect(page.types.has('parley_queue_items')).toBe(false)

  const engines = [...new Set(dashboard.match(/\btemporal_[a-z_]+/g) ?? [])]
  expect(engines.length).toBeGreaterThan(0)
  await eventually(async () => {
    const { types } = await scrape(`http://127.0.0.1:${temporal}/metrics`)
    expect(engines.filter((name) => !types.has(name))).toEqual([])
  })

  const second = await startWorker(ports)
  expect(second.output.join('')).toContain('the metrics cannot be shown')
  expect(second.output.join('')).toContain('the metrics of the workflow engine cannot be shown')
  await first.stop()
  await expect(fetch(`http://127.0.0.1:${metrics}/metrics`)).rejects.toThrow()
}, 180_000)

it('shows nothing unless it is asked to, and refuses a port that is none', async () => {
  const quiet = await startWorker({})
  expect(quiet.output.join('')).not.toContain('the metrics are shown')
  const wrong = spawn(process.execPath, [join(root, 'dist/worker.js')], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: fresh.url,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      PARLEY_SECRET_KEY: 'a'.repeat(64),
      PARLEY_METRICS_PORT: 'many',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  wrong.stderr.on('data', (chunk: Buffer) => (words += chunk.toString('utf8')))
  const code = await new Promise((resolve) => wrong.once('close', resolve))
  expect([code, words.includes('PARLEY_METRICS_PORT')]).toEqual([1, true])
}, 180_000)
