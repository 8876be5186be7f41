import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScenarioId } from '../../../src/domain/ids.ts'
import { planSchedule, tellSchedules } from '../../../src/store/house/schedules.ts'
import { inTransaction, openDatabase } from '../../../src/store/index.ts'
import { scenarioCatalogue } from '../../../src/store/scenarios/catalogue.ts'
import { createScenario, saveDraft } from '../../../src/store/scenarios/drafts.ts'
import { enableScenario, publishScenario } from '../../../src/store/scenarios/publish.ts'
import { type House, openHouse } from '../../kit/house.ts'

const ACTOR = { userId: null, name: 'Test', channelIds: null, key: 'environment' }

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

let scenarios = 0
const document = (key: string, cron: string, timeZone = 'UTC') => ({
  id: key,
  name: key,
  trigger: { event: 'schedule', cron, timeZone },
  steps: [{ id: 'end', stop: true }],
})

async function publish(of: { id?: ScenarioId; key: string; cron: string }): Promise<ScenarioId> {
  return inTransaction(house.database.db, async (tx) => {
    const text = document(of.key, of.cron)
    const kept = of.id ? await saveDraft(tx, of.id, text, null, ACTOR) : await createScenario(tx, text, ACTOR)
    if (kept.refused) throw new Error(kept.refused.message)
    const order = { inFlight: 'pin', version: null, expect: null } as const
    const done = await publishScenario(tx, scenarioCatalogue(house.database), kept.value.id, order, ACTOR)
    if (done.refused) throw new Error(JSON.stringify(done.refused))
    return kept.value.id
  })
}
const enable = (id: ScenarioId, enabled: boolean) =>
  inTransaction(house.database.db, (tx) => enableScenario(tx, scenarioCatalogue(house.database), id, enabled, ACTOR))
const fresh = async (cron: string) => {
  const key = `s-${++scenarios}`
  return { key, cron, id: await publish({ key, cron }) }
}
const rowOf = (id: ScenarioId) =>
  house.database.db.selectFrom('schedules').selectAll().where('scenario_id', '=', id).executeTakeFirst()
const setLast = (id: ScenarioId, text: string) =>
  house.database.db
    .updateTable('schedules')
    .set({ last_at: new Date(text), next_at: new Date(text) })
    .where('scenario_id', '=', id)
    .execute()
const told = async (id: ScenarioId) =>
  (
    await house.database.db
      .selectFrom('house_events')
      .select(['at', 'data'])
      .where('scenario_id', '=', id)
      .orderBy('at')
      .execute()
  ).map(({ at, data }) => [at.toISOString(), data.late, data.missed])

describe('schedules', () => {
  it('begin when they are published, and end when they are disabled', async () => {
    const { id, key } = await fresh('0 9 * * *')
    const begun = await rowOf(id)
    expect(begun?.last_at.getTime()).toBeGreaterThan(Date.now() - 60_000)
    expect(begun?.next_at?.getTime()).toBeGreaterThan(Date.now())
    // The same schedule in a new version goes on where it is: a moment that nobody told yet is not lost.
    await setLast(id, '2020-01-01T00:00:00Z')
    await publish({ id, key, cron: '0  9 * * *' })
    expect((await rowOf(id))?.last_at.getTime()).toBeGreaterThan(Date.now() - 60_000)
    await setLast(id, '2020-01-01T00:00:00Z')
    await inTransaction(house.database.db, (tx) => planSchedule(tx, id, document(key, '0  9 * * *') as never))
    expect((await rowOf(id))?.last_at).toEqual(new Date('2020-01-01T00:00:00Z'))
    await enable(id, false)
    expect(await rowOf(id)).toBeUndefined()
    await enable(id, true)
    expect((await rowOf(id))?.last_at.getTime()).toBeGreaterThan(Date.now() - 60_000)
    await enable(id, false)
  })

  it('make one event for each moment, the newest after an outage', async () => {
    const { id } = await fresh('0 * * * *')
    await setLast(id, '2030-05-01T08:00:00Z')
    const tell = (text: string) => tellSchedules(house.database.db, new Date(text))
    expect(await tell('2030-05-01T08:59:00Z')).toEqual([])
    expect(await tell('2030-05-01T09:00:01Z')).toHaveLength(1)
    expect(await tell('2030-05-01T09:00:03Z')).toEqual([])
    expect(await tell('2030-05-01T12:30:00Z')).toHaveLength(1)
    expect(await tell('2030-05-04T12:30:00Z')).toHaveLength(1)
    expect(await told(id)).toEqual([
      ['2030-05-01T09:00:00.000Z', false, 0],
      ['2030-05-01T12:00:00.000Z', true, 2],
      ['2030-05-04T12:00:00.000Z', true, 23],
    ])
    await enable(id, false)
  })

  it('that came too long ago are in the audit, and not told', async () => {
    const { id } = await fresh('0 9 1 * *')
    await setLast(id, '2030-06-01T08:00:00Z')
    expect(await tellSchedules(house.database.db, new Date('2030-06-03T00:00:00Z'))).toEqual([])
    expect(await told(id)).toEqual([])
    const rows = await house.database.db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', id)
      .where('action', '=', 'schedule.missed')
      .execute()
    expect(rows).toHaveLength(1)
    expect((await rowOf(id))?.next_at).toEqual(new Date('2030-07-01T09:00:00Z'))
    await enable(id, false)
  })

  it('are told once by two servers that look at the same time', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5].map(() => fresh('0 7 * * *')))
    for (const { id } of made) await setLast(id, '2031-01-01T00:00:00Z')
    const now = new Date('2031-01-01T07:00:01Z')
    const second = openDatabase(urlOf(house))
    try {
      const found = await Promise.all([
        tellSchedules(house.database.db, now),
        tellSchedules(second.db, now),
        tellSchedules(house.database.db, now),
      ])
      expect(found.flat()).toHaveLength(5)
      await tellSchedules(second.db, now)
    } finally {
      await second.close()
    }
    for (const { id } of made) expect(await told(id)).toHaveLength(1)
    for (const { id } of made) await enable(id, false)
  })

  it('do not lose a moment when the transaction that makes its event fails', async () => {
    const { id } = await fresh('0 7 * * *')
    await setLast(id, '2032-01-01T00:00:00Z')
    const now = new Date('2032-01-01T07:00:01Z')
    await house.database.pool.query(`
      create function fail() returns trigger language plpgsql as $$ begin raise 'no room'; end $$;
      create trigger fail after insert on house_events execute function fail()`)
    await expect(tellSchedules(house.database.db, now)).rejects.toThrow('no room')
    await house.database.pool.query('drop trigger fail on house_events')
    expect(await told(id)).toEqual([])
    expect(await tellSchedules(house.database.db, now)).toHaveLength(1)
    expect(await told(id)).toEqual([['2032-01-01T07:00:00.000Z', false, 0]])
    await enable(id, false)
  })
})

/** Another process's pool on the same database. */
function urlOf({ database }: House): string {
  const { connectionString } = database.pool.options
  if (!connectionString) throw new Error('the pool has no address')
  return connectionString
}
