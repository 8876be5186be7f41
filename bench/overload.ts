/**
 * Everything at once: what a provider held back during an outage comes in one moment, over as many connections. How soon
 * is it answered, is what was answered 200 there and shown once, do server and worker get by with 512 MB each (a control
 * group where this machine lets us make one: whoever takes more is killed), how long until all of it
 * is worked off — and how long does a client of another channel wait meanwhile? Beside it the floor of the same run: a
 * bare route that reads, verifies and inserts one row. `BENCH_WEBHOOKS` (10,000), `BENCH_CLIENTS` (2,000).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { limitMemory, type MemoryLimit } from '../test/faults/memory-limit.ts'
import { type ParleyProcess, publicUrlOf, startParley } from '../test/faults/parley-process.ts'
import { type Answer, memoryNow, mostMemory, openFlood, textWebhook } from '../test/kit/flood.ts'
import { APP_SECRET, openProcessHouse, PHONE_NUMBER_ID, type ProcessHouse } from '../test/kit/process-house.ts'
import { percentile, printTable } from './kit/machine.ts'
import { runServer } from './webhook-ack/server.ts'
import { APP_SECRET as FLOOR_SECRET } from './webhook-ack/setting.ts'

const WEBHOOKS = Number(process.env.BENCH_WEBHOOKS ?? 10_000)
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? WEBHOOKS)
const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 2_000)
const MB = 1024 * 1024
const MOST = 512 * MB
const QUIET_NUMBER = '106540352249999'

async function main(): Promise<void> {
  const house = await openProcessHouse({ logLevel: 'fatal' })
  const children: ChildProcess[] = []
  const limits: (MemoryLimit | null)[] = []
  const running: ParleyProcess[] = []
  try {
    const floor = await floodFloor(house, children)
    const address = await publicUrlOf(house)
    const start = async (program: 'server' | 'worker') => {
      const limit = await limitMemory(`parley-bench-${program}-${process.pid}`, MOST)
      const one = startParley(house, program, { ...address, ...(limit && { inside: limit.inside }) })
      limits.push(limit)
      running.push(one)
      return { ...one, limit }
    }
    const server = await start('server')
    const worker = await start('worker')
    const url = address.publicUrl
    while (
      !(await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await pause(100)
    const quiet = await quietChannel(house, url)
    const flood = await openFlood(address.port, CONNECTIONS)
    await flood.send(requests(house, 'warm', 200))
    await untilShown(house, 'warm', 200)
    const watching = watchQuiet(house, address.port, quiet)

    const sent = requests(house, 'flood', WEBHOOKS)
    const began = performance.now()
    const answers = await flood.send(sent)
    const answered = (performance.now() - began) / 1000
    const taken = answers.flatMap(({ status }, n) => (status === 200 ? [n] : []))
    const refused = answers.flatMap(({ status }, n) => (status === 503 ? [n] : []))
    if (taken.length + refused.length !== WEBHOOKS) throw new Error('a webhook was answered neither 200 nor 503')
    const missing = await notStored(house, 'flood', taken)
    let again = 0
    for (let left = refused; left.length > 0; again++) {
      await pause(1_000)
      const more = await flood.send(left.map((n) => sent[n] as Buffer))
      left = left.filter((_, place) => more[place]?.status !== 200)
    }
    await untilShown(house, 'flood', WEBHOOKS)
    const drained = (performance.now() - began) / 1000
    const twice = await shownTwice(house)
    const well = await secondsUntilWell(url, began)
    const waits = await watching.stop()
    flood.close()

    printTable(`${WEBHOOKS} webhooks at once over ${CONNECTIONS} connections, ${CLIENTS} clients`, [
      row('floor: bare route', floor.answers, floor.seconds),
      row('Parley', answers, answered),
    ])
    console.log(
      `ratio of the rates: ${(floor.seconds / answered).toFixed(2)}; told to come again: ${refused.length}, in ${again} waves`,
    )
    printTable('What became of them', [
      { what: 'answered 200 and not stored', figure: missing },
      { what: 'shown more than once', figure: twice },
      { what: 'all in the feeds after, s', figure: drained.toFixed(1) },
      { what: 'health well after, s', figure: well.toFixed(1) },
      { what: 'another channel meanwhile: ack p50 / most, ms', figure: two(waits.acknowledged) },
      { what: 'another channel meanwhile: in its feed p50 / most, ms', figure: two(waits.shown) },
      { what: 'server: resident most / afterwards, MB', figure: memoryOf(server) },
      { what: 'worker: resident most / afterwards, MB', figure: memoryOf(worker) },
      {
        what: 'held to 512 MB each',
        figure: limits.every(Boolean) ? 'yes' : 'no: this machine makes no control groups',
      },
    ])
    if (missing > 0 || twice > 0) throw new Error('a promise was broken')
    if (running.some((one) => one.ended())) throw new Error('a process ended under its limit of memory')
  } finally {
    for (const child of children) if (child.connected) child.send('stop')
    await Promise.all(running.map((one) => one.stop()))
    for (const limit of limits) await limit?.remove()
    await house.close()
  }
}

/** The same flood at a bare route, in a process of its own over the same database. */
async function floodFloor(house: ProcessHouse, children: ChildProcess[]) {
  await house.database.pool.query(`create table floor_bodies (id bigint generated always as identity primary key,
    received_at timestamptz not null default now(), body bytea not null)`)
  const url = String(house.database.pool.options.connectionString)
  const child = fork(fileURLToPath(import.meta.url), ['floor', url])
  children.push(child)
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once('message', (message) => resolve(message as { port: number })),
  )
  const flood = await openFlood(port, CONNECTIONS)
  const bodies = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) =>
      textWebhook({
        path: '/floor',
        appSecret: FLOOR_SECRET,
        phoneNumberId: PHONE_NUMBER_ID,
        from: clientOf(n),
        id: `wamid.${name}-${n}`,
        text: `wamid.${name}-${n}`,
      }),
    )
  await flood.send(bodies('warm', 200))
  const sent = bodies('floor', WEBHOOKS)
  const began = performance.now()
  const answers = await flood.send(sent)
  const seconds = (performance.now() - began) / 1000
  flood.close()
  child.send('stop')
  await new Promise((resolve) => child.once('exit', resolve))
  return { answers, seconds }
}

