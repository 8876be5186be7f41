import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { perSecond } from '../../src/domain/pacing.ts'
import { claimChunk } from '../../src/store/campaigns/sending/claim-chunk.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'
import {
  addCampaign,
  addTemplate,
  campaignRow,
  claim,
  claimOrders,
  deliveriesOf,
  numbers,
  recipientsOf,
} from './campaign.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await addTemplate(house)
})
afterAll(() => house.close())
beforeEach(() => house.database.db.deleteFrom('send_pace').execute())

let prefixes = 0
/** Numbers of their own for each test. */
const fresh = (count: number) => numbers(`1650${String(++prefixes).padStart(2, '0')}`, count)

describe('a chunk', () => {
  it('is the next of the list: comment, held message, claimed attempt, and a quiet event in the conversation’s record', async () => {
    const phones = fresh(10)
    const campaign = await addCampaign(house, { phones })
    const orders = await claimOrders(house, campaign, { count: 4 })
    expect(orders).toHaveLength(4)
    expect(orders[0]).toMatchObject({
      attempt: 1,
      tries: 1,
      recipient: [{ kind: 'phone', value: `+${phones[0]}` }],
      template: { name: 'welcome', language: 'en_US', body: [{ name: null, text: 'Anna' }] },
    })
    const { db } = house.database
    const delivery = (await deliveriesOf(house, campaign))[0]
    expect(delivery).toMatchObject({ state: 'sending', rank: 1, attempt: 1, lane: 'campaign', parked: null })
    const comment = await db
      .selectFrom('comments')
      .selectAll()
      .where('id', '=', delivery?.comment_id ?? ('' as never))
      .executeTakeFirstOrThrow()
    expect(comment).toMatchObject({
      task_id: null,
      kind: 'template',
      bulk: true,
      notifies_contact: true,
      author_id: house.owner,
      text: 'Welcome, Anna! Here is what is new with us this week.\nReply STOP to opt out',
    })
    const held = await db
      .selectFrom('outgoing_messages')
      .selectAll()
      .where('comment_id', '=', comment.id)
      .executeTakeFirstOrThrow()
    expect(held).toMatchObject({ state: 'held', cluster_id: (await campaignRow(house, campaign)).cluster_id })
    expect(held.hold_until?.getTime()).toBeGreaterThan(held.at.getTime() + 27 * 24 * 3_600_000)
    const attempts = await db
      .selectFrom('delivery_attempts')
      .selectAll()
      .where('delivery_id', '=', delivery?.id ?? ('' as never))
      .execute()
    expect(attempts).toMatchObject([{ attempt: 1, worker: 'w', outcome: null }])
    const recipients = await recipientsOf(house, campaign)
    expect(recipients.map(({ state }) => state)).toEqual([...Array(4).fill('taken'), ...Array(6).fill('queued')])
    expect(recipients[0]).toMatchObject({ comment_id: comment.id })

    // Its conversation's workflow takes the message as held, and asks to send nothing.
    const worked = await workEvents(house.database, {
      conversationId: delivery?.conversation_id ?? ('' as never),
      after: null,
      upTo: 1,
    })
    expect(worked).toMatchObject({ worked: 1, sends: [], wakeAt: expect.any(Number) })
    expect(await db.selectFrom('tasks').selectAll().execute()).toEqual([])
  })

  it('wakes about 10 conversations per second, and what else happens in one wakes it at once', async () => {
    const phones = fresh(50)
    const known = await addConversation(house, [{ kind: 'wa_id', value: phones[49] ?? '' }])
    await receive(house.database, known)
    const campaign = await addCampaign(house, { phones })
    const before = Date.now()
    const orders = await claimOrders(house, campaign, { count: 50 })
    const due = await house.database.db
      .selectFrom('conversations')
      .select('due_at')
      .where(
        'id',
        'in',
        orders.slice(0, 49).map(({ conversation }) => conversation),
      )
      .orderBy('due_at')
      .execute()
    const spread = (due.at(-1)?.due_at.getTime() ?? 0) - (due[0]?.due_at.getTime() ?? 0)
    expect(spread).toBeGreaterThan(48 * 101)
    expect(spread).toBeLessThan(48 * 104 + 5)
    const dueOf = async (id: string) =>
      (
        await house.database.db
          .selectFrom('conversations')
          .select('due_at')
          .where('id', '=', id as never)
          .executeTakeFirstOrThrow()
      ).due_at.getTime()
    // Somebody waits for that one already.
    expect(await dueOf(known)).toBeLessThan(before + 500)
    const last = orders[48]?.conversation ?? ('' as never)
    expect(await dueOf(last)).toBeGreaterThan(before + 1_500)
    await receive(house.database, last)
    expect(await dueOf(last)).toBeLessThan(Date.now() + 5)
  })

  it('reaches whoever is known under another form of the number', async () => {
    const known = await addConversation(house, [{ kind: 'wa_id', value: '551187654321' }])
    const campaign = await addCampaign(house, { phones: ['5511987654321'] })
    const [order] = await claimOrders(house, campaign)
    expect(order).toMatchObject({
      conversation: known,
      recipient: expect.arrayContaining([{ kind: 'wa_id', value: '551187654321' }]),
    })
  })

  it('leaves out who opted out since, and a second number of one client; the others go', async () => {
    const phones = fresh(4)
    const [optedOut = '', first = '', second = '', other = ''] = phones
    const stopped = await addConversation(house, [{ kind: 'wa_id', value: optedOut }])
    await receive(house.database, stopped)
    await workEvents(house.database, { conversationId: stopped, after: null, upTo: 1 })
    await house.database.db.updateTable('contacts').set({ opted_out_at: new Date() }).execute()
    await addConversation(house, [
      { kind: 'wa_id', value: first },
      { kind: 'phone', value: `+${second}` },
    ])
    const campaign = await addCampaign(house, { phones: [optedOut, first, second, other] })
    expect(await claimOrders(house, campaign)).toHaveLength(2)
    expect((await recipientsOf(house, campaign)).map(({ state, exclusion }) => exclusion ?? state)).toEqual([
      'opted_out',
      'taken',
      'duplicate',
      'taken',
    ])
  })

  it('leaves out the second number in a later chunk, too', async () => {
    const [first = '', second = ''] = fresh(2)
    await addConversation(house, [
      { kind: 'wa_id', value: first },
      { kind: 'phone', value: `+${second}` },
    ])
    const campaign = await addCampaign(house, { phones: [first, second] })
    expect(await claimOrders(house, campaign, { count: 1 })).toHaveLength(1)
    expect(await claimOrders(house, campaign, { count: 1 })).toEqual([])
    expect((await recipientsOf(house, campaign)).map(({ exclusion }) => exclusion)).toEqual([null, 'duplicate'])
  })

  it('leaves out whom the template as it is now does not fit', async () => {
    const campaign = await addCampaign(house, { phones: fresh(1), parameters: { body: [] } })
    expect(await claimOrders(house, campaign)).toEqual([])
    expect((await recipientsOf(house, campaign))[0]).toMatchObject({ state: 'excluded', exclusion: 'bad_parameters' })
  })
})

