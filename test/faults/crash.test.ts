import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import { passTime } from '../kit/pass-time.ts'
import {
  APP_SECRET,
  type Killable,
  openServedHouse,
  PHONE_NUMBER_ID,
  type ProcessHouse,
  type ServerProcess,
} from '../kit/process-house.ts'
import { databaseUrlOf } from './parley-process.ts'

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
/** What the processes said last: without it nobody could tell why a message is missing. */
let said = ''
const SHOWN_OUTPUT = 6_000
beforeAll(async () => {
  const onOutput = (chunk: Buffer) => {
    said = (said + chunk).slice(-SHOWN_OUTPUT)
  }
  ;({ house, server } = await openServedHouse({ logLevel: 'warn', onOutput }))
  worker = await house.startWorker()
}, 120_000)
afterAll(() => house.close())
beforeEach(() => {
  said = ''
  // As an error of its own, for it to stand beside the failure in the report.
  onTestFailed(() => {
    throw new Error(`the processes said:\n${said}`)
  })
})

let clients = 0
const newNumber = () => `1650888${String(++clients).padStart(4, '0')}`

function webhook(from: string, text: string, id = `wamid.${randomBytes(20).toString('base64')}`) {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID },
    contacts: [{ profile: { name: `Client ${from}` }, wa_id: from }],
    messages: [{ from, id, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: text } }],
  }
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ field: 'messages', value }] }],
  })
  const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
  return {
    /** @returns the status; null where the connection broke */
    post: (to: ServerProcess = server): Promise<number | null> =>
      fetch(to.webhookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
        body,
      }).then(
        (response) => response.status,
        () => null,
      ),
  }
}

const feedOf = (from: string) =>
  house.database.db
    .selectFrom('comments as m')
    .innerJoin('identities as i', 'i.conversation_id', 'm.conversation_id')
    .select(['m.text', 'm.task_id', 'm.conversation_id'])
    .where('i.value', '=', from)
    .orderBy('m.position')
    .execute()

const texts = async (from: string) => (await feedOf(from)).map(({ text }) => text)

const tasksOf = (from: string) =>
  house.database.db
    .selectFrom('tasks as t')
    .innerJoin('identities as i', 'i.conversation_id', 't.conversation_id')
    .select('t.id')
    .where('i.value', '=', from)
    .execute()

/** A client with a task, whom one can write to. */
async function client() {
  const from = newNumber()
  expect(
    await house.simulator<{ id?: string }>('POST', '/phone/messages', { from, name: 'C', text: 'Hello' }),
  ).toHaveProperty('id')
  return eventually(async () => {
    const [task] = await tasksOf(from)
    if (!task) throw new Error('no task yet')
    return { from, task: task.id }
  }, 40_000)
}

async function answer(task: string, text: string) {
  const { status, body } = await server.api<{ delivery: { id: string } }>('POST', `/api/tasks/${task}/comments`, {
    text,
    notify: { contact: true },
  })
  expect(status).toBe(201)
  return body.delivery.id
}

const stateOf = async (delivery: string) =>
  (
    await house.database.db
      .selectFrom('deliveries')
      .select('state')
      .where('id', '=', delivery as never)
      .executeTakeFirstOrThrow()
  ).state

const deliveryWhere = (delivery: string, ...states: string[]) =>
  eventually(async () => {
    const state = await stateOf(delivery)
    if (!states.includes(state)) throw new Error(`the delivery is ${state}`)
    return state
  }, 60_000)

/** Sends that the provider took part in, by the delivery's own id: the oracle of P3. */
const callsFor = async (delivery: string) =>
  (await house.simulator<{ items: { outcome: string }[] }>('GET', `/calls?callbackData=${delivery}&operation=messages`))
    .items

const received = async (from: string) =>
  (await house.simulator<{ items: { direction: string; text: string }[] }>('GET', `/phone/messages?from=${from}`)).items
    .filter(({ direction }) => direction === 'to_client')
    .map(({ text }) => text)

