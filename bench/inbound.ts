/**
 * Inbound message → comment in its task, through the conversation's workflow: new conversations and open ones, beside
 * the floor: the same Temporal server, driven by a bare workflow with one local activity that does nothing.
 * The two take turns; the ratio is the figure, since machines differ and are noisy.
 */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { build } from 'esbuild'
import { workflowIdOf } from '../src/domain/ids.ts'
import { type BenchHouse, openBenchHouse, PHONE_NUMBER_ID, run, stop } from './kit/house.ts'
import { median, printTable } from './kit/machine.ts'
import { post, textMessage, withCallers } from './kit/webhooks.ts'

const CONVERSATIONS = Number(process.env.BENCH_CONVERSATIONS ?? 300)
const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 5)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const CALLERS = 20
const root = join(import.meta.dirname, '../..')

interface Rates {
  opening: number
  open: number
}

const house = await openBenchHouse()
const connection = await Connection.connect({ address: house.temporalAddress })
const temporal = new Client({ connection })
const floor = await startFloor(house.temporalAddress)
try {
  const ours: Rates[] = []
  const theirs: Rates[] = []
  // The first turn of each warms caches, plans and compilers up, and does not count.
  await floorRound()
  await parleyRound(house, 0)
  for (let round = 1; round <= ROUNDS; round++) {
    theirs.push(await floorRound())
    ours.push(await parleyRound(house, round))
  }
  const row = (name: string, key: keyof Rates) => {
    const parley = median(ours.map((rates) => rates[key]))
    const bare = median(theirs.map((rates) => rates[key]))
    const ratios = ours.map((rates, i) => rates[key] / (theirs[i]?.[key] ?? Number.NaN))
    return {
      measured: name,
      'Parley /s': parley.toFixed(0),
      'floor /s': bare.toFixed(0),
      ratio: `${(median(ratios) * 100).toFixed(0)} %`,
      spread: ratios.map((ratio) => `${(ratio * 100).toFixed(0)}`).join(' '),
    }
  }
  printTable(
    `Inbound message → comment, ${CONVERSATIONS} conversations × ${MESSAGES} messages, ${CALLERS} callers, ${ROUNDS} rounds`,
    [row('new conversations', 'opening'), row('messages in open ones', 'open')],
  )
  await printCosts()
} finally {
  await floor.end()
  await connection.close()
  await house.close()
}

/** All comments are there: counted in the database, never by the caller. */
async function untilComments({ database }: BenchHouse, expected: number): Promise<void> {
  for (;;) {
    const row = await database.db
      .selectFrom('comments')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    if (Number(row.n) >= expected) return
    await pause(20)
  }
}

async function parleyRound(target: BenchHouse, round: number): Promise<Rates> {
  const { database } = target
  const count = async () =>
    Number(
      (
        await database.db
          .selectFrom('comments')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )
  const url = `${target.url}/webhooks/${target.channelId}`
  const clients = Array.from(
    { length: CONVERSATIONS },
    (_, n) => `1${String(round).padStart(3, '0')}${String(n).padStart(7, '0')}`,
  )
  const measure = async (bodies: ReturnType<typeof textMessage>[]) => {
    const before = await count()
    const began = performance.now()
    await withCallers(CALLERS, bodies, async (body) => {
      const status = await post(url, body)
      if (status !== 200) throw new Error(`the webhook was answered ${status}`)
    })
    await untilComments(target, before + bodies.length)
    return bodies.length / ((performance.now() - began) / 1000)
  }
  const opening = await measure(clients.map((from) => textMessage(from, 'Hello')))
  const more = Array.from({ length: MESSAGES }, (_, n) =>
    clients.map((from) => textMessage(from, `Message ${n}`)),
  ).flat()
  return { opening, open: await measure(more) }
}

async function floorRound(): Promise<Rates> {
  const ids = Array.from({ length: CONVERSATIONS }, () => `floor-${randomBytes(8).toString('hex')}`)
  const measure = async (jobs: string[]) => {
    const before = floor.count()
    const began = performance.now()
    await withCallers(CALLERS, jobs, async (workflowId) => {
      await temporal.workflow.signalWithStart('bare', {
        workflowId,
        taskQueue: floor.queue,
        signal: 'arrived',
        signalArgs: [{ upTo: 1 }],
      })
    })
    while (floor.count() < before + jobs.length) await pause(5)
    return jobs.length / ((performance.now() - began) / 1000)
  }
  const opening = await measure(ids)
  return { opening, open: await measure(Array.from({ length: MESSAGES }, () => ids).flat()) }
}

async function startFloor(temporalAddress: string) {
  const queue = `floor-${randomBytes(4).toString('hex')}`
  const bundle = join(tmpdir(), `${queue}.js`)
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'bench/floor/workflow.ts'),
    logger: new DefaultLogger('ERROR'),
  })
  await writeFile(bundle, code)
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/floor/worker.ts'],
    outfile: 'dist/bench/floor-worker.js',
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
  let count = 0
  const child = run(join(root, 'dist/bench/floor-worker.js'), {
    ...process.env,
    TEMPORAL_ADDRESS: temporalAddress,
    FLOOR_QUEUE: queue,
    FLOOR_WORKFLOWS: bundle,
  })
  await new Promise<void>((resolve) => {
    child.on('message', (message: { ready?: boolean; count?: number }) => {
      if (message.ready) resolve()
      if (message.count !== undefined) count = message.count
    })
  })
  return { queue, count: () => count, end: () => stop(child) }
}

