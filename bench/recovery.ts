/**
 * After `kill -9` of everything, the server, the worker, Temporal and PostgreSQL: how long until webhooks are
 * acknowledged again, until what was acknowledged before is in the feed, and until what was ordered before is handed to
 * the provider. The clock begins at the kill, and each is started again at once, as a supervisor does. And what the processes hold in
 * memory at rest. Targets: acknowledgements in 5 s, sends in 30 s; server below 120 MB, worker below 300 MB.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { APP_SECRET, openProcessHouse, type ServerProcess } from '../test/kit/process-house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { post, textMessage } from './kit/webhooks.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const CLIENTS = 50
const REST_MS = 20_000
const PATIENCE_MS = 90_000

const house = await openProcessHouse({ logLevel: 'fatal' })
try {
  let server = await house.startServer()
  let worker = await house.startWorker()
  const memory = () => [rssOf(server.pid), rssOf(worker.pid)] as const
  await pause(REST_MS)
  const idle = memory()
  const tasks = await clientsWithTasks(server)
  const busy = memory()
  await pause(REST_MS)
  printTable('Memory (MB resident)', [
    row(`idle, ${REST_MS / 1000} s after the start`, idle),
    row(`after the first ${CLIENTS} clients`, busy),
    row(`${REST_MS / 1000} s later`, memory()),
  ])

  const acknowledged: number[] = []
  const inFeed: number[] = []
  const handedOver: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [client, task] = tasks[round % tasks.length] ?? []
    if (!client || !task) throw new Error('no clients')
    const text = `before the crash ${round}`
    if ((await write(server, client, text)) !== 200) throw new Error('the message before the crash was refused')
    const ordered = await server.api<{ delivery: { id: string } }>('POST', `/api/tasks/${task}/comments`, {
      text: `ordered ${round}`,
      notify: { contact: true },
    })
    const began = performance.now()
    const since = () => performance.now() - began
    await Promise.all([server.kill(), worker.kill()])
    const services = [house.restartTemporal({ kill: true }), house.restartPostgres({ kill: true })]
    const working = house.startWorker()
    server = await house.startServer()
    while ((await write(server, '15557770001', `is it back? ${round}`)) !== 200) await pause(20)
    acknowledged.push(since())
    await Promise.all(services)
    worker = await working
    await until(async () => (await textsOf(client)).includes(text))
    inFeed.push(since())
    await until(async () => (await callsFor(ordered.body.delivery.id)) > 0)
    handedOver.push(since())
    await pause(2_000)
  }
  printTable(`kill -9 of everything, ${ROUNDS} times (seconds from the kill)`, [
    seconds('webhooks are acknowledged', acknowledged),
    seconds('what came before is in the feed', inFeed),
    seconds('what was ordered before is handed to the provider', handedOver),
  ])
} finally {
  await house.close()
}

async function clientsWithTasks(server: ServerProcess): Promise<[string, string][]> {
  const numbers = Array.from({ length: CLIENTS }, (_, n) => `1777000${String(n).padStart(4, '0')}`)
  for (const from of numbers) {
    await house.simulator('POST', '/phone/messages', { from, name: `Client ${from}`, text: 'Hello' })
  }
  const rows = () =>
    house.database.db
      .selectFrom('tasks as t')
      .innerJoin('identities as i', 'i.conversation_id', 't.conversation_id')
      .select(['i.value', 't.id'])
      .where('i.value', 'in', numbers)
      .execute()
  await until(async () => (await rows()).length === CLIENTS)
  // The server has answered what an operator asks, too.
  await server.api('GET', '/api/tasks')
  return (await rows()).map(({ value, id }) => [value, id])
}

/** @returns the status; null where nobody listened, or the connection broke */
function write(to: ServerProcess, from: string, text: string): Promise<number | null> {
  return post(to.webhookUrl, textMessage(from, text, APP_SECRET)).catch(() => null)
}

async function textsOf(from: string): Promise<(string | null)[]> {
  const rows = await house.database.db
    .selectFrom('comments as m')
    .innerJoin('identities as i', 'i.conversation_id', 'm.conversation_id')
    .select('m.text')
    .where('i.value', '=', from)
    .execute()
  return rows.map(({ text }) => text)
}

async function callsFor(delivery: string): Promise<number> {
  const path = `/calls?callbackData=${delivery}&operation=messages`
  return (await house.simulator<{ items: unknown[] }>('GET', path)).items.length
}

/** The database is away for a while: a question that fails is asked again. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      if (await holds()) return
      if (performance.now() > end) throw new Error('it never came')
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await pause(20)
  }
}

/** Resident memory in MB (proc(5)). */
function rssOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

function row(when: string, [server, worker]: readonly [number, number]) {
  return { when, server: server.toFixed(0), worker: worker.toFixed(0) }
}

function seconds(what: string, times: number[]) {
  return { what, p50: (percentile(times, 0.5) / 1000).toFixed(1), most: (Math.max(...times) / 1000).toFixed(1) }
}
