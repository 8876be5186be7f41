/**
 * Many open conversations that rest, each with its workflow in Temporal, and then everything is killed and started again:
 * what do server and worker hold in memory, how soon are they ready, and how soon is a message worked off in a
 * conversation that rested? The first of them are made by their clients' messages; the others are copies of their rows,
 * and their workflows are started where a run goes on from (continue-as-new). The same restart with the first ones alone
 * is the floor. `BENCH_CONVERSATIONS` (2,000).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import {
  CONVERSATION_WORKFLOW,
  type ConversationCarry,
  firstCarry,
  taskQueues,
} from '../src/domain/conversation-workflow.ts'
import { type ConversationId, workflowIdOf } from '../src/domain/ids.ts'
import { memoryNow, mostMemory } from '../test/kit/flood.ts'
import { APP_SECRET, openProcessHouse } from '../test/kit/process-house.ts'
import { copyRows } from './kit/copy-rows.ts'
import { percentile, printTable } from './kit/machine.ts'
import { post, textMessage } from './kit/webhooks.ts'

const CONVERSATIONS = Number(process.env.BENCH_CONVERSATIONS ?? 2_000)
const REAL = Math.min(200, CONVERSATIONS)
const AT_ONCE = 20
const IN_TURN = 8
const WRITERS = 50
const STEPS = 5
const REST_MS = 5_000

const house = await openProcessHouse({ logLevel: 'fatal' })
const { db } = house.database
const connection = await Connection.connect({ address: house.temporalAddress })
const temporal = new Client({ connection })
const phoneOf = (n: number) => `1777${String(n).padStart(7, '0')}`
try {
  let server = await house.startServer()
  let worker = await house.startWorker()
  for (let n = 1; n <= REAL; n++) await post(server.webhookUrl, textMessage(phoneOf(n), 'Hello', APP_SECRET))
  await untilWorked()
  const restarts = [await restart(REAL)]

  const memory = [memoryRow(REAL, '')]
  for (let step = 1; step <= STEPS; step++) {
    const [from, to] = [REAL + share(step - 1) + 1, REAL + share(step)]
    if (to < from) continue
    const began = performance.now()
    await openCopies(from, to)
    const seconds = (performance.now() - began) / 1_000
    await pause(REST_MS)
    memory.push(memoryRow(to, ((to - from + 1) / seconds).toFixed(0)))
    console.error(JSON.stringify(memory.at(-1)))
  }
  printTable('Open conversations and memory (resident set, MB)', memory)
  const running = await temporal.workflow.count(`ExecutionStatus = 'Running'`)
  restarts.push(await restart(CONVERSATIONS))
  printTable(
    `kill -9 of server, worker and Temporal, ${running.count} workflows open (seconds from the kill)`,
    restarts,
  )

  /** Everything is killed and started at once, as a supervisor does. */
  async function restart(conversations: number): Promise<Record<string, string | number>> {
    const began = performance.now()
    const since = () => (performance.now() - began) / 1_000
    await Promise.all([server.kill(), worker.kill()])
    const engine = house.restartTemporal({ kill: true })
    const [next, working] = [house.startServer(), house.startWorker()]
    server = await next
    while ((await write(phoneOf(1), 'is it back?')) !== 200) await pause(20)
    const acknowledged = since()
    await engine
    worker = await working
    while (!(await fetch(`${server.url}/readyz`)).ok) await pause(50)
    const ready = since()
    await untilShown(phoneOf(1), 'is it back?')
    const first = since()
    // Those that nobody has written to since: each is replayed from its history.
    const times: number[] = []
    for (let n = 0; n < WRITERS; n++) {
      const at = performance.now()
      const text = `after the restart ${conversations} ${n}`
      const from = phoneOf(2 + Math.floor((n * (conversations - 2)) / WRITERS))
      await write(from, text)
      await untilShown(from, text)
      times.push(performance.now() - at)
    }
    await pause(REST_MS)
    return {
      conversations,
      'webhooks acknowledged': acknowledged.toFixed(1),
      ready: ready.toFixed(1),
      'first message worked off': first.toFixed(1),
      'a message then, p50 / most ms': `${percentile(times, 0.5).toFixed(0)} / ${Math.max(...times).toFixed(0)}`,
      'server MB': memoryNow(server.pid).toFixed(0),
      'worker MB': memoryNow(worker.pid).toFixed(0),
    }
  }

  function write(from: string, text: string): Promise<number | null> {
    return post(server.webhookUrl, textMessage(from, text, APP_SECRET)).catch(() => null)
  }

  function memoryRow(conversations: number, started: string) {
    return {
      conversations,
      server: memoryNow(server.pid).toFixed(0),
      'server, most': mostMemory(server.pid).toFixed(0),
      worker: memoryNow(worker.pid).toFixed(0),
      'worker, most': mostMemory(worker.pid).toFixed(0),
      'opened /s': started,
    }
  }
} finally {
  await connection.close()
  await house.close()
}

