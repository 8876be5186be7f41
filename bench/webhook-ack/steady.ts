import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, openDatabase } from '../../src/store/index.ts'
import { memoryNow, mostMemory, openFlood, textWebhook } from '../../test/kit/flood.ts'
import { APP_SECRET, openProcessHouse, PHONE_NUMBER_ID, type ProcessHouse } from '../../test/kit/process-house.ts'
import { median, printTable } from '../kit/machine.ts'
import { processorTime } from '../kit/processor-time.ts'
import { APP_SECRET as FLOOR_SECRET } from './setting.ts'
import { type SteadyOrder, type SteadyResult, timeAt } from './steady-load.ts'

export interface SteadyRun {
  rate: number
  seconds: number
  clients: number
  /** This program, as a process with a role: `server` with a database, or `steady-load`. */
  program: string
}

/** The floor need not run for as long: its times do not depend on what was stored before. */
const FLOOR_SECONDS = 15

/**
 * A steady rate at a whole installation — server, worker, Temporal, PostgreSQL — for as long as one likes: answers and
 * their times, and afterwards whether each webhook that was answered 200 is in the database, and becomes a comment.
 */
export async function runSteady({ rate, seconds, clients, program }: SteadyRun): Promise<void> {
  const house = await openProcessHouse({ logLevel: 'fatal' })
  const children: ChildProcess[] = []
  const start = (...args: string[]) => {
    const child = fork(program, args)
    children.push(child)
    return child
  }
  const database = openDatabase(String(house.database.pool.options.connectionString), { unhurried: true })
  try {
    const load = start('steady-load')
    await next(load)
    const ask = (order: SteadyOrder) => {
      const answer = next<SteadyResult>(load)
      load.send(order)
      return answer
    }
    const floor = await measureFloor(database, start, (port) =>
      ask({
        port,
        path: '/floor',
        appSecret: FLOOR_SECRET,
        phoneNumberId: PHONE_NUMBER_ID,
        rate,
        seconds: Math.min(seconds, FLOOR_SECONDS),
        clients,
        name: 'floor',
      }),
    )
    const server = await house.startServer()
    const worker = await house.startWorker()
    const order = {
      port: server.port,
      path: `/webhooks/${house.channelId}`,
      appSecret: APP_SECRET,
      phoneNumberId: PHONE_NUMBER_ID,
      rate,
      seconds,
      clients,
      name: 'steady',
    }
    // Each client has a conversation by then, and plans and compilers are warm.
    const warm = Math.max(1, Math.ceil(clients / 50))
    const warming = { ...order, rate: 50, seconds: warm, name: 'warm' }
    await sendAgain(house, warming, await ask(warming))
    await untilShown(database, 'warm', 50 * warm)

    const before = [server, worker].map(({ pid }) => processorTime(pid))
    const began = performance.now()
    const parley = await ask(order)
    const used = [server, worker].map(({ pid }, n) => (processorTime(pid) - (before[n] ?? 0)) / (rate * seconds))
    const behind = await unworked(database)
    const lost = await notStored(database, parley)
    await sendAgain(house, order, parley)
    await untilShown(database, 'steady', parley.sent)
    const drained = (performance.now() - began) / 1_000
    const twice = await shownTwice(database)

    printTable(`${rate} webhooks a second for ${seconds} s, ${clients} clients, the worker at work beside it`, [
      row('floor: bare route', floor),
      row('Parley', parley),
    ])
    printTable('What became of them', [
      { what: 'answered 200 and not in the database', figure: lost },
      { what: 'shown more than once', figure: twice },
      { what: 'seconds in which fewer than 95 % of the rate were answered', figure: slowSeconds(parley, rate) },
      { what: 'events still to be worked off when the last was answered', figure: behind },
      { what: 'all in the feeds, s after the first', figure: drained.toFixed(0) },
      { what: 'server: processor time of a webhook, ms', figure: (used[0] ?? 0).toFixed(2) },
      { what: 'worker: processor time meanwhile, ms for each webhook', figure: (used[1] ?? 0).toFixed(2) },
      {
        what: 'server: memory most / afterwards, MB',
        figure: `${mostMemory(server.pid).toFixed(0)} / ${memoryNow(server.pid).toFixed(0)}`,
      },
      {
        what: 'worker: memory most / afterwards, MB',
        figure: `${mostMemory(worker.pid).toFixed(0)} / ${memoryNow(worker.pid).toFixed(0)}`,
      },
    ])
    if (lost > 0 || twice > 0) throw new Error('a promise was broken')
  } finally {
    for (const child of children) if (child.connected) child.send('stop')
    await database.close()
    await house.close()
  }
}

