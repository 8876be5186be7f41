import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CampaignId } from '../../src/domain/ids.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { claim } from '../campaigns/campaign.ts'
import { type CampaignDesk, openCampaignDesk, template } from '../http/campaigns/campaign-desk.ts'
import { appendTo } from '../kit/house.ts'

let desk: CampaignDesk
beforeAll(async () => {
  desk = await openCampaignDesk()
})
afterAll(() => desk.close())
beforeEach(() => desk.database.db.deleteFrom('send_pace').execute())

/** A campaign that was planned, and whose time comes after something has happened. */
async function planned(order: object): Promise<CampaignId> {
  const { json, status } = await desk.create({ template: template('plain'), draft: true, ...order })
  expect([status, json.counts?.queued]).toEqual([201, 1])
  return json.id
}
/** @returns the numbers that would be called */
async function begin(id: CampaignId): Promise<string[]> {
  expect((await desk.author(`/api/campaigns/${id}/start`)).status).toBe(200)
  const chunk = await claim(desk, id)
  return chunk.got === 'orders' ? chunk.orders.flatMap(({ recipient }) => recipient.map(({ value }) => value)) : []
}
const patch = (contact: string, body: object) => desk.owner(`/api/contacts/${contact}`, { method: 'PATCH', body })

describe('what happens between the planning of a campaign and its start', () => {
  it('consent that was taken back counts', async () => {
    const { contact } = await desk.openTask({ phone: '16505551001' })
    await patch(contact, { consent: true })
    const id = await planned({ recipients: [{ to: '+16505551001' }], requireConsent: true })
    await patch(contact, { consent: false })
    expect(await begin(id)).toEqual([])
  })

  it('an opt-out on another channel counts', async () => {
    const channel = await desk.addChannel()
    const { contact } = await desk.openTask({ phone: '16505551002', channel })
    const id = await planned({ recipients: [{ to: '+16505551002' }] })
    await patch(contact, { optedOut: true })
    expect(await begin(id)).toEqual([])
  })

  it('a number that a chosen contact gave up is not written to: it may be somebody else’s', async () => {
    const { contact, conversation } = await desk.openTask({ phone: '16505551003' })
    await patch(contact, { tags: ['vip'] })
    const id = await planned({ filter: { tags: ['vip'] } })
    const upTo = await appendTo(desk.database, conversation, {
      kind: 'contact.number_changed',
      from: [{ kind: 'wa_id', value: '16505551003' }],
      to: [{ kind: 'wa_id', value: '16505551004' }],
      note: null,
    })
    await workEvents(desk.database, { conversationId: conversation, after: upTo - 1, upTo })
    expect(await begin(id)).not.toContain('+16505551003')
  })
})
