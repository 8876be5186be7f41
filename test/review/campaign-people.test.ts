import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CampaignId, ConversationId } from '../../src/domain/ids.ts'
import type { CampaignOrder } from '../../src/store/campaigns/sending/claim-chunk.ts'
import { recordOutcomes } from '../../src/store/campaigns/sending/record-outcomes.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { claim, deliveriesOf, recipientsOf } from '../campaigns/campaign.ts'
import { type CampaignDesk, openCampaignDesk, template } from '../http/campaigns/campaign-desk.ts'
import { addConversation, appendTo } from '../kit/house.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: CampaignDesk
beforeAll(async () => {
  desk = await openCampaignDesk()
  await addTemplate(desk, { name: 'notice', category: 'utility', body: 'Your order is ready' })
})
afterAll(() => desk.close())
beforeEach(() => desk.database.db.deleteFrom('send_pace').execute())

/** A campaign that was planned, and whose time comes after something has happened. */
async function planned(order: object, queued = 1): Promise<CampaignId> {
  const { json, status } = await desk.create({ template: template('plain'), draft: true, ...order })
  expect([status, json.counts?.queued]).toEqual([201, queued])
  return json.id
}
async function claimed(id: CampaignId): Promise<CampaignOrder[]> {
  const chunk = await claim(desk, id)
  return chunk.got === 'orders' ? chunk.orders : []
}
async function started(id: CampaignId): Promise<CampaignOrder[]> {
  expect((await desk.author(`/api/campaigns/${id}/start`)).status).toBe(200)
  return claimed(id)
}
/** @returns the numbers that would be called */
const begin = async (id: CampaignId): Promise<string[]> =>
  (await started(id)).flatMap(({ recipient }) => recipient.map(({ value }) => value))

const patch = (contact: string, body: object) => desk.owner(`/api/contacts/${contact}`, { method: 'PATCH', body })

async function changeNumber(conversation: ConversationId, from: string, to: string): Promise<void> {
  const upTo = await appendTo(desk.database, conversation, {
    kind: 'contact.number_changed',
    from: [{ kind: 'wa_id', value: from }],
    to: [{ kind: 'wa_id', value: to }],
    note: null,
  })
  await workEvents(desk.database, { conversationId: conversation, after: upTo - 1, upTo })
}