/** How many of the copies are there after so many steps. */
function share(step: number): number {
  return Math.round(((CONVERSATIONS - REAL) * step) / STEPS)
}

/** Rows as the real ones have them, and their workflows. */
async function openCopies(from: number, to: number): Promise<void> {
  const ids = { conversation: idOf(2), contact: idOf(1), task: idOf(3), comment: idOf(4), identity: idOf(5) }
  const first = sql`(select conversation_id from identities where value = ${phoneOf(1)})`
  const copy = (table: string, where: ReturnType<typeof sql>, pairs: string) =>
    copyRows(db, table, { where, from, to, changed: `jsonb_build_object(${pairs})` })
  await copy(
    'contacts',
    sql`r.id = (select contact_id from conversations where id = ${first})`,
    `'id', ${ids.contact}, 'name', 'Client ' || n, 'phone', '+1777' || lpad(n::text, 7, '0')`,
  )
  await copy(
    'conversations',
    sql`r.id = ${first}`,
    `'id', ${ids.conversation}, 'contact_id', ${ids.contact}, 'task_id', ${ids.task}, 'last_seq', 1, 'worked_seq', 1`,
  )
  await copy(
    'identities',
    sql`r.value = ${phoneOf(1)}`,
    `'id', ${ids.identity}, 'value', '1777' || lpad(n::text, 7, '0'), 'conversation_id', ${ids.conversation}`,
  )
  await copy(
    'tasks',
    sql`r.conversation_id = ${first}`,
    `'id', ${ids.task}, 'number', nextval('task_numbers'), 'requester_id', ${ids.contact}, 'conversation_id', ${ids.conversation}`,
  )
  await copy(
    'comments',
    sql`r.conversation_id = ${first} and r.text = 'Hello'`,
    `'id', ${ids.comment}, 'task_id', ${ids.task}, 'conversation_id', ${ids.conversation}, 'author_id', ${ids.contact},
     'provider_message_id', 'wamid.copy-' || n`,
  )
  await copy(
    'conversation_events',
    sql`r.conversation_id = ${first} and r.seq = 1`,
    `'conversation_id', ${ids.conversation}, 'dedupe_key', 'copy-' || n, 'raw_body_id', null`,
  )
  await startWorkflows(from, to)
}

/** So that ids can be computed: `uuid` of a kind and the number `n`. */
function idOf(kind: number): string {
  return `(lpad(to_hex(${kind}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`
}

/**
 * No more at once than servers let workers have (src/intake/dispatcher.ts): what Temporal has to put aside costs it more.
 * @returns once the last of each turn waits for its next message
 */
async function startWorkflows(from: number, to: number): Promise<void> {
  const { conversations } = taskQueues('parley')
  let next = from
  const idle = (n: number) => `00000002-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as ConversationId
  const someInTurn = async () => {
    while (next <= to) {
      const some = Array.from({ length: Math.min(IN_TURN, to - next + 1) }, () => next++)
      for (const n of some) {
        const carry: ConversationCarry = { ...firstCarry(idle(n)), worked: 1, heard: 1 }
        await temporal.workflow.start(CONVERSATION_WORKFLOW, {
          workflowId: workflowIdOf(idle(n)),
          taskQueue: conversations,
          args: [carry],
        })
      }
      // Started, scheduled, begun and completed are four events.
      const last = temporal.workflow.getHandle(workflowIdOf(idle(some.at(-1) ?? to)))
      while ((await last.describe()).historyLength < 4) await pause(50)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, someInTurn))
}

async function untilWorked(): Promise<void> {
  const behind = () =>
    sql<{ n: number }>`
    select count(*)::int as n from conversations where worked_seq < last_seq`.execute(db)
  while ((await behind()).rows[0]?.n !== 0) await pause(100)
}

async function untilShown(from: string, text: string): Promise<void> {
  const found = () =>
    sql`
    select from identities i join conversations c on c.id = i.conversation_id join comments m on m.task_id = c.task_id
    where i.value = ${from} and m.text = ${text}`.execute(db)
  while ((await found()).rows.length === 0) await pause(5)
}
