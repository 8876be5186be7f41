import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CampaignOutcomes } from '../../activities/campaign-outcomes.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { type House, openHouse, secrets, wamid } from '../kit/house.ts'
import { addCampaign, addTemplate, claimOrders, deliveriesOf, numbers } from './campaign.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await addTemplate(house)
})
afterAll(() => house.close())

async function claimed(prefix: string, count: number) {
  const campaign = await addCampaign(house, { phones: numbers(prefix, count) })
  const orders = await claimOrders(house, campaign, { count })
  const deps = {
    database: house.database,
    channels: channelCache(house.database, secrets),
    secrets,
    files: diskFiles('/nowhere'),
    publicUrl: 'http://127.0.0.1:9',
    log: pino({ level: 'silent' }),
    worker: 'w',
    notifyLive: () => undefined,
    stopping: new AbortController().signal,
  }
  const outcomes = new CampaignOutcomes(deps, { campaign, channel: house.channel })
  const add = (from: number, to: number, id = (n: number) => `${prefix}.${n}`) => {
    for (let n = from; n < to; n++) {
      const order = orders[n]
      if (!order) throw new Error('no such order')
      const { delivery, conversation, attempt } = order
      outcomes.add({ delivery, conversation, attempt, ended: 'accepted', providerMessageId: wamid(id(n)), aliases: [] })
    }
  }
  const states = async () => (await deliveriesOf(house, campaign)).map(({ state }) => state)
  return { outcomes, add, states }
}

it('records every outcome, those too that come while others are being recorded (P3)', async () => {
  const { outcomes, add, states } = await claimed('165401', 130)
  add(0, 5)
  const first = outcomes.drain()
  add(5, 70)
  await first
  // Nothing waits: an idle moment must not end the recording for good.
  await outcomes.drain()
  add(70, 102)
  add(102, 130)
  await outcomes.drain()
  expect(await states()).toEqual(Array(130).fill('accepted'))
})

it('one outcome that the database refuses holds up no other', async () => {
  const { outcomes, add, states } = await claimed('165402', 12)
  // The provider's id of a message is its own: here it names one twice.
  add(0, 12, (n) => `twice.${n === 7 ? 3 : n}`)
  await outcomes.drain()
  expect((await states()).toSorted()).toEqual([...Array(11).fill('accepted'), 'sending'])
})
