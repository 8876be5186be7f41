import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { countAttention } from '../../../src/store/attention/count-attention.ts'
import { noteChannelTrouble } from '../../../src/store/channels/channels.ts'
import { SILENT_WORDS, warnOfSilentPhoneApps } from '../../../src/store/channels/silent-phone-apps.ts'
import { claimUnheardEvents } from '../../../src/store/house/unheard-events.ts'
import { workHouse } from '../../../src/store/house/work-house.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { addChannel, type House, openHouse } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

/** The phone app that uses a number, too: what people and scenarios are told before Meta ends the connection. */
const HEARD = new Date('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const after = (days: number, ms = 0) => new Date(HEARD.getTime() + days * DAY + ms)

let house: House
let channel: ChannelId
let numbers = 0
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.database.pool.query(`update channels set coexistence = false`)
  channel = await shared()
})

async function shared(more?: string): Promise<ChannelId> {
  const { owner, template } = house
  const id = await addChannel(house.database, { owner, template, phoneNumberId: `78${++numbers}` })
  const { pool } = house.database
  await pool.query(`update channels set coexistence = true, created_at = $2, app_seen_at = $2 where id = $1`, [
    id,
    HEARD,
  ])
  if (more !== undefined) await pool.query(`update channels set ${more} where id = $1`, [id])
  return id
}
const hear = (at: Date) =>
  house.database.pool.query(`update channels set app_seen_at = $2 where id = $1`, [channel, at])
const look = (at: Date) => warnOfSilentPhoneApps(house.database.db, at)
const told = async (of = channel) =>
  house.database.db.selectFrom('house_events').selectAll().where('channel_id', '=', of).orderBy('id').execute()
const reason = async (of = channel) =>
  (await house.database.db.selectFrom('channels').select('state_reason').where('id', '=', of).executeTakeFirstOrThrow())
    .state_reason

it('is told on the eleventh day and not before, once, however many servers look', async () => {
  await look(after(11))
  expect([await told(), await reason()]).toEqual([[], null])
  await Promise.all([1, 2, 3, 4].map(() => look(after(11, 1))))
  await look(after(13))
  expect(await told()).toMatchObject([
    {
      name: 'channel.phone_silent',
      at: after(11, 1),
      data: {
        channelId: channel,
        channelName: 'Shop',
        since: HEARD.toISOString(),
        endsAt: after(14).toISOString(),
        reason: SILENT_WORDS,
      },
    },
  ])
  expect(await reason()).toBe(SILENT_WORDS)
})

it('is taken back when the phone is heard of, and told again of the next silence', async () => {
  await look(after(12))
  await hear(after(12, HOUR))
  await look(after(12, 2 * HOUR))
  expect(await reason()).toBeNull()
  await look(after(23, HOUR))
  expect(await told()).toHaveLength(1)
  await look(after(23, 2 * HOUR))
  expect((await told()).map(({ data }) => data.since)).toEqual([HEARD.toISOString(), after(12, HOUR).toISOString()])
})

it('counts from the connection where the phone never gave a sign of life', async () => {
  await house.database.pool.query(`update channels set app_seen_at = null where id = $1`, [channel])
  await look(after(11, 1))
  expect((await told()).map(({ data }) => data.since)).toEqual([HEARD.toISOString()])
})

it('writes over nothing else that people have to know', async () => {
  await inTransaction(house.database.db, (tx) => noteChannelTrouble(tx, channel, 'The token ends'))
  await look(after(12))
  await hear(after(13))
  await look(after(13, HOUR))
  expect([await reason(), (await told()).length]).toEqual(['The token ends', 1])
})

it.each([
  ['that Meta does not connect', `provider = 'green-api'`],
  ['that the phone does not use', `coexistence = false`],
  ['over which nothing is sent', `state = 'paused'`],
  ['that was deleted', `deleted_at = now()`],
])('is not said of a number %s', async (_, more) => {
  const other = await shared(more)
  await look(after(30))
  expect([await told(other), await reason(other)]).toEqual([[], null])
  // Of the one beside it, it is.
  expect(await told()).toHaveLength(1)
})

it('starts the scenarios that listen, once for each silence, and each sees which number it is', async () => {
  const scenario = await publishDocument(
    house,
    `
id: phone-away
name: Phone away
trigger: { event: channel.phone_silent, when: { field: event.channelName, is: Shop } }
vars: { until: { type: string } }
steps: [ { id: note, set: { until: '{{ event.endsAt }}' } } ]
`,
  )
  for (const day of [12, 13]) await look(after(day))
  for (const id of await claimUnheardEvents(house.database.db, 10)) await workHouse(house.database, { event: id })
  const runs = await house.database.db.selectFrom('runs').selectAll().where('scenario_id', '=', scenario).execute()
  expect(runs).toMatchObject([{ state: 'finished', conversation_id: null }])
  expect(runs[0]?.run.vars).toEqual({ until: after(14).toISOString() })
})

it('is counted among what waits for a person, until the phone is heard of', async () => {
  const counted = async () =>
    (await countAttention(house.database.db, { channelIds: [channel], seesDeadLetters: true, seesHouse: true }))
      .channels
  expect(await counted()).toBe(0)
  await look(after(12))
  expect(await counted()).toBe(1)
  await hear(after(12, HOUR))
  expect(await counted()).toBe(0)
})
