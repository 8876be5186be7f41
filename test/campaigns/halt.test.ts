import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListedTemplate } from '../../src/channels/port.ts'
import { haltForTemplate } from '../../src/store/campaigns/sending/halt-campaign.ts'
import { inTransaction } from '../../src/store/index.ts'
import { databaseTime, syncTemplates } from '../../src/store/templates/sync-templates.ts'
import { type House, openHouse } from '../kit/house.ts'
import { addCampaign, addTemplate, campaignRow, numbers, TEMPLATE } from './campaign.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await addTemplate(house)
})
afterAll(() => house.close())

/** The provider's list still calls the template approved. */
const LISTED: ListedTemplate = {
  ...TEMPLATE,
  providerId: '1',
  category: 'marketing',
  status: 'approved',
  quality: null,
  parameterFormat: 'positional',
  components: [{ type: 'BODY', text: 'Welcome, {{1}}!' }],
  reason: null,
}
const sync = (askedAt: Date) =>
  inTransaction(house.database.db, (tx) =>
    syncTemplates(tx, house.channel, [LISTED], askedAt, { kind: 'system', id: null }),
  )
const known = () => house.database.db.selectFrom('templates').select(['status', 'deleted_at']).executeTakeFirstOrThrow()

describe('a template that the provider refused', () => {
  it.each([
    [
      { reason: 'template_paused', status: 'paused' },
      { status: 'paused', deleted_at: null },
    ],
    [{ reason: 'template_missing', status: null }, { deleted_at: expect.any(Date) }],
  ] as const)(
    '%o: a list that was asked for before does not bring it back, one asked for later does',
    async (trouble, after) => {
      const campaign = await addCampaign(house, { phones: numbers('165499', 1) })
      const before = await databaseTime(house.database.db)
      await haltForTemplate(house.database, campaign, trouble)
      expect(await campaignRow(house, campaign)).toMatchObject({ state: 'paused', state_reason: trouble.reason })
      await sync(before)
      expect(await known()).toMatchObject(after)
      await sync(await databaseTime(house.database.db))
      expect(await known()).toEqual({ status: 'approved', deleted_at: null })
    },
  )
})