describe('several at once', () => {
  it('never take a recipient twice', async () => {
    const phones = fresh(200)
    const campaign = await addCampaign(house, { phones })
    const taken: string[] = []
    const slice = async (worker: string) => {
      for (;;) {
        const chunk = await claim(house, campaign, { worker, count: 8 })
        if (chunk.got !== 'orders') return
        taken.push(...chunk.orders.map(({ recipient }) => recipient[0]?.value ?? ''))
      }
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(slice))
    expect(taken.toSorted()).toEqual(phones.map((phone) => `+${phone}`).toSorted())
    expect(await deliveriesOf(house, campaign)).toHaveLength(200)
  })

  it('of two campaigns to the same new clients open one conversation for each', async () => {
    const phones = fresh(60)
    const both = [await addCampaign(house, { phones }), await addCampaign(house, { phones: phones.toReversed() })]
    await Promise.all(
      both.map(async (campaign) => {
        while ((await claim(house, campaign)).got === 'orders');
      }),
    )
    const conversations = await Promise.all(
      both.map(async (campaign) =>
        (await deliveriesOf(house, campaign)).map(({ conversation_id }) => conversation_id).toSorted(),
      ),
    )
    expect(conversations[0]).toHaveLength(60)
    expect(conversations[0]).toEqual(conversations[1])
  })
})

