import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/store/actor.ts'
import { resumeCampaign } from '../../src/store/campaigns/control.ts'
import { campaignStep } from '../../src/store/campaigns/sending/campaign-step.ts'
import { claimUnheard } from '../../src/store/campaigns/sending/unheard.ts'
import { inTransaction } from '../../src/store/index.ts'
import { type House, openHouse } from '../kit/house.ts'
import { addCampaign, addTemplate, type CampaignOptions, campaignRow, claimOrders, numbers } from './campaign.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await addTemplate(house)
})
afterAll(() => house.close())

// Not a fixed day: what is planned lies ahead of the database's clock, too, which the sweep goes by.
const NOW = Date.now()
let prefixes = 0
const add = (options: Partial<CampaignOptions> = {}) =>
  addCampaign(house, { phones: numbers(`1653${String(++prefixes).padStart(2, '0')}`, 1), ...options })
const step = (campaignId: Awaited<ReturnType<typeof add>>, now = NOW) =>
  campaignStep(house.database, { campaignId, now })
const planned = new Date(NOW + 60_000)
const DAY_MS = 86_400_000

describe('the next step of a campaign', () => {
  it.each([
    ['a draft rests', { state: 'draft' }, { do: 'end' }, 'draft'],
    [
      'one that is planned waits',
      { state: 'scheduled', scheduleAt: planned },
      { do: 'wait', untilMs: planned.getTime() },
      'scheduled',
    ],
    ['and begins when its time has come', { state: 'scheduled', scheduleAt: new Date(NOW) }, { do: 'send' }, 'running'],
    ['and after a day’s outage', { state: 'scheduled', scheduleAt: new Date(NOW - DAY_MS) }, { do: 'send' }, 'running'],
    [
      'one whose time passed earlier waits for a person',
      { state: 'scheduled', scheduleAt: new Date(NOW - DAY_MS - 1) },
      { do: 'wait', untilMs: null },
      'paused',
    ],
    ['one that runs sends', { state: 'running' }, { do: 'send' }, 'running'],
    ['and is finished with its list', { state: 'running', phones: [] }, { do: 'end' }, 'finished'],
    ['one that is paused waits for a person', { state: 'paused' }, { do: 'wait', untilMs: null }, 'paused'],
    ['one that was stopped ends', { state: 'stopped' }, { do: 'end' }, 'stopped'],
  ] as const)('%s', async (_, options, next, state) => {
    const id = await add(options)
    expect(await step(id)).toEqual(next)
    expect(await step(id)).toEqual(next)
    expect(await campaignRow(house, id)).toMatchObject({ state, heard_at: expect.any(Date) })
  })

  it('a missed start says why, and nobody has to tell its workflow', async () => {
    const now = Date.now()
    const id = await add({ state: 'scheduled', scheduleAt: new Date(now - 2 * DAY_MS) })
    await step(id, now)
    const row = await campaignRow(house, id)
    expect(row).toMatchObject({ state: 'paused', state_reason: 'missed_schedule', started_at: null })
    expect(row.heard_at?.getTime()).toBeGreaterThanOrEqual(row.changed_at.getTime())
    const { db } = house.database
    const audited = await db.selectFrom('audit_log').selectAll().where('subject_id', '=', id).execute()
    expect(audited).toMatchObject([
      { action: 'campaign.paused', detail: { from: 'scheduled', to: 'paused', reason: 'missed_schedule' } },
    ])
    // Its list has not been touched: a person who resumes it means what stands there.
    const owner: Actor = { userId: house.owner, name: 'Olga', channelIds: null, key: `user:${house.owner}` }
    expect((await inTransaction(db, (tx) => resumeCampaign(tx, owner, id))).refused).toBeNull()
    expect(await campaignRow(house, id)).toMatchObject({ state: 'running', state_reason: null })
    expect(await step(id)).toEqual({ do: 'send' })
  })

  it.each(['running', 'paused', 'stopped'] as const)(
    '%s: what was claimed and has no outcome is settled first',
    async (state) => {
      const id = await add()
      await claimOrders(house, id)
      await house.database.db.updateTable('campaigns').set({ state }).where('id', '=', id).execute()
      expect(await step(id)).toEqual({ do: 'send' })
      expect((await campaignRow(house, id)).state).toBe(state)
    },
  )
})

describe('the sweep for campaigns', () => {
  it('finds those whose workflow has not heard, again after a pause; a step ends it', async () => {
    const { db } = house.database
    await db
      .updateTable('campaigns')
      .set({ heard_at: new Date(Date.now() + 1_000) })
      .execute()
    const id = await add()
    const unheard = await add({ state: 'draft' })
    const age = (seconds: number, column: 'changed_at' | 'nudged_at') =>
      db
        .updateTable('campaigns')
        .set({ [column]: new Date(Date.now() - seconds * 1_000) })
        .where('id', 'in', [id, unheard])
        .execute()
    expect(await claimUnheard(db, 50)).toEqual([])
    await age(5, 'changed_at')
    expect(await claimUnheard(db, 50)).toEqual([id])
    expect(await claimUnheard(db, 50)).toEqual([])
    await age(20, 'nudged_at')
    expect(await claimUnheard(db, 50)).toEqual([id])
    await step(id)
    await age(10_000, 'nudged_at')
    expect(await claimUnheard(db, 50)).toEqual([])
    // Its workflow is gone: nobody has looked at it for minutes.
    await db
      .updateTable('campaigns')
      .set({ heard_at: new Date(Date.now() - 600_000) })
      .where('id', '=', id)
      .execute()
    await db
      .updateTable('campaigns')
      .set({ changed_at: new Date(Date.now() - 700_000) })
      .where('id', '=', id)
      .execute()
    expect(await claimUnheard(db, 50)).toEqual([id])
  })
})
