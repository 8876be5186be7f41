import { describe, expect, test } from 'vitest'
import { adapterFor } from '../../../src/channels/registry.ts'
import { whatsAppCloud } from '../../../src/channels/whatsapp-cloud/adapter.ts'
import { checkAccount } from '../../../src/channels/whatsapp-cloud/check.ts'
import { whatsAppCloudConfig } from '../../../src/channels/whatsapp-cloud/config.ts'
import { subscribeAccount } from '../../../src/channels/whatsapp-cloud/subscribe.ts'
import { CONFIG, GraphServer, graphError, json, never, text } from './graph-server.ts'

const HOOK = 'https://parley.example/webhooks/1'

describe('is this a business number that we may use (M5)', () => {
  test('it is, and it is used in the phone app too (M4)', async () => {
    await using server = await GraphServer.start(
      json(200, {
        id: '1',
        display_phone_number: '+1 555-078-3881',
        verified_name: 'Lucky Shrub',
        quality_rating: 'GREEN',
        platform_type: 'CLOUD_API',
        is_on_biz_app: true,
      }),
    )
    expect(await checkAccount(server.config, never)).toEqual({
      ok: true,
      account: { displayPhone: '+1 555-078-3881', name: 'Lucky Shrub', quality: 'GREEN', coexistence: true },
    })
    expect(server.seen[0]?.url).toMatch(/^\/simulator\/graph\/v24\.0\/106540352242922\?fields=/)
  })

  test('an answer with little in it', async () => {
    await using server = await GraphServer.start(json(200, { id: '1', display_phone_number: '15550783881' }))
    expect(await checkAccount(server.config, never)).toEqual({
      ok: true,
      account: { displayPhone: '15550783881', name: null, quality: null, coexistence: false },
    })
  })

  test.each<[string, ReturnType<typeof json>, object]>([
    ['an unknown id', graphError(400, 100), { ok: false, reason: 'not_a_business_account' }],
    ['a deleted number', graphError(400, 33), { ok: false, reason: 'not_a_business_account' }],
    [
      'an id of something else',
      json(200, { id: '1', name: 'A page' }),
      { ok: false, reason: 'not_a_business_account' },
    ],
    ['an expired token', graphError(401, 190), { ok: false, reason: 'token_rejected' }],
    ['a token without permission', graphError(403, 200), { ok: false, reason: 'token_rejected' }],
    ['a locked account', graphError(403, 131031), { ok: null, failure: { class: 'channel_down' } }],
    ['an overloaded Meta', graphError(503, 2), { ok: null, failure: { class: 'retry' } }],
    ['a rate limit', graphError(400, 80007), { ok: null, failure: { class: 'wait' } }],
    ['HTML', text(500, '<html>'), { ok: null, failure: { code: 'unreadable_answer' } }],
  ])('%s', async (_name, answer, expected) => {
    await using server = await GraphServer.start(answer)
    expect(await checkAccount(server.config, never)).toMatchObject(expected)
  })

  test('nobody there', async () => {
    const server = await GraphServer.start()
    const { config } = server
    await server[Symbol.asyncDispose]()
    expect(await checkAccount(config, never)).toMatchObject({ ok: null, failure: { code: 'network' } })
  })
})

describe('where events go (reference §1.6)', () => {
  test('the app is subscribed, then our address is set', async () => {
    await using server = await GraphServer.start(json(200, { success: true }), json(200, { success: 'true' }))
    expect(await subscribeAccount(server.config, HOOK, 'token', never)).toEqual({ ok: true })
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /simulator/graph/v24.0/102290129340398/subscribed_apps',
      'POST /simulator/graph/v24.0/102290129340398/subscribed_apps',
    ])
    expect(server.seen[0]?.body).toHaveLength(0)
    expect(JSON.parse(server.seen[1]?.body.toString() ?? '')).toEqual({
      override_callback_uri: HOOK,
      verify_token: 'token',
    })
  })

  test('a refusal at either step is told', async () => {
    await using first = await GraphServer.start(graphError(403, 200))
    expect(await subscribeAccount(first.config, HOOK, 't', never)).toMatchObject({ failure: { class: 'channel_down' } })
    await using second = await GraphServer.start(json(200, { success: true }), graphError(400, 100))
    expect(await subscribeAccount(second.config, HOOK, 't', never)).toMatchObject({ failure: { code: '100' } })
    await using third = await GraphServer.start(json(200, { success: false }))
    expect(await subscribeAccount(third.config, HOOK, 't', never)).toMatchObject({
      failure: { code: 'unreadable_answer' },
    })
  })

  test('an address that Meta would not take is not offered', async () => {
    await using server = await GraphServer.start()
    expect(await subscribeAccount(server.config, `${HOOK}${'x'.repeat(200)}`, 't', never)).toMatchObject({ ok: false })
    expect(server.seen).toEqual([])
  })
})

describe('configuration', () => {
  const { graphUrl: _, ...given } = CONFIG
  test('Meta is the default', () => {
    expect(whatsAppCloudConfig.parse(given)).toEqual(CONFIG)
  })

  test.each<[string, string | null]>([
    ['https://graph.facebook.com/', 'https://graph.facebook.com'],
    ['http://127.0.0.1:8080/simulator/graph/', 'http://127.0.0.1:8080/simulator/graph'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1/a', 'http://[::1]:1/a'],
    ['http://graph.facebook.com', null],
    ['http://127.0.0.1.evil.example', null],
    ['http://localhost.evil.example', null],
    ['https://a:b@graph.facebook.com', null],
    ['https://graph.facebook.com?x=1', null],
    ['ftp://127.0.0.1', null],
    ['graph.facebook.com', null],
  ])('graphUrl %s → %s', (graphUrl, expected) => {
    const parsed = whatsAppCloudConfig.safeParse({ ...given, graphUrl })
    expect(parsed.success ? parsed.data.graphUrl : null).toBe(expected)
  })

  test('secrets and ids that were pasted wrong are refused without being quoted', () => {
    const parsed = whatsAppCloudConfig.safeParse({ ...given, accessToken: 'two words', phoneNumberId: '../1' })
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['phoneNumberId', 'accessToken'])
    expect(String(parsed.error)).not.toContain('two words')
  })
})

test('the registry knows its providers and nothing else', () => {
  expect(adapterFor('whatsapp-cloud')).toBe(whatsAppCloud)
  for (const other of ['', 'telegram', 'constructor', '__proto__']) expect(adapterFor(other)).toBeNull()
})
