import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { claimUnheardEvents } from '../../src/store/house/unheard-events.ts'
import { workHouse } from '../../src/store/house/work-house.ts'
import { type Api, openApi } from '../http/api.ts'
import { type GraphServer, startGraph } from '../http/graph-server.ts'

/** What Meta changes and decides of an account: from the webhook to what people see and scenarios hear. */
const SECRET = 'the-app-secret-of-the-test'

let api: Api
let graph: GraphServer
let channel: { id: ChannelId; business: string; number: string }
let numbers = 0
beforeAll(async () => {
  ;[api, graph] = await Promise.all([
    openApi({
      publicUrl: 'https://parley.example.test',
      parts: (deps) => [{ mount: (app) => app.route('/', webhookRoutes(deps)) }],
    }),
    startGraph(),
  ])
})
afterAll(() => Promise.all([api.close(), graph.close()]))
beforeEach(async () => {
  numbers += 1
  const [number, business] = [String(650_000 + numbers), String(750_000 + numbers)]
  const made = await api.owner('/api/channels', {
    body: {
      provider: 'whatsapp-cloud',
      name: 'Shop',
      phoneNumberId: number,
      wabaId: business,
      accessToken: 'canary-token',
      appSecret: SECRET,
      verifyToken: 'verify-me',
      graphUrl: graph.url,
    },
  })
  expect(made.status).toBe(201)
  channel = { id: made.json.id, business, number }
})

async function says(field: string, value: object, time: number): Promise<void> {
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: channel.business, time, changes: [{ field, value }] }],
  })
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const answer = await api.ask(`/webhooks/${channel.id}`, { body, headers: { 'x-hub-signature-256': signature } })
  expect(answer.status).toBe(200)
}
const shown = async () => (await api.owner(`/api/channels/${channel.id}`)).json
const told = async () =>
  (
    await api.database.db
      .selectFrom('house_events')
      .select(['name', 'data'])
      .where('channel_id', '=', channel.id)
      .where('name', '=', 'channel.account_changed')
      .orderBy('id')
      .execute()
  ).map(({ data }) => `${data.what} ${data.value}`)

it('shows limit, throughput and name as Meta says them, the newest by its own time', async () => {
  expect((await shown()).account).toMatchObject({ name: 'Shop', messagingLimit: null, throughput: null })
  await says(
    'phone_number_quality_update',
    { event: 'ONBOARDING', max_daily_conversations_per_business: 'TIER_250' },
    10,
  )
  await says('business_capability_update', { max_daily_conversations_per_business: 'TIER_2K' }, 30)
  // An older one that comes late.
  await says('business_capability_update', { max_daily_conversations_per_business: 'TIER_50' }, 20)
  await says('phone_number_quality_update', { event: 'THROUGHPUT_UPGRADE' }, 40)
  await says('phone_number_name_update', { decision: 'REJECTED', requested_verified_name: 'Best' }, 50)
  expect((await shown()).account).toMatchObject({ name: 'Shop', messagingLimit: 'tier_2k', throughput: 'high' })
  await says('phone_number_name_update', { decision: 'APPROVED', requested_verified_name: 'Lucky Shrub' }, 60)
  expect((await shown()).account).toMatchObject({ name: 'Lucky Shrub' })
})

it('tells scenarios each of them once, however often Meta does', async () => {
  for (let time = 0; time < 2; time++) {
    await says('phone_number_quality_update', { event: 'THROUGHPUT_UPGRADE' }, 1)
    await says('business_capability_update', { max_daily_conversations_per_business: 'TIER_2K' }, 2)
    await says('phone_number_name_update', { decision: 'DEFERRED' }, 3)
    await says('account_review_update', { decision: 'REJECTED' }, 4)
    await says('account_alerts', { alert_info: { alert_severity: 'WARNING', alert_type: 'OBA_REJECTED' } }, 5)
    await says('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }, 6)
  }
  expect(await told()).toEqual([
    'throughput high',
    'limit tier_2k',
    'name deferred',
    'review rejected',
    'alert oba_rejected',
    'ban disable',
  ])
  const { items } = (await api.owner(`/api/channels/${channel.id}/events`)).json
  expect(items.map(({ kind }: { kind: string }) => kind)).toEqual([
    'account_update',
    'account_alerts',
    'account_review_update',
    'phone_number_name_update',
    'business_capability_update',
    'phone_number_quality_update',
  ])
})

it('starts the scenario that listens, which sees what has changed', async () => {
  const document = `
id: limit-raised
name: Limit raised
trigger: { event: channel.account_changed, when: { field: event.what, is: limit } }
vars: { now: { type: string } }
steps: [ { id: note, set: { now: '{{ event.channelName }}: {{ event.value }}' } } ]
`
  const made = await api.owner('/api/scenarios', { body: { document } })
  expect([made.status, made.json.error]).toEqual([201, undefined])
  const published = await api.owner(`/api/scenarios/${made.json.id}/publish`, { body: { inFlight: 'pin' } })
  expect([published.status, published.json.error]).toEqual([200, undefined])
  await says('account_review_update', { decision: 'APPROVED' }, 1)
  await says('business_capability_update', { max_daily_conversations_per_business: 10000 }, 2)
  for (const id of await claimUnheardEvents(api.database.db, 10)) await workHouse(api.database, { event: id })
  const runs = await api.database.db.selectFrom('runs').selectAll().where('scenario_id', '=', made.json.id).execute()
  expect(runs.map(({ state, run }) => [state, run.vars])).toEqual([['finished', { now: 'Shop: tier_10k' }]])
})
