import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CampaignId, ConversationId, DeliveryId } from '../../src/domain/ids.ts'
import { hasErrorSpike } from '../../src/store/campaigns/sending/halt-campaign.ts'
import { newsKey, tellCampaigns } from '../../src/store/campaigns/sending/news.ts'
import { settleOrphans } from '../../src/store/campaigns/sending/orphans.ts'
import { type CampaignOutcome, recordOutcomes } from '../../src/store/campaigns/sending/record-outcomes.ts'
import { inTransaction } from '../../src/store/index.ts'
import { claimBacklog, claimForgotten } from '../../src/store/intake/backlog.ts'
import { inIntakeTransaction } from '../../src/store/intake/run.ts'
import { openDeliveries } from '../../src/store/steps/open-deliveries.ts'
import { type House, openHouse, wamid } from '../kit/house.ts'
import { addCampaign, addTemplate, campaignRow, claim, claimOrders, deliveriesOf, numbers } from './campaign.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await addTemplate(house)
})
afterAll(() => house.close())
beforeEach(() => house.database.db.deleteFrom('send_pace').execute())

let prefixes = 0
const fresh = (count: number) => numbers(`1652${String(++prefixes).padStart(2, '0')}`, count)

/** A campaign with claimed messages. */
async function claimed(count: number) {
  const campaign = await addCampaign(house, { phones: fresh(count) })
  const orders = await claimOrders(house, campaign, { count })
  const record = (...outcomes: CampaignOutcome[]) =>
    recordOutcomes(house.database, { campaign, channel: house.channel }, outcomes)
  const of = (index: number) => {
    const order = orders[index]
    if (!order) throw new Error('no such order')
    return { delivery: order.delivery, conversation: order.conversation, attempt: order.attempt }
  }
  return { campaign, orders, of, record }
}

const accepted = (id: string) => ({ ended: 'accepted' as const, providerMessageId: wamid(id), aliases: [] })
const again = (code: string, waitMs: number | null = 0) => ({ ended: 'again' as const, code, detail: 'later', waitMs })

const row = (id: DeliveryId) =>
  house.database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const attemptsOf = (id: DeliveryId) =>
  house.database.db
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('delivery_id', '=', id)
    .orderBy('attempt')
    .execute()
