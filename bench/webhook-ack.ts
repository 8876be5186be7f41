/**
 * How fast webhooks are acknowledged, beside the floor on the same machine in the same minutes: a bare route that reads,
 * verifies and inserts one row. Closed loop over keep-alive connections; PostgreSQL with fsync; floor and route take turns.
 * Target: the route reaches 70 % of the floor (reference/performance.md).
 *
 * `BENCH_SECONDS=600 BENCH_RATE=1000 npm run bench -- webhook-ack`: instead of that, a steady rate at a whole
 * installation, and afterwards what was lost and how long it took to be worked off (bench/webhook-ack/steady.ts).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../src/dev/embedded-postgres.ts'
import type { ChannelId } from '../src/domain/ids.ts'
import { signingKeyHash } from '../src/store/channels/load-channel.ts'
import { openDatabase } from '../src/store/index.ts'
import { migrate } from '../src/store/migrate.ts'
import { newId } from '../src/store/new-id.ts'
import { secretBox } from '../src/store/secret-box.ts'
import { runLoad } from './webhook-ack/load.ts'
import { runServer } from './webhook-ack/server.ts'
import { APP_SECRET, BUSINESS, type LoadOrder, type LoadResult, NUMBER, SECRET_KEY } from './webhook-ack/setting.ts'
import { runSteady } from './webhook-ack/steady.ts'
import { type SteadyOrder, steadyLoad } from './webhook-ack/steady-load.ts'

const ROUNDS = 6
const REQUESTS = 6_000
/** One by one shows the latency of a lone webhook; the target is about the rate under load. */
const CONNECTIONS = [1, 64]
const CLIENTS = 500
const TARGET = 0.7

