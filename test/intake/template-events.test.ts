import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelId, TemplateId } from '../../src/domain/ids.ts'
import { newId } from '../../src/store/new-id.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import { addChannel, BUSINESS, fixture, startWebhookServer, type WebhookServer } from './webhook-server.ts'

let fresh: FreshDatabase
let server: WebhookServer
let channel: ChannelId
beforeAll(async () => {
  fresh = await freshDatabase()
  server = await startWebhookServer(fresh.url)
})
afterAll(async () => {
  await server.close()
  await fresh.drop()
})
beforeEach(async () => {
  await server.database.pool.query(
    'truncate templates, channels, conversations, raw_bodies, dead_letters, live_events, audit_log cascade',
  )
  channel = await addChannel(server.database)
  await server.database.pool.query(`update channels set templates_due_at = now() + interval '5 hours'`)
})

async function addTemplate(name: string, more: { language?: string; providerId?: string; status?: string } = {}) {
  const id = newId<TemplateId>()
  await server.database.db
    .insertInto('templates')
    .values({
      id,
      channel_id: channel,
      provider_id: more.providerId ?? null,
      name,
      language: more.language ?? 'en_US',
      category: 'utility',
      status: more.status ?? 'approved',
      quality: 'green',
      components: JSON.stringify([{ type: 'BODY', text: 'old {{1}}, {{2}}!' }]),
    })
    .execute()
  return id
}
const row = async (id: TemplateId) =>
  server.database.db.selectFrom('templates').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const isDue = async () => {
  const { rows } = await server.database.pool.query<{ due: boolean }>(
    'select templates_due_at <= now() as due from channels where id = $1',
    [channel],
  )
  return rows[0]?.due
}
const event = (field: string, time: number, value: object) =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: BUSINESS, time, changes: [{ field, value }] }],
  })
const status = (word: string, time: number, more: object = {}) =>
  event('message_template_status_update', time, {
    event: word,
    message_template_id: 42,
    message_template_name: 'order_confirmation',
    message_template_language: 'en-US',
    reason: 'NONE',
    ...more,
  })

describe('what Meta says of templates (reference §4.1)', () => {
  it('finds them by name and either way to write the language', async () => {
    const paused = await addTemplate('order_confirmation', { providerId: 'another' })
    const other = await addTemplate('order_confirmation', { language: 'ru' })
    await server.post(channel, fixture('tpl_status_paused_first'))
    expect(await row(paused)).toMatchObject({
      status: 'paused',
      category: 'marketing',
      reason: 'FIRST_PAUSE: Your WhatsApp message template has been paused for 3 hours because it had issues.',
    })
    expect(await row(other)).toMatchObject({ status: 'approved' })
    expect(await isDue()).toBe(false)
    const live = (await server.database.db.selectFrom('live_events').select(['event', 'data']).execute())
      // That something was signed rightly is told for the first time here, too.
      .filter(({ data }) => data.what !== 'address')
    expect(live).toEqual([{ event: 'channel', data: { channelId: channel, state: 'connected', what: 'templates' } }])
    const audit = await server.database.db.selectFrom('audit_log').select(['action', 'detail']).execute()
    expect(audit).toEqual([
      {
        action: 'template.changed',
        detail: { fields: ['status', 'category'], from: 'approved', to: 'paused' },
      },
    ])
  })

  it('finds them by id, of more digits than a double holds', async () => {
    const big = await addTemplate('big', { providerId: '12345678901234567890' })
    const near = await addTemplate('near', { providerId: '12345678901234567000' })
    const body = status('REJECTED', 1, { message_template_name: 'x' }).replace(':42', ':12345678901234567890')
    await server.post(channel, body)
    expect([(await row(big)).status, (await row(near)).status]).toEqual(['rejected', 'approved'])
    const text = await addTemplate('text', { providerId: '42' })
    await server.post(channel, status('DISABLED', 2, { message_template_id: '42', message_template_name: 'x' }))
    expect((await row(text)).status).toBe('disabled')
  })

  it('reads quality, category and texts', async () => {
    const welcome = await addTemplate('welcome_template')
    const order = await addTemplate('order_confirmation')
    await server.post(channel, fixture('tpl_quality_green_to_yellow'))
    await server.post(channel, fixture('tpl_category_completed'))
    expect(await row(welcome)).toMatchObject({ quality: 'yellow', category: 'marketing', status: 'approved' })
    expect(await isDue()).toBe(false)
    await server.post(channel, fixture('tpl_components_update'))
    expect((await row(order)).components).toEqual([
      { type: 'HEADER', format: 'TEXT', text: 'Your order is confirmed!' },
      { type: 'BODY', text: 'Thank you for your order, {{1}}! Your order number is {{2}}.' },
      { type: 'FOOTER', text: 'Lucky Shrub: the Succulent Specialists!' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'PHONE_NUMBER', text: 'Phone support', phone_number: '+15550783881' },
          { type: 'URL', text: 'Email support', url: 'https://www.luckyshrub.com/support' },
        ],
      },
    ])
    // The event leaves examples and formats out; the list tells them.
    expect(await isDue()).toBe(true)
  })

  it('says why one was rejected, and takes the reason back', async () => {
    const id = await addTemplate('abandoned_cart', { language: 'en' })
    await server.post(channel, fixture('tpl_status_rejected_invalid_format'))
    expect((await row(id)).reason).toMatch(/^INVALID_FORMAT: Your template has parameters .* Separate parameters/)
    await server.post(
      channel,
      status('REINSTATED', 1760000500, { message_template_name: 'abandoned_cart', message_template_language: 'en' }),
    )
    expect(await row(id)).toMatchObject({ status: 'approved', reason: null })
  })

  it('lets the newest stand, in one body, out of order and redelivered', async () => {
    const id = await addTemplate('order_confirmation')
    for (let time = 0; time < 2; time++) {
      await server.post(channel, status('PAUSED', 1760000200))
      await server.post(channel, status('APPROVED', 1760000100))
    }
    expect((await row(id)).status).toBe('paused')
    const both = JSON.parse(status('APPROVED', 1760000400))
    both.entry.push(...JSON.parse(status('DISABLED', 1760000300)).entry)
    await server.post(channel, JSON.stringify(both))
    expect((await row(id)).status).toBe('approved')
  })

  it('marks one for deletion, and takes it away', async () => {
    const id = await addTemplate('order_confirmation')
    await server.post(channel, fixture('tpl_status_pending_deletion'))
    expect(await row(id)).toMatchObject({ status: 'pending_deletion', reason: null, deleted_at: null })
    await server.post(channel, status('DELETED', 1760000900))
    expect((await row(id)).deleted_at).toBeInstanceOf(Date)
  })

  it('asks for the list when a template is not known', async () => {
    expect((await server.post(channel, fixture('tpl_status_approved'))).status).toBe(200)
    expect(await isDue()).toBe(true)
    expect(await server.database.db.selectFrom('dead_letters').select('id').execute()).toEqual([])
  })

  it('does not make news of the account look old', async () => {
    await addTemplate('order_confirmation')
    await server.post(channel, status('PAUSED', 1760000900))
    await server.post(channel, event('account_update', 1760000100, { event: 'ACCOUNT_DELETED' }))
    const { state } = await server.database.db.selectFrom('channels').select('state').executeTakeFirstOrThrow()
    expect(state).toBe('disconnected')
  })
})