describe('the worker is killed', () => {
  it('between the provider’s call and the record: the call is not repeated, a status settles it (F1, P3)', async () => {
    const { from, task } = await client()
    await house.simulator('POST', '/faults', {
      on: 'messages',
      kind: 'timeout_after_accept',
      times: 1,
      match: { to: from },
    })
    const delivery = await answer(task, 'only once')
    await eventually(async () => expect(await callsFor(delivery)).toHaveLength(1))
    await worker.kill()
    worker = await house.startWorker()
    await deliveryWhere(delivery, 'sent', 'delivered', 'read')
    expect(await callsFor(delivery)).toHaveLength(1)
    expect(await received(from)).toEqual(['only once'])
  }, 90_000)

  it('and no status ever comes: it is unknown, and what was written after it still goes (F1, P3, P7)', async () => {
    const { from, task } = await client()
    await house.simulator('POST', '/faults', {
      on: 'messages',
      kind: 'timeout_after_accept',
      times: 1,
      match: { to: from },
    })
    const silent = await house.simulator<{ id: string }>('POST', '/faults', {
      on: 'messages',
      kind: 'no_statuses',
      match: { to: from },
    })
    const first = await answer(task, 'perhaps')
    const second = await answer(task, 'surely')
    await eventually(async () => expect(await callsFor(first)).toHaveLength(1))
    await worker.kill()
    worker = await house.startWorker()
    await deliveryWhere(first, 'unknown')
    await deliveryWhere(second, 'accepted', 'sent', 'delivered', 'read')
    expect(await callsFor(first)).toHaveLength(1)
    expect(await callsFor(second)).toHaveLength(1)
    await house.simulator('DELETE', `/faults/${silent.id}`)
  }, 90_000)

  it.each([1, 2, 3, 4, 5, 6])(
    'right after its commit no. %i, which it never hears of: every message is there once, in order (P1, P2, P5)',
    async (n) => {
      await worker.stop()
      const from = newNumber()
      for (const text of ['a', 'b', 'c']) expect(await webhook(from, text).post()).toBe(200)
      const doomed = await house.startWorker({ throughProxy: true })
      house.proxy.onCommit(n, () => process.kill(doomed.pid, 'SIGKILL'))
      for (const text of ['d', 'e']) expect(await webhook(from, text).post()).toBe(200)
      const ended = await Promise.race([
        doomed.exited.then(() => 'killed'),
        eventually(async () => expect(await texts(from)).toHaveLength(5), 30_000).then(() => 'finished'),
      ])
      if (ended === 'finished') await doomed.kill()
      worker = await house.startWorker()
      await eventually(async () => expect(await texts(from)).toEqual(['a', 'b', 'c', 'd', 'e']), 60_000)
      expect(await tasksOf(from)).toHaveLength(1)
    },
    120_000,
  )
})

describe('the server is killed', () => {
  it('after the insert and before the 200: the provider sends again, and the message is there once (F3, P1, P2)', async () => {
    await server.kill()
    const doomed = await house.startServer({ throughProxy: true })
    const from = newNumber()
    const message = webhook(from, 'stored before the crash')
    house.proxy.onCommit(1, () => process.kill(doomed.pid, 'SIGKILL'), 'insert into raw_bodies')
    expect(await message.post(doomed)).toBeNull()
    const stored = await house.database.db
      .selectFrom('identities')
      .select('conversation_id')
      .where('value', '=', from)
      .execute()
    expect(stored).toHaveLength(1)
    // Nobody was told of it: the sweep of the next server finds it.
    server = await house.startServer()
    await eventually(async () => expect(await texts(from)).toEqual(['stored before the crash']), 40_000)
    expect(await message.post()).toBe(200)
    expect(await webhook(from, 'and on it goes').post()).toBe(200)
    await eventually(async () => expect(await texts(from)).toEqual(['stored before the crash', 'and on it goes']))
    expect(await tasksOf(from)).toHaveLength(1)
  }, 90_000)

  it('while an employee’s message is stored: the same order again makes no second one (P2)', async () => {
    const { from, task } = await client()
    await server.kill()
    const doomed = await house.startServer({ throughProxy: true })
    house.proxy.onCommit(1, () => process.kill(doomed.pid, 'SIGKILL'), 'insert into "comments"')
    const order = (to: ServerProcess) =>
      fetch(`${to.url}/api/tasks/${task}/comments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${house.token}`,
          'content-type': 'application/json',
          'idempotency-key': `order-${from}`,
        },
        body: JSON.stringify({ text: 'one answer', notify: { contact: true } }),
      }).then(
        (response) => response.status,
        () => null,
      )
    expect(await order(doomed)).toBeNull()
    server = await house.startServer()
    expect(await order(server)).toBe(201)
    await eventually(async () => expect(await received(from)).toEqual(['one answer']), 40_000)
    expect(await texts(from)).toEqual(['Hello', 'one answer'])
  }, 90_000)
})

describe('the same webhook', () => {
  it('ten times at once on two servers makes one entry (F8, P2)', async () => {
    const { findFreePort } = await import('../../src/dev/ports.ts')
    const second = await house.startServer({ port: await findFreePort() })
    const from = newNumber()
    const message = webhook(from, 'ten times')
    const statuses = await Promise.all(Array.from({ length: 10 }, (_, n) => message.post(n % 2 ? server : second)))
    expect(statuses).toEqual(Array(10).fill(200))
    await eventually(async () => expect(await texts(from)).toEqual(['ten times']))
    // A later message proves that nothing of the ten is still on its way.
    expect(await webhook(from, 'after').post()).toBe(200)
    await eventually(async () => expect(await texts(from)).toEqual(['ten times', 'after']))
    expect(await tasksOf(from)).toHaveLength(1)
    await second.stop()
  }, 60_000)
})

