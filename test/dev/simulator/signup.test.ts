import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import type { SimulatedAccount } from '../../../src/dev/simulator/index.ts'
import { webhookRoutes } from '../../../src/http/webhooks.ts'
import { openChannel } from '../../../src/store/channels/load-channel.ts'
import { type Api, openApi } from '../../http/api.ts'
import { type Rig, startRig, until } from './harness.ts'

/** A Parley whose sign-ups go to a simulator that knows Parley's channels; each calls the other over HTTP. */
async function open(): Promise<{ api: Api; rig: Rig }> {
  let api: Api | null = null
  const front: ServerType = serve({
    fetch: (request) => api?.app.fetch(request) ?? new Response(null, { status: 503 }),
    port: 0,
    hostname: '127.0.0.1',
  })
  if (!front.listening) await new Promise((resolve) => front.once('listening', resolve))
  const publicUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  const accounts = async (): Promise<SimulatedAccount[]> => {
    const { database, deps } = api as Api
    const rows = await database.db.selectFrom('channels').selectAll().where('deleted_at', 'is', null).execute()
    return rows.map((row) => {
      const { config, signingKeys } = openChannel(row, deps.secrets)
      return {
        phoneNumberId: row.account_id,
        wabaId: row.business_id ?? '',
        displayPhone: row.display_phone ?? '+15550001111',
        name: row.name,
        accessToken: String(config.accessToken),
        appSecret: signingKeys[0] ?? '',
        webhookUrl: `${publicUrl}/webhooks/${row.id}`,
        verifyToken: String(config.verifyToken),
        coexistence: row.coexistence,
      }
    })
  }
  const rigAccounts = async () => (api ? accounts() : [])
  const rig = await startRig({ accounts: rigAccounts })
  api = await openApi({
    publicUrl,
    parts: (deps) => [{ mount: (app) => app.route('/', webhookRoutes(deps)) }],
    environment: {
      META_APP_ID: '670843887433847',
      META_APP_SECRET: 'the-secret-of-the-app',
      META_SIGNUP_CONFIG_ID: '1234567890',
      META_GRAPH_URL: `${rig.url}/graph`,
    },
  })
  const made = api
  onTestFinished(async () => {
    await rig.stop()
    await new Promise((resolve) => front.close(resolve))
    await made.close()
  })
  return { api, rig }
}

const take = (api: Api, code: string) => api.owner('/api/channels/signup', { body: { code, name: 'Shop' } })

it('plays a sign-up: the code once, the number registered, and given up again', async () => {
  const { api, rig } = await open()
  expect((await take(api, 'signup-expired')).json.error.code).toBe('signup_code_refused')
  const { status, json } = await take(api, 'signup-70000001-70000002')
  expect([status, json.wabaId, json.phoneNumberId]).toEqual([201, '70000001', '70000002'])
  expect(json).toMatchObject({ state: 'connected', stateReason: null, coexistence: false })
  expect((await take(api, 'signup-70000001-70000002')).json.error.code).toBe('signup_code_refused')

  const { steps } = (await api.owner(`/api/channels/${json.id}/check`, { method: 'POST' })).json
  expect(steps.filter(({ state }: { state: string }) => state === 'bad')).toEqual([])

  const ended = await api.owner(`/api/channels/${json.id}/disconnect`, { method: 'POST' })
  expect(ended.json.closed.left).toEqual([])
  const number = await rig.graph('GET', '/70000002?fields=status')
  expect(number.body).toMatchObject({ status: 'DISCONNECTED' })
  const again = await api.owner(`/api/channels/${json.id}`, { method: 'PATCH', body: { accessToken: 'another-token' } })
  expect(again.json).toMatchObject({ state: 'connected', closed: null })
})

it('hands over the phone book and the history of a number of the phone app, once', async () => {
  const { api, rig } = await open()
  await rig.call('POST', '/phone/messages', { from: '+16505551234', name: 'Sheena', text: 'hi', phoneNumberId: '1' })
  const { status, json } = await take(api, 'signup-70000003-70000004-app')
  expect([status, json.coexistence, json.history.problem]).toEqual([201, true, null])
  const shown = async () => (await api.owner(`/api/channels/${json.id}`)).json.history
  await until(async () => expect(await shown()).toMatchObject({ state: 'done', progress: 100, messages: 7 }))
  const kept = async () => (await api.owner(`/api/channels/${json.id}/history?client=16505551234`)).json.items
  await until(async () =>
    expect((await kept())[0]).toMatchObject({ kind: 'image', text: 'This one?', file: { mime: 'image/png' } }),
  )
  const items = await kept()
  expect(items.map(({ direction }: { direction: string }) => direction)).toEqual([
    'in',
    'out',
    'in',
    'out',
    'in',
    'out',
    'in',
  ])
})
