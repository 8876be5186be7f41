import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PROVIDER_RULE } from '../../../src/domain/circuit.ts'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { type Database, openDatabase } from '../../../src/store/index.ts'
import { type SendCircuits, type SendTurn, sendCircuits } from '../../../src/store/sends/circuits.ts'
import { addChannel, type House, openHouse } from '../../kit/house.ts'

let house: House
let other: ChannelId
/** Two workers: each with what it counted itself, over one database. */
let databases: Database[]
let workers: SendCircuits[]
beforeAll(async () => {
  house = await openHouse()
  const { template, owner } = house
  other = await addChannel(house.database, { template, owner, phoneNumberId: '222222222222222' })
  const { rows } = await house.database.pool.query<{ url: string }>('select current_database() as url')
  const { connectionString } = house.database.pool.options
  const url = new URL(String(connectionString))
  expect(url.pathname.slice(1)).toBe(rows[0]?.url)
  databases = [openDatabase(url.href), openDatabase(url.href)]
})
beforeEach(async () => {
  await house.database.pool.query('update channels set send_circuit = null')
  // Workers that have just started.
  await Promise.all(databases.map((one) => one.close()))
  const { connectionString } = house.database.pool.options
  databases = [openDatabase(String(connectionString)), openDatabase(String(connectionString))]
  workers = databases.map((one) => sendCircuits(one))
})
afterAll(async () => {
  await Promise.all(databases.map((one) => one.close()))
  await house.close()
})

const rowOf = async (channel: ChannelId) =>
  (
    await house.database.db
      .selectFrom('channels')
      .select('send_circuit')
      .where('id', '=', channel)
      .executeTakeFirstOrThrow()
  ).send_circuit
const ask = async (worker: number, channel: ChannelId = house.channel) => {
  const circuits = workers[worker]
  if (!circuits) throw new Error('no such worker')
  return circuits.admit(channel, await rowOf(channel))
}
const turnOf = (admitted: SendTurn | { waitMs: number }): SendTurn => {
  if ('waitMs' in admitted) throw new Error(`it waits for ${admitted.waitMs} ms`)
  return admitted
}
const call = async (worker: number, works: boolean | null, channel?: ChannelId) =>
  turnOf(await ask(worker, channel)).ended(works, works ? 'accepted' : 'network')
const fail = async (times: number, worker = 0) => {
  for (let n = 0; n < times; n++) await call(worker, false)
}
const comesDue = () =>
  house.database.pool.query(
    `update channels set send_circuit = jsonb_set(send_circuit, '{circuit,until}', '1') where send_circuit is not null`,
  )
const told = async () => {
  const { rows } = await house.database.pool.query<{ action: string }>(
    `select action from audit_log where action like 'channel.provider%' and subject_id = $1 order by id desc limit 1`,
    [house.channel],
  )
  return rows[0]?.action
}

describe('the circuit of a channel', () => {
  it('opens after several failures in a row, for every worker, and for this channel alone', async () => {
    await fail(PROVIDER_RULE.inARow - 1)
    expect(await rowOf(house.channel)).toBeNull()
    expect(await call(0, false)).toBe('opened')
    expect(await rowOf(house.channel)).toMatchObject({ code: 'network', circuit: { state: 'open', opened: 1 } })
    for (const worker of [0, 1]) {
      const answer = await ask(worker)
      if (!('waitMs' in answer)) throw new Error('it does not wait')
      expect(answer.waitMs).toBeGreaterThan(0)
      expect(answer.waitMs).toBeLessThanOrEqual(PROVIDER_RULE.firstMs + 2_000)
      expect(turnOf(await ask(worker, other)).isTrial).toBe(false)
    }
    expect(await told()).toBe('channel.provider_away')
  })

  it('is not opened by what says nothing, nor where something went well in between', async () => {
    for (let n = 0; n < 20; n++) await call(0, null)
    for (let n = 0; n < 4; n++) {
      await fail(2)
      await call(0, true)
    }
    expect(await rowOf(house.channel)).toBeNull()
  })

  it('lets one of many find out whether it works again; then all go on', async () => {
    await fail(5)
    await comesDue()
    const asked = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n % 2)))
    const turns = asked.filter((one): one is SendTurn => !('waitMs' in one))
    expect(turns.map(({ isTrial }) => isTrial)).toEqual([true])
    expect(await turns[0]?.ended(true, 'accepted')).toBe('closed')
    expect(await rowOf(house.channel)).toBeNull()
    for (const worker of [0, 1]) expect(turnOf(await ask(worker)).isTrial).toBe(false)
    expect(await told()).toBe('channel.provider_back')
    // Nothing of before counts any more.
    await fail(4)
    expect(await rowOf(house.channel)).toBeNull()
  })

  it('stays open for longer after each trial that fails', async () => {
    await fail(5)
    for (const opened of [2, 3]) {
      await comesDue()
      expect(await call(1, false)).toBeNull()
      expect(await rowOf(house.channel)).toMatchObject({ circuit: { state: 'open', opened } })
    }
  })

  it('gives a trial to the next where nobody was called, or its worker is gone', async () => {
    await fail(5)
    await comesDue()
    await call(0, null)
    const next = turnOf(await ask(1))
    expect(next.isTrial).toBe(true)
    expect('waitMs' in (await ask(0))).toBe(true)
    await comesDue()
    expect(turnOf(await ask(0)).isTrial).toBe(true)
  })

  it('is not moved by calls that were under way when it opened', async () => {
    const late = [turnOf(await ask(0)), turnOf(await ask(1))]
    await fail(5)
    const before = await rowOf(house.channel)
    expect(await late[0]?.ended(true, 'accepted')).toBeNull()
    expect(await late[1]?.ended(false, 'network')).toBeNull()
    expect(await rowOf(house.channel)).toEqual(before)
  })

  it('is opened once, where several workers find out together', async () => {
    await fail(4, 0)
    await fail(4, 1)
    const last = await Promise.all([call(0, false), call(1, false)])
    expect(last.filter((change) => change === 'opened')).toHaveLength(1)
  })
})