describe('nothing is claimed', () => {
  it.each(['draft', 'scheduled', 'paused', 'stopped', 'finished'] as const)(
    'while the campaign is %s',
    async (state) => {
      const campaign = await addCampaign(house, { phones: fresh(1), state })
      expect(await claim(house, campaign)).toEqual({ got: 'stopped' })
    },
  )

  it('while the channel’s next places are others’; replies come first (P9)', async () => {
    const campaign = await addCampaign(house, { phones: fresh(100) })
    // A chunk takes two seconds' worth of places: however slow the machine is, the pace runs ahead.
    const request = { campaign, worker: 'w', count: 8, pace: perSecond(4) }
    const got: string[] = []
    for (let n = 0; n < 3; n++) got.push((await claimChunk(house.database, request)).got)
    expect(got).toEqual(['orders', expect.stringMatching(/orders|wait/), 'wait'])
    const chunk = await claimChunk(house.database, request)
    expect(chunk.got === 'wait' && chunk.ms).toBeLessThan(4_200)
  })

  it.each([
    ['channel_not_connected', { state: 'paused' as const }, {}],
    ['template_paused', {}, { status: 'paused' }],
    ['template_disabled', {}, { status: 'disabled' }],
    ['template_not_approved', {}, { status: 'rejected' }],
    ['template_missing', {}, { deleted_at: new Date() }],
  ] as const)('and a person is told: %s', async (reason, channel, template) => {
    const { db } = house.database
    const campaign = await addCampaign(house, { phones: fresh(1) })
    if ('state' in channel) await db.updateTable('channels').set(channel).execute()
    if (Object.keys(template).length > 0) await db.updateTable('templates').set(template).execute()
    expect(await claim(house, campaign)).toEqual({ got: 'obstacle', reason })
    expect((await recipientsOf(house, campaign))[0]?.state).toBe('queued')
    await db.updateTable('channels').set({ state: 'connected' }).execute()
    await db.updateTable('templates').set({ status: 'approved', deleted_at: null }).execute()
  })

  it.each([
    ['everything', [], 'obstacle'],
    ['templates', [{ type: 'A', blocks: 'templates', until: '2999-01-01T00:00:00Z' }], 'obstacle'],
    ['utility templates without an end', [{ type: 'A', blocks: 'utility_templates', until: null }], 'obstacle'],
    ['templates, until a moment ago', [{ type: 'A', blocks: 'templates', until: '2020-01-01T00:00:00Z' }], 'orders'],
    ['replies', [{ type: 'A', blocks: 'replies', until: null }], 'orders'],
  ])('or all the same, where the account is restricted in %s: %j', async (_, restrictions, got) => {
    const { db } = house.database
    const campaign = await addCampaign(house, { phones: fresh(1) })
    await db.updateTable('templates').set({ category: 'utility' }).execute()
    await db
      .updateTable('channels')
      .set({ state: 'restricted', restrictions: JSON.stringify(restrictions) })
      .execute()
    expect((await claim(house, campaign)).got).toBe(got)
    await db.updateTable('channels').set({ state: 'connected', restrictions: '[]' }).execute()
  })

  it('once the list is done', async () => {
    const campaign = await addCampaign(house, { phones: fresh(2) })
    await claimOrders(house, campaign)
    expect(await claim(house, campaign)).toEqual({ got: 'nothing', nextInMs: null })
  })
})