describe('services go away and come back', () => {
  it.each([{ kill: false }, { kill: true }])(
    'PostgreSQL ($kill: killed): 503 meanwhile, never a false 200, and nothing is lost (F4, P1, P7)',
    async ({ kill }) => {
      const { from, task } = await client()
      const restarted = house.restartPostgres({ kill })
      const answered: { text: string; status: number | null }[] = []
      let down = true
      const writing = (async () => {
        for (let n = 0; down || n < 20; n++) {
          const text = `during ${n}`
          answered.push({ text, status: await webhook(from, text).post() })
        }
      })()
      await restarted
      await eventually(async () => expect(await webhook(newNumber(), 'is it back?').post()).toBe(200), 30_000)
      down = false
      await writing
      const acknowledged = answered.filter(({ status }) => status === 200).map(({ text }) => text)
      expect(answered.every(({ status }) => status === 200 || status === 503 || status === null)).toBe(true)
      await eventually(async () => {
        const feed = (await texts(from)).slice(1)
        expect(feed.toSorted()).toEqual(expect.arrayContaining(acknowledged.toSorted()))
        expect(new Set(feed).size).toBe(feed.length)
      }, 60_000)
      const delivery = await answer(task, 'we are back')
      await deliveryWhere(delivery, 'delivered', 'read')
      expect(await callsFor(delivery)).toHaveLength(1)
    },
    120_000,
  )

  it('Temporal, killed: webhooks are still acknowledged, and worked off once it is back (F6, P1, P7)', async () => {
    const { from, task } = await client()
    const back = house.restartTemporal({ kill: true })
    for (const text of ['x', 'y', 'z']) expect(await webhook(from, text).post()).toBe(200)
    const delivery = await answer(task, 'written while Temporal was away')
    await back
    await eventually(
      async () => expect(await texts(from)).toEqual(['Hello', 'x', 'y', 'z', 'written while Temporal was away']),
      90_000,
    )
    await deliveryWhere(delivery, 'delivered', 'read')
    expect(await callsFor(delivery)).toHaveLength(1)
    expect(await received(from)).toEqual(['written while Temporal was away'])
  }, 150_000)

  it('Temporal, away for five minutes by the clock: told where one looks, and drained within half a minute (F6, P7)', async () => {
    const talks = await Promise.all(Array.from({ length: 5 }, client))
    const deliveries: string[] = []
    await house.restartTemporal({
      kill: true,
      whileStopped: async () => {
        for (let minute = 0; minute < 5; minute++) {
          for (const { from, task } of talks) {
            expect(await webhook(from, `in ${minute}`).post()).toBe(200)
            deliveries.push(await answer(task, `out ${minute}`))
          }
          await passTime(databaseUrlOf(house), 60_000)
        }
        await eventually(async () => {
          const ready = await server.api<{ missing?: string[] }>('GET', '/readyz')
          expect([ready.status, ready.body.missing]).toEqual([503, expect.arrayContaining(['temporal'])])
        }, 30_000)
      },
    })
    const meant = ['Hello', ...[0, 1, 2, 3, 4].flatMap((minute) => [`in ${minute}`, `out ${minute}`])]
    for (const { from } of talks) await eventually(async () => expect(await texts(from)).toEqual(meant), 30_000)
    for (const delivery of deliveries) {
      await deliveryWhere(delivery, 'delivered', 'read')
      expect(await callsFor(delivery)).toHaveLength(1)
    }
  }, 240_000)
})

describe('statuses', () => {
  it('that come before the send’s own answer end in the same state (F9, P4)', async () => {
    const { from, task } = await client()
    await house.simulator('POST', '/faults', {
      on: 'messages',
      kind: 'status_before_response',
      times: 1,
      match: { to: from },
    })
    const delivery = await answer(task, 'fast')
    await deliveryWhere(delivery, 'delivered', 'read')
    const row = await house.database.db
      .selectFrom('deliveries')
      .selectAll()
      .where('id', '=', delivery as never)
      .executeTakeFirstOrThrow()
    expect(row.provider_message_id).toMatch(/^wamid\./)
    expect(row.sent_at).not.toBeNull()
  }, 60_000)
})

describe('everything is killed at once', () => {
  it('and started again: what was acknowledged is there once, what was ordered is sent at most once (F24, P1–P4)', async () => {
    const { from, task } = await client()
    const acknowledged: string[] = []
    const deliveries: string[] = []
    for (let n = 0; n < 6; n++) {
      if ((await webhook(from, `in ${n}`).post()) === 200) acknowledged.push(`in ${n}`)
      deliveries.push(await answer(task, `out ${n}`))
    }
    await Promise.all([
      server.kill(),
      worker.kill(),
      house.restartTemporal({ kill: true }),
      house.restartPostgres({ kill: true }),
    ])
    server = await house.startServer()
    worker = await house.startWorker()
    await eventually(async () => {
      const feed = await texts(from)
      expect(feed.filter((text) => text?.startsWith('in '))).toEqual(acknowledged)
      expect(feed.filter((text) => text?.startsWith('out '))).toHaveLength(6)
    }, 90_000)
    for (const delivery of deliveries) {
      await deliveryWhere(delivery, 'accepted', 'sent', 'delivered', 'read', 'unknown')
      expect((await callsFor(delivery)).length).toBeLessThanOrEqual(1)
    }
    const got = await received(from)
    expect(new Set(got).size).toBe(got.length)
  }, 180_000)
})