const eventsOf = async (id: ConversationId) =>
  (
    await house.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map(({ payload }) => payload)

const report = (id: string, state: string, delivery: DeliveryId | null) =>
  house.database.db
    .insertInto('status_reports')
    .values({
      channel_id: house.channel,
      provider_message_id: wamid(id),
      state: state as never,
      delivery_id: delivery,
      at: new Date(),
      errors: JSON.stringify([{ code: '131026', title: 'Message undeliverable', details: null }]),
    })
    .execute()

describe('the ends of calls, recorded together', () => {
  it('each as its own: accepted, unknown, failed, another try', async () => {
    const { campaign, of, record } = await claimed(4)
    await record(
      { ...of(0), ended: 'accepted', providerMessageId: wamid('a.0'), aliases: [{ kind: 'wa_id', value: '5599' }] },
      { ...of(1), ended: 'unknown', detail: 'no answer' },
      { ...of(2), ended: 'failed', code: '131026', detail: 'no WhatsApp' },
      { ...of(3), ...again('131056', 60_000) },
    )
    expect(await row(of(0).delivery)).toMatchObject({
      state: 'accepted',
      rank: 3,
      provider_message_id: 'a.0',
      accepted_at: expect.any(Date),
    })
    expect(await row(of(1).delivery)).toMatchObject({ state: 'unknown', rank: 2 })
    expect(await row(of(2).delivery)).toMatchObject({ state: 'failed', rank: 8, error_code: '131026' })
    const waiting = await row(of(3).delivery)
    expect(waiting).toMatchObject({ state: 'queued', rank: 0, lane: 'campaign', parked: null, error_code: '131056' })
    expect(waiting.slot_at?.getTime()).toBeGreaterThan(Date.now() + 50_000)
    const outcomes = await Promise.all([0, 1, 2, 3].map(async (n) => (await attemptsOf(of(n).delivery))[0]?.outcome))
    expect(outcomes).toEqual(['accepted', 'unknown', 'rejected', 'rejected'])
    expect((await eventsOf(of(2).conversation)).at(-1)).toEqual({
      kind: 'delivery.failed',
      delivery: of(2).delivery,
      code: '131026',
    })
    expect(await eventsOf(of(0).conversation)).toHaveLength(1)
    const alias = await house.database.db.selectFrom('identities').selectAll().where('value', '=', '5599').execute()
    expect(alias).toMatchObject([{ conversation_id: of(0).conversation }])
    const chunk = await claim(house, campaign)
    expect(chunk.got).toBe('nothing')
    expect(chunk.got === 'nothing' && chunk.nextInMs).toBeGreaterThan(50_000)
  })

  it('may be repeated, and changes nothing then', async () => {
    const { of, record } = await claimed(2)
    const outcomes: CampaignOutcome[] = [
      { ...of(0), ...accepted('r.0') },
      { ...of(1), ended: 'failed', code: '131026', detail: '' },
    ]
    await record(...outcomes)
    await record(...outcomes)
    expect((await row(of(0).delivery)).state).toBe('accepted')
    expect((await eventsOf(of(1).conversation)).filter(({ kind }) => kind === 'delivery.failed')).toHaveLength(1)
  })

  it('a status that came first is not moved back (P4), one that could not be applied is joined', async () => {
    const { of, record } = await claimed(2)
    await house.database.db
      .updateTable('deliveries')
      .set({ state: 'delivered', rank: 5, provider_message_id: wamid('s.0') })
      .where('id', '=', of(0).delivery)
      .execute()
    await report('s.1', 'failed', of(1).delivery)
    await record({ ...of(0), ...accepted('s.0') }, { ...of(1), ...accepted('s.1') })
    expect(await row(of(0).delivery)).toMatchObject({ state: 'delivered', rank: 5 })
    expect(await row(of(1).delivery)).toMatchObject({ state: 'failed', error_code: '131026' })
    expect((await eventsOf(of(1).conversation)).at(-1)?.kind).toBe('delivery.failed')
  })

  it('what a dead process left is unknown and is not claimed again; a late answer settles it (P3)', async () => {
    const { campaign, of, record } = await claimed(3)
    await record({ ...of(0), ...accepted('o.0') })
    expect(await settleOrphans(house.database, campaign)).toBe(2)
    expect((await deliveriesOf(house, campaign)).map(({ state }) => state).toSorted()).toEqual([
      'accepted',
      'unknown',
      'unknown',
    ])
    expect(await claim(house, campaign)).toEqual({ got: 'nothing', nextInMs: null })
    await record({ ...of(1), ...accepted('o.1') }, { ...of(2), ...again('131016') })
    expect(await row(of(1).delivery)).toMatchObject({ state: 'accepted', provider_message_id: 'o.1' })
    // Somebody may have decided about it meanwhile: it stays with them.
    expect(await row(of(2).delivery)).toMatchObject({ state: 'unknown' })
  })

  it('another try is a new attempt, and counts those before it', async () => {
    const { campaign, of, record } = await claimed(1)
    await record({ ...of(0), ...again('131016') })
    const [second] = await claimOrders(house, campaign)
    expect(second).toMatchObject({ delivery: of(0).delivery, attempt: 2, tries: 2 })
    // The first attempt's late word is not the second's.
    await record({ ...of(0), ended: 'failed', code: '131026', detail: '' })
    expect((await row(of(0).delivery)).state).toBe('sending')
    await record({ ...of(0), attempt: 2, ...accepted('t.2') })
    expect((await attemptsOf(of(0).delivery)).map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted'])
  })

  it('whoever opts out while waiting for another try gets none', async () => {
    const { campaign, of, record } = await claimed(1)
    const { workEvents } = await import('../../src/store/steps/work-events.ts')
    await workEvents(house.database, { conversationId: of(0).conversation, after: null, upTo: 1 })
    await record({ ...of(0), ...again('131016') })
    await house.database.db.updateTable('contacts').set({ opted_out_at: new Date() }).execute()
    expect((await claim(house, campaign)).got).toBe('nothing')
    expect(await row(of(0).delivery)).toMatchObject({ state: 'failed', error_code: 'opted_out' })
  })

  it('what would be tried again fails where its campaign was stopped meanwhile (P3)', async () => {
    const { campaign, of, record } = await claimed(1)
    await house.database.db.updateTable('campaigns').set({ state: 'stopped' }).where('id', '=', campaign).execute()
    await record({ ...of(0), ...again('131016', 5_000) })
    expect(await row(of(0).delivery)).toMatchObject({ state: 'failed', error_code: 'campaign_stopped', slot_at: null })
  })
})

describe('an error spike', () => {
  const states = (campaign: CampaignId, state: string, count: number) =>
    house.database.pool.query(
      `update deliveries set state = $2 where id in (
        select id from deliveries where campaign_id = $1 and state = 'sending' order by id limit $3)`,
      [campaign, state, count],
    )

  it('is half of the newest messages failing since the campaign was started or resumed', async () => {
    const { campaign } = await claimed(60)
    const { db } = house.database
    await states(campaign, 'failed', 9)
    await states(campaign, 'accepted', 11)
    expect(await hasErrorSpike(db, campaign)).toBe(false)
    await states(campaign, 'failed', 30)
    expect(await hasErrorSpike(db, campaign)).toBe(true)
    await db.updateTable('campaigns').set({ changed_at: new Date() }).where('id', '=', campaign).execute()
    expect(await hasErrorSpike(db, campaign)).toBe(false)
  })
})

describe('what others do not touch', () => {
  it('conversations neither send a campaign’s message nor look for a forgotten one', async () => {
    const { of, record } = await claimed(1)
    await record({ ...of(0), ...again('131016', 0) })
    const { database } = house
    await database.db
      .updateTable('deliveries')
      .set({ queued_at: new Date(Date.now() - 3_600_000), slot_at: null })
      .where('id', '=', of(0).delivery)
      .execute()
    expect(await inTransaction(database.db, (tx) => openDeliveries(tx, of(0).conversation))).toEqual([])
    expect((await claimForgotten(database.db, 500)).map(({ id }) => id)).not.toContain(of(0).conversation)
  })

  it('a hundred thousand conversations that wait for their turn do not hold up one that somebody waits for (P9)', async () => {
    const { database, channel } = house
    await database.pool.query(
      `insert into conversations (id, channel_id, last_seq, due_at)
      select gen_random_uuid(), $1, 1, now() + n * interval '40 milliseconds' from generate_series(1, 100000) n`,
      [channel],
    )
    const { rows } = await database.pool.query<{ id: ConversationId }>(
      `insert into conversations (id, channel_id, last_seq, due_at)
      values (gen_random_uuid(), $1, 1, now() - interval '20 seconds') returning id`,
      [channel],
    )
    await database.pool.query('analyze conversations')
    expect((await claimBacklog(database.db, 500)).map(({ id }) => id)).toContain(rows[0]?.id)
    expect(await claimBacklog(database.db, 500)).toEqual([])
  })
})

describe('live updates of a campaign', () => {
  it('are told once a second, by whoever is first', async () => {
    const { campaign } = await claimed(1)
    const { database } = house
    await settleOrphans(database, campaign)
    const told = async () =>
      (await database.db.selectFrom('live_events').select('data').where('event', '=', 'campaign').execute()).filter(
        ({ data }) => data.campaignId === campaign,
      ).length
    const tell = () => inIntakeTransaction(database.pool, (run) => tellCampaigns(run, [campaign]))
    await Promise.all([tell(), tell(), tell()])
    await tell()
    expect(await told()).toBe(1)
    await database.db
      .updateTable('send_pace')
      .set({ next_at: new Date(0) })
      .where('key', '=', newsKey(campaign))
      .execute()
    await tell()
    expect(await told()).toBe(2)
    expect((await campaignRow(house, campaign)).state).toBe('running')
  })
})