async function measureFloor(
  database: Database,
  start: (...args: string[]) => ChildProcess,
  measure: (port: number) => Promise<SteadyResult>,
): Promise<SteadyResult> {
  await database.pool.query(`create table floor_bodies (id bigint generated always as identity primary key,
    received_at timestamptz not null default now(), body bytea not null)`)
  const child = start('server', String(database.pool.options.connectionString))
  const { port } = await next<{ port: number }>(child)
  const result = await measure(port)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.send('stop')
  await ended
  return result
}

/** As a provider does: what was refused comes again until it is taken. */
async function sendAgain(house: ProcessHouse, order: SteadyOrder, { refused }: SteadyResult): Promise<void> {
  const line = await openFlood(order.port, 16)
  const request = (n: number) =>
    textWebhook({
      ...order,
      path: `/webhooks/${house.channelId}`,
      from: `1650${String(n % order.clients).padStart(7, '0')}`,
      id: `wamid.${order.name}-${n}`,
      text: `${order.name}-${n}.`,
    })
  for (let left = refused.map(([n]) => n); left.length > 0; ) {
    const answers = await line.send(left.map(request))
    left = left.filter((_, place) => answers[place]?.status !== 200)
  }
  line.close()
}

/** What was answered 200 must be there: counted in the database, never by the client. */
async function notStored({ pool }: Database, { sent, refused }: SteadyResult): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from generate_series(0, $1::int - 1) as t (n)
     left join (select payload -> 'message' ->> 'id' as id from conversation_events) e on e.id = 'wamid.steady-' || t.n
     left join unnest($2::int[]) r (n) on r.n = t.n
     where e.id is null and r.n is null`,
    [sent, refused.map(([n]) => n)],
  )
  return rows[0]?.n ?? Number.NaN
}

async function unworked({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select coalesce(sum(last_seq - worked_seq), 0)::int as n from conversations',
  )
  return rows[0]?.n ?? Number.NaN
}

async function untilShown(database: Database, name: string, count: number): Promise<void> {
  // Counting is not free: while much is behind, what is behind is asked for, which is small.
  while ((await unworked(database)) > 0) await pause(1_000)
  const { rows } = await database.pool.query<{ n: number }>(
    'select count(distinct text)::int as n from comments where text like $1',
    [`${name}-%`],
  )
  if (rows[0]?.n !== count) throw new Error(`${rows[0]?.n} of ${count} messages are in the feeds`)
}

async function shownTwice({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select count(*)::int as n from (select text from comments group by text having count(*) > 1) as t',
  )
  return rows[0]?.n ?? Number.NaN
}

const slowSeconds = ({ perSecond }: SteadyResult, rate: number): number =>
  perSecond.slice(1, -1).filter((count) => count < rate * 0.95).length

function row(what: string, result: SteadyResult) {
  const at = (share: number) => timeAt(result, share).toFixed(1)
  return {
    what,
    sent: result.sent,
    'answered /s': median(result.perSecond).toFixed(0),
    '503': result.refused.filter(([, status]) => status === 503).length,
    'no answer': result.refused.filter(([, status]) => status !== 503).length,
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'p99.9 ms': at(0.999),
    'most ms': at(1),
    'load process late, ms': result.late.toFixed(0),
  }
}

function next<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a process of the benchmark ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as Answer)
    })
  })
}
