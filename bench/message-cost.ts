/**
 * What one message of a client costs each process, as processor time: unlike times on the clock it says the same on a
 * busy machine. Open conversations, arrival at a steady rate; what the processes use at rest is taken off and shown.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { type BenchHouse, openBenchHouse } from './kit/house.ts'
import { printTable } from './kit/machine.ts'
import { processorTime } from './kit/processor-time.ts'
import { post, textMessage } from './kit/webhooks.ts'

const RATES = (process.env.BENCH_RATES ?? '5,20,60').split(',').map(Number)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 20)
const CONVERSATIONS = Number(process.env.BENCH_CONVERSATIONS ?? 100)

const house = await openBenchHouse()
const names = Object.keys(house.processes) as (keyof BenchHouse['processes'])[]
try {
  const clients = Array.from({ length: CONVERSATIONS }, (_, n) => `1777000${String(n).padStart(4, '0')}`)
  await send(clients, 'first', 20, CONVERSATIONS)
  await send(clients, 'warm', 40, CONVERSATIONS * 3)
  // Timers of the first moments have fired by then.
  await pause(3_000)
  const rest = await use(() => pause(SECONDS * 1_000))
  const rows = [row('at rest (ms a second)', rest, SECONDS)]
  for (const rate of RATES) {
    const total = rate * SECONDS
    const used = await use(() => send(clients, `r${rate}`, rate, total))
    const net = { ...used }
    for (const name of names) net[name] = Math.max(0, used[name] - (rest[name] / rest.seconds) * used.seconds)
    rows.push(row(`a message, at ${rate} a second (ms)`, net, total))
  }
  printTable(`Processor time, ${CONVERSATIONS} open conversations, ${SECONDS} s each`, rows)
} finally {
  await house.close()
}

type Use = Record<keyof BenchHouse['processes'] | 'seconds' | 'transactions', number>

async function use(work: () => Promise<unknown>): Promise<Use> {
  const before = await reading()
  await work()
  const after = await reading()
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - before[name as keyof Use]]),
  ) as Use
}

async function reading(): Promise<Use> {
  const { rows } = await sql<{ n: string }>`
    select xact_commit as n from pg_stat_database where datname = current_database()`.execute(house.database.db)
  const times = names.map((name) => [name, processorTime(house.processes[name])])
  return { ...Object.fromEntries(times), transactions: Number(rows[0]?.n), seconds: performance.now() / 1_000 } as Use
}

function row(what: string, used: Use, over: number): Record<string, string> {
  const cells = names.map((name) => [name, (used[name] / over).toFixed(1)])
  const sum = names.reduce((total, name) => total + used[name], 0) / over
  return {
    what,
    ...Object.fromEntries(cells),
    'all of it': sum.toFixed(1),
    transactions: (used.transactions / over).toFixed(1),
  }
}

/** Sends at the rate, whatever comes back, and waits until all of it is in the feeds. */
async function send(clients: readonly string[], name: string, rate: number, total: number): Promise<void> {
  const url = `${house.url}/webhooks/${house.channelId}`
  const began = performance.now()
  const posts: Promise<unknown>[] = []
  for (let n = 0; n < total; n++) {
    await pause(Math.max(0, began + (n * 1_000) / rate - performance.now()))
    posts.push(post(url, textMessage(clients[n % clients.length] ?? '', `${name}-${n}.`)))
  }
  await Promise.all(posts)
  for (;;) {
    const { stored } = await house.database.db
      .selectFrom('comments')
      .select(({ fn }) => fn.countAll<string>().as('stored'))
      .where('text', 'like', `${name}-%`)
      .executeTakeFirstOrThrow()
    if (Number(stored) >= total) return
    await pause(100)
  }
}