const clientOf = (n: number) => `1650${String(n % CLIENTS).padStart(7, '0')}`

function requests({ channelId }: ProcessHouse, name: string, count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) =>
    textWebhook({
      path: `/webhooks/${channelId}`,
      appSecret: APP_SECRET,
      phoneNumberId: PHONE_NUMBER_ID,
      from: clientOf(n),
      id: `wamid.${name}-${n}`,
      text: `${name}-${n}.`,
    }),
  )
}

async function quietChannel(house: ProcessHouse, url: string): Promise<string> {
  const response = await fetch(`${url}/api/channels`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      provider: 'whatsapp-cloud',
      name: 'Quiet',
      phoneNumberId: QUIET_NUMBER,
      wabaId: '102290129340398',
      accessToken: 'token-of-the-test',
      appSecret: APP_SECRET,
      verifyToken: 'verify-me',
      graphUrl: `${house.simulatorUrl}/graph`,
    }),
  })
  const body = (await response.json()) as { id: string }
  if (response.status !== 201) throw new Error(`the second channel was refused: ${JSON.stringify(body)}`)
  return body.id
}

/** A client of another channel, who writes again as soon as the last message is in the feed. */
function watchQuiet(house: ProcessHouse, port: number, channel: string) {
  const acknowledged: number[] = []
  const shown: number[] = []
  let over = false
  const running = (async () => {
    const line = await openFlood(port, 1)
    for (let n = 0; !over; n++) {
      const text = `quiet-${n}.`
      const request = textWebhook({
        path: `/webhooks/${channel}`,
        appSecret: APP_SECRET,
        phoneNumberId: QUIET_NUMBER,
        from: '16705550001',
        id: `wamid.quiet-${n}`,
        text,
      })
      const began = performance.now()
      const [answer] = await line.send([request])
      if (answer?.status !== 200) throw new Error(`another channel was answered ${answer?.status}`)
      acknowledged.push(performance.now() - began)
      while ((await countShown(house, text)) === 0) await pause(10)
      shown.push(performance.now() - began)
      await pause(100)
    }
    line.close()
  })()
  return {
    async stop() {
      over = true
      await running
      return { acknowledged, shown }
    },
  }
}

async function countShown({ database }: ProcessHouse, text: string): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*)::int as n from comments where text like $1`,
    [text],
  )
  return rows[0]?.n ?? 0
}

async function untilShown(house: ProcessHouse, name: string, count: number): Promise<void> {
  while ((await countShown(house, `${name}-%`)) < count) await pause(250)
}

/** Counted in the database. */
async function notStored({ database }: ProcessHouse, name: string, taken: readonly number[]): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*)::int as n from unnest($1::text[]) as t (id) where not exists (
      select from conversation_events e where e.payload -> 'message' ->> 'id' = t.id)`,
    [taken.map((n) => `wamid.${name}-${n}`)],
  )
  return rows[0]?.n ?? 0
}

async function shownTwice({ database }: ProcessHouse): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*)::int as n from (select text from comments group by text having count(*) > 1) as t`,
  )
  return rows[0]?.n ?? 0
}

async function secondsUntilWell(url: string, began: number): Promise<number> {
  for (;;) {
    const ready = await fetch(`${url}/readyz`)
    await ready.arrayBuffer()
    const metrics = await (await fetch(`${url}/metrics`)).text()
    if (ready.ok && /^parley_signals_waiting 0$/m.test(metrics)) return (performance.now() - began) / 1000
    await pause(100)
  }
}

function row(what: string, answers: readonly Answer[], seconds: number) {
  const times = answers.map(({ at }) => at)
  return {
    what,
    'answered /s': (answers.length / seconds).toFixed(0),
    'p50 ms': percentile(times, 0.5).toFixed(0),
    'p99 ms': percentile(times, 0.99).toFixed(0),
    'most ms': Math.max(...times).toFixed(0),
    '200': answers.filter(({ status }) => status === 200).length,
    '503': answers.filter(({ status }) => status === 503).length,
  }
}

const two = (times: readonly number[]) =>
  `${percentile(times, 0.5).toFixed(0)} / ${Math.max(...times).toFixed(0)} (${times.length} messages)`
const memoryOf = (one: ParleyProcess) =>
  one.ended() ? 'it ended' : `${mostMemory(one.pid).toFixed(0)} / ${memoryNow(one.pid).toFixed(0)}`

// Last, so that everything above exists: the same file is the floor's process, too.
const [role, url] = process.argv.slice(2)
if (role === 'floor' && url) await runServer(url)
else await main()
