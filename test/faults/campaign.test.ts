import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId, UserId } from '../../src/domain/ids.ts'
import { addCampaign, campaignRow, deliveriesOf, numbers, recipientsOf, TEMPLATE } from '../campaigns/campaign.ts'
import { eventually } from '../kit/eventually.ts'
import { type Killable, openProcessHouse, type ProcessHouse } from '../kit/process-house.ts'
import { sizeOf } from './sizes.ts'

/** So many that it is under way for a while. */
const RECIPIENTS = sizeOf(2_000, 800)

let house: ProcessHouse

let worker: Killable
beforeAll(async () => {
  house = await openProcessHouse()
  await house.startServer()
  worker = await house.startWorker()
  // The server asks the provider for the templates by itself.
  await eventually(async () => {
    const known = await house.database.db
      .selectFrom('templates')
      .select('name')
      .where('name', '=', TEMPLATE.name)
      .where('language', '=', TEMPLATE.language)
      .execute()
    expect(known).toHaveLength(1)
  }, 60_000)
}, 120_000)
afterAll(() => house.close(), 30_000)

const channel = () => ({
  database: house.database,
  channel: house.channelId as ChannelId,
  owner: null as unknown as UserId,
})

interface Call {
  to: string | null
  callbackData: string | null
  outcome: string
}
const calls = async () => (await house.simulator<{ items: Call[] }>('GET', '/calls?operation=messages')).items

describe(`in the middle of a campaign of ${RECIPIENTS} the worker is killed (F1, P3, P7)`, () => {
  it('twice, and Temporal with it: nobody is called twice, nobody is left out, and the campaign ends', async () => {
    const phones = numbers('1655', RECIPIENTS)
    // Nobody signals it: the sweep finds it.
    const id = await addCampaign(channel(), { phones })
    const calledAtLeast = (count: number) =>
      eventually(async () => expect((await calls()).length).toBeGreaterThan(count), 120_000)

    await calledAtLeast(RECIPIENTS / 10)
    await worker.kill()
    worker = await house.startWorker()
    await calledAtLeast((RECIPIENTS * 3) / 10)
    await Promise.all([worker.kill(), house.restartTemporal({ kill: true })])
    worker = await house.startWorker()
    await eventually(async () => expect((await campaignRow(house, id)).state).toBe('finished'), 180_000)

    const made = await calls()
    const byNumber = new Map<string, number>()
    const byDelivery = new Map<string, number>()
    for (const { to, callbackData } of made) {
      byNumber.set(to ?? '', (byNumber.get(to ?? '') ?? 0) + 1)
      byDelivery.set(callbackData ?? '', (byDelivery.get(callbackData ?? '') ?? 0) + 1)
    }
    expect([...byNumber].filter(([, count]) => count > 1)).toEqual([])
    expect([...byDelivery].filter(([, count]) => count > 1)).toEqual([])

    const recipients = await recipientsOf(house, id)
    expect(recipients.filter(({ state }) => state !== 'taken')).toEqual([])
    const deliveries = new Map((await deliveriesOf(house, id)).map((delivery) => [delivery.id, delivery.state]))
    expect(deliveries.size).toBe(RECIPIENTS)
    // Whoever was not called is of unknown outcome: a person decides.
    const notCalled = recipients.filter(({ phone }) => !byNumber.has(`+${phone}`))
    expect(notCalled.map(({ delivery_id }) => delivery_id && deliveries.get(delivery_id))).toEqual(
      notCalled.map(() => 'unknown'),
    )
    expect([...deliveries.values()].filter((state) => state === 'queued' || state === 'sending')).toEqual([])
    expect(notCalled.length).toBeLessThan(200)
  }, 400_000)
})