/** What one message costs in Temporal: calls, and events of history. */
async function printCosts(): Promise<void> {
  const rows = [await inboundCost(), await sendCost()]
  printTable('Cost in Temporal, counted in the histories', rows)
}

/** Messages one by one, so that none shares a signal with its neighbour: the dearest case. */
async function inboundCost() {
  const from = '19990000001'
  const url = `${house.url}/webhooks/${house.channelId}`
  const comments = async () =>
    Number(
      (
        await house.database.db
          .selectFrom('comments')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )
  const one = async (text: string) => {
    const before = await comments()
    await post(url, textMessage(from, text))
    while ((await comments()) === before) await pause(5)
  }
  await one('first')
  const id = await conversationOf(from)
  const before = await historyOf(id)
  const count = 20
  for (let n = 0; n < count; n++) await one(`cost ${n}`)
  const after = await historyOf(id)
  return {
    step: 'inbound message, open conversation',
    'calls (signals)': ((after.signals - before.signals) / count).toFixed(2),
    'history events': ((after.events - before.events) / count).toFixed(2),
  }
}

async function sendCost() {
  // From the simulated phone, so that the simulator knows of the open reply window.
  const from = '19990000002'
  await fetch(`${house.url}/simulator/phone/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from, name: 'Cost', text: 'Hello', phoneNumberId: PHONE_NUMBER_ID }),
  })
  const task = await taskOf(from)
  const before = await historyOf(task.conversation_id)
  const count = 10
  for (let n = 0; n < count; n++) {
    const response = await fetch(`${house.url}/api/tasks/${task.id}/comments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ text: `answer ${n}`, notify: { contact: true } }),
    })
    const { delivery } = (await response.json()) as { delivery: { id: string } }
    await untilAccepted(delivery.id)
  }
  const after = await historyOf(task.conversation_id)
  return {
    step: 'send of a notified comment',
    'calls (signals)': ((after.signals - before.signals) / count).toFixed(2),
    'history events': ((after.events - before.events) / count).toFixed(2),
  }
}

async function untilAccepted(delivery: string): Promise<void> {
  for (;;) {
    const row = await house.database.db
      .selectFrom('deliveries')
      .select(['state', 'error_code'])
      .where('id', '=', delivery as never)
      .executeTakeFirstOrThrow()
    if (row.state === 'failed') throw new Error(`the send failed with ${row.error_code}`)
    if (['delivered', 'read'].includes(row.state)) return
    await pause(5)
  }
}

async function taskOf(from: string) {
  for (;;) {
    const row = await house.database.db
      .selectFrom('tasks as t')
      .innerJoin('identities as i', 'i.conversation_id', 't.conversation_id')
      .select(['t.id', 't.conversation_id'])
      .where('i.value', '=', from)
      .executeTakeFirst()
    if (row) return row
    await pause(10)
  }
}

async function conversationOf(from: string) {
  const row = await house.database.db
    .selectFrom('identities')
    .select('conversation_id')
    .where('value', '=', from)
    .executeTakeFirstOrThrow()
  return row.conversation_id
}

async function historyOf(id: Parameters<typeof workflowIdOf>[0]) {
  const { events } = await temporal.workflow.getHandle(workflowIdOf(id)).fetchHistory()
  const all = events ?? []
  return { events: all.length, signals: all.filter((event) => event.workflowExecutionSignaledEventAttributes).length }
}