interface Measured extends LoadResult {
  rate: number
  /** Microseconds of the server's CPU for one webhook. */
  cpu: number
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const postgres = await startEmbeddedPostgres({ dataDir, onProgress: () => undefined })
  const children: ChildProcess[] = []
  try {
    await migrate(postgres.url)
    const channel = await prepare(postgres.url)
    const self = fileURLToPath(import.meta.url)
    const server = fork(self, ['server', postgres.url])
    const load = fork(self, ['load'])
    children.push(server, load)
    const [{ port }] = await Promise.all([next<{ port: number }>(server), next(load)])
    const paths = { floor: '/floor', route: `/webhooks/${channel}` }

    const measure = async (path: string, connections: number, requests: number): Promise<Measured> => {
      const before = await ask<{ cpu: number }>(server, 'cpu')
      const order: LoadOrder = { port, path, connections, requests, clients: CLIENTS, round: newId() }
      const result = await ask<LoadResult>(load, order)
      const after = await ask<{ cpu: number }>(server, 'cpu')
      if (result.failed > 0) throw new Error(`${result.failed} webhooks were not acknowledged`)
      return { ...result, rate: requests / result.seconds, cpu: (after.cpu - before.cpu) / requests }
    }

    console.log(`\nwebhook acknowledgement, ${availableParallelism()} cores, load ${loadText()} before the start`)
    for (const path of Object.values(paths)) await measure(path, 64, REQUESTS)
    for (const connections of CONNECTIONS) {
      const requests = connections === 1 ? REQUESTS / 12 : REQUESTS
      const ratios: number[] = []
      console.log(`\n${connections} connection(s), ${requests} webhooks a turn`)
      console.log('round | floor/s  p50 ms  p99 ms  CPU us | route/s  p50 ms  p99 ms  CPU us | ratio | load')
      for (let round = 1; round <= ROUNDS; round++) {
        // The first of a round alternates, so that neither always runs after the other's leftovers.
        const order = round % 2 ? (['floor', 'route'] as const) : (['route', 'floor'] as const)
        const measured: Partial<Record<'floor' | 'route', Measured>> = {}
        for (const name of order) measured[name] = await measure(paths[name], connections, requests)
        const { floor, route } = measured
        if (!floor || !route) throw new Error('a turn is missing')
        ratios.push(route.rate / floor.rate)
        const ratio = (route.rate / floor.rate).toFixed(2)
        console.log(`${pad(round, 5)} | ${columns(floor)} | ${columns(route)} | ${pad(ratio, 5)} | ${loadText()}`)
      }
      ratios.sort((a, b) => a - b)
      const median = ratios[ratios.length >> 1] ?? 0
      const spread = `${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)}`
      console.log(`median ratio ${median.toFixed(2)} (${spread})${verdict(connections, median)}`)
    }
    await checkNothingLost(postgres.url)
  } finally {
    for (const child of children) if (child.connected) child.send('stop')
    await Promise.all(children.map((child) => child.exitCode ?? new Promise((resolve) => child.once('exit', resolve))))
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The count comes from the database, never from the client. */
async function checkNothingLost(url: string): Promise<void> {
  const database = openDatabase(url)
  const { rows } = await database.pool.query<{ events: number; expected: number; gaps: number }>(`
    select (select count(*)::int from conversation_events) as events,
      (select sum(last_seq)::int from conversations) as expected,
      (select count(*)::int from raw_bodies) as bodies`)
  await database.close()
  const turns = CONNECTIONS.reduce((sum, n) => sum + ROUNDS * (n === 1 ? REQUESTS / 12 : REQUESTS), REQUESTS)
  console.log(`\nstored: ${JSON.stringify(rows[0])}; acknowledged: ${turns}`)
  if (rows[0]?.events !== turns || rows[0].expected !== turns) throw new Error('acknowledged webhooks are missing')
}

async function prepare(url: string): Promise<ChannelId> {
  const database = openDatabase(url)
  const id = newId<ChannelId>()
  await database.db
    .insertInto('channels')
    .values({
      id,
      provider: 'whatsapp-cloud',
      name: 'Benchmark',
      account_id: NUMBER,
      business_id: BUSINESS,
      config: JSON.stringify({ phoneNumberId: NUMBER, wabaId: BUSINESS }),
      secrets: secretBox([SECRET_KEY]).seal({
        accessToken: 'token',
        appSecret: APP_SECRET,
        previousAppSecret: null,
        verifyToken: 'verify',
      }),
      app_secret_hash: signingKeyHash(APP_SECRET),
    })
    .execute()
  await database.pool.query(`create table floor_bodies (id bigint generated always as identity primary key,
    received_at timestamptz not null default now(), body bytea not null)`)
  await database.close()
  return id
}

function ask<Answer>(child: ChildProcess, message: string | LoadOrder): Promise<Answer> {
  const answer = next<Answer>(child)
  child.send(message)
  return answer
}

const next = <Answer>(child: ChildProcess) =>
  new Promise<Answer>((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a process of the benchmark ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as Answer)
    })
  })

const verdict = (connections: number, median: number) =>
  connections === 1 ? '' : `; target ${TARGET}: ${median >= TARGET ? 'reached' : 'MISSED'}`
const pad = (value: number | string, width: number) => String(value).padStart(width)
const loadText = () => (loadavg()[0] ?? 0).toFixed(2)
const columns = ({ rate, p50, p99, cpu }: Measured) =>
  `${pad(rate.toFixed(0), 7)} ${pad(p50.toFixed(1), 7)} ${pad(p99.toFixed(1), 7)} ${pad(cpu.toFixed(0), 7)}`

/** The load process of a steady rate. */
function serveSteadyLoad(): void {
  process.on('message', (order: SteadyOrder | 'stop') => {
    if (order === 'stop') setImmediate(() => process.disconnect())
    else void steadyLoad(order).then((result) => process.send?.(result))
  })
  process.send?.({ ready: true })
}

// Last, so that everything above exists: the same file is the server process and the load process, too.
const [role, argument] = process.argv.slice(2)
const seconds = Number(process.env.BENCH_SECONDS ?? 0)
if (role === 'server' && argument) await runServer(argument)
else if (role === 'load') runLoad()
else if (role === 'steady-load') serveSteadyLoad()
else if (seconds > 0) {
  const rate = Number(process.env.BENCH_RATE ?? 1_000)
  const clients = Number(process.env.BENCH_CLIENTS ?? 1_000)
  await runSteady({ rate, seconds, clients, program: fileURLToPath(import.meta.url) })
} else await main()