describe('what happens between the planning of a campaign and its start', () => {
  it('consent that was taken back counts', async () => {
    const { contact } = await desk.openTask({ phone: '16505551001' })
    await patch(contact, { consent: true })
    const id = await planned({ recipients: [{ to: '+16505551001' }], requireConsent: true })
    await patch(contact, { consent: false })
    expect(await begin(id)).toEqual([])
    expect(await recipientsOf(desk, id)).toMatchObject([{ state: 'excluded', exclusion: 'no_consent' }])
  })

  it('consent that stands lets the message go, and nobody asks for it where it was not wanted', async () => {
    const { contact } = await desk.openTask({ phone: '16505551011' })
    await patch(contact, { consent: true })
    const strict = await planned({ recipients: [{ to: '+16505551011' }], requireConsent: true })
    const loose = await planned({ recipients: [{ to: '+16505551012' }] })
    expect(await begin(strict)).toContain('16505551011')
    expect(await begin(loose)).toEqual(['+16505551012'])
  })

  it('an opt-out on another channel counts', async () => {
    const channel = await desk.addChannel()
    const { contact } = await desk.openTask({ phone: '16505551002', channel })
    const id = await planned({ recipients: [{ to: '+16505551002' }] })
    await patch(contact, { optedOut: true })
    expect(await begin(id)).toEqual([])
    expect(await recipientsOf(desk, id)).toMatchObject([{ state: 'excluded', exclusion: 'opted_out' }])
  })

  it('an opt-out does not count for what is no marketing', async () => {
    const channel = await desk.addChannel()
    const { contact } = await desk.openTask({ phone: '16505551013', channel })
    const id = await planned({ template: template('notice'), recipients: [{ to: '+16505551013' }] })
    await patch(contact, { optedOut: true })
    expect(await begin(id)).toEqual(['+16505551013'])
  })

  it('a number that a chosen contact gave up is not written to: it may be somebody else’s', async () => {
    const { contact, conversation } = await desk.openTask({ phone: '16505551003' })
    await patch(contact, { tags: ['vip'] })
    const id = await planned({ filter: { tags: ['vip'] } })
    await changeNumber(conversation, '16505551003', '16505551004')
    const orders = await started(id)
    expect(orders).toMatchObject([{ conversation }])
    const called = orders.flatMap(({ recipient }) => recipient.map(({ value }) => value.replace('+', '')))
    expect(new Set(called)).toEqual(new Set(['16505551004']))
    expect(await recipientsOf(desk, id)).toMatchObject([
      { phone: '16505551003', state: 'taken', detail: expect.stringContaining('+16505551004') },
    ])
  })

  it('nor when a stranger has written from it', async () => {
    const { contact, conversation } = await desk.openTask({ phone: '16505551021' })
    await patch(contact, { tags: ['taken-over'] })
    const id = await planned({ filter: { tags: ['taken-over'] } })
    await changeNumber(conversation, '16505551021', '16505551022')
    const stranger = await addConversation(desk, [])
    await desk.database.db
      .updateTable('identities')
      .set({ conversation_id: stranger, retired_at: null })
      .where('value', '=', '16505551021')
      .execute()
    expect(await started(id)).toMatchObject([{ conversation }])
  })

  it('a contact who has no number left on the channel gets nothing', async () => {
    const { contact, conversation } = await desk.openTask({ phone: '16505551031' })
    await desk.openTask({ phone: '16505551032' })
    await patch(contact, { tags: ['gone'] })
    const id = await planned({ filter: { tags: ['gone'] } })
    // The new number has a conversation already: nothing is moved, and this client is reached there only.
    await changeNumber(conversation, '16505551031', '16505551032')
    expect(await begin(id)).toEqual([])
    expect(await recipientsOf(desk, id)).toMatchObject([
      { state: 'excluded', exclusion: 'bad_number', reasons: [{ why: 'number_given_up' }] },
    ])
  })

  it('two rows that have become one client get one message', async () => {
    const { contact, conversation } = await desk.openTask({ phone: '16505551041' })
    await patch(contact, { tags: ['twice'] })
    const recipients = [{ to: '+16505551041' }, { to: '+16505551042' }]
    const id = await planned({ recipients }, 2)
    await changeNumber(conversation, '16505551041', '16505551042')
    expect(await started(id)).toMatchObject([{ conversation }])
    expect((await recipientsOf(desk, id)).map(({ state, exclusion }) => exclusion ?? state)).toEqual([
      'taken',
      'duplicate',
    ])
  })

  it('a listed number that its owner gave up before is whoever’s has it now: a conversation of its own', async () => {
    const { conversation } = await desk.openTask({ phone: '16505551051' })
    await changeNumber(conversation, '16505551051', '16505551052')
    const id = await planned({ recipients: [{ to: '+16505551051' }] })
    expect(await recipientsOf(desk, id)).toMatchObject([{ contact_id: null }])
    const [order] = await started(id)
    expect(order?.recipient).toEqual([{ kind: 'phone', value: '+16505551051' }])
    expect(order?.conversation).not.toBe(conversation)
  })
})

describe('what happens before another try', () => {
  it.each([
    ['opted_out', '16505551061', { optedOut: true }],
    ['no_consent', '16505551062', { consent: false }],
  ] as const)('%s counts as well', async (code, phone, change) => {
    const elsewhere = await desk.addChannel()
    const { contact } = await desk.openTask({ phone, channel: elsewhere })
    await patch(contact, { consent: true })
    const id = await planned({ recipients: [{ to: `+${phone}` }], requireConsent: true })
    const [first] = await started(id)
    if (!first) throw new Error('nothing was claimed')
    const again = { ...first, ended: 'again' as const, code: '131056', detail: 'later', waitMs: 0 }
    await recordOutcomes(desk.database, { campaign: id, channel: desk.channel }, [again])
    await patch(contact, change)
    expect(await claimed(id)).toEqual([])
    expect(await deliveriesOf(desk, id)).toMatchObject([{ state: 'failed', error_code: code, attempt: 1 }])
  })

  it('of several whose try is due only those go that still want it', async () => {
    const { contact } = await desk.openTask({ phone: '16505551071' })
    const id = await planned({ recipients: [{ to: '+16505551071' }, { to: '+16505551072' }] }, 2)
    const orders = await started(id)
    await recordOutcomes(
      desk.database,
      { campaign: id, channel: desk.channel },
      orders.map((order) => ({ ...order, ended: 'again' as const, code: '131056', detail: 'later', waitMs: 0 })),
    )
    await patch(contact, { optedOut: true })
    expect((await claimed(id)).map(({ attempt, recipient }) => [attempt, recipient[0]?.value])).toEqual([
      [2, '+16505551072'],
    ])
  })
})
