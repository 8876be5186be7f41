import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelEffect } from '../../src/domain/channel-event.ts'
import type { ChannelId } from '../../src/domain/ids.ts'
import { stateAfter } from '../../src/intake/channel-effects.ts'
import type { ChannelState } from '../../src/store/index.ts'
import { type FreshDatabase, freshDatabase } from '../services/database.ts'
import {
  addChannel,
  BUSINESS,
  bodyOf,
  fixture,
  NUMBER,
  startWebhookServer,
  textFrom,
  type WebhookServer,
} from './webhook-server.ts'

describe('stateAfter', () => {
  const disconnect: ChannelEffect = { does: 'disconnect', reason: 'r' }
  const restrict: ChannelEffect = { does: 'restrict', reason: 'r' }
  const attention: ChannelEffect = { does: 'needs_attention', reason: 'r' }
  const reconnect: ChannelEffect = { does: 'reconnect' }
  it.each<[ChannelState, ChannelEffect, ChannelState | null]>([
    ['connected', { does: 'nothing' }, null],
    ['connected', attention, 'needs_attention'],
    ['connected', { does: 'notice', reason: 'r' }, 'connected'],
    ['restricted', { does: 'notice', reason: 'r' }, null],
    ['paused', { does: 'notice', reason: 'r' }, null],
    ['connected', restrict, 'restricted'],
    ['connected', disconnect, 'disconnected'],
    ['connected', reconnect, null],
    ['needs_attention', restrict, 'restricted'],
    ['restricted', attention, null],
    ['disconnected', restrict, null],
    ['disconnected', attention, null],
    ['disconnected', reconnect, 'connected'],
    ['restricted', reconnect, 'connected'],
    ['paused', attention, null],
    ['paused', reconnect, null],
    ['paused', disconnect, 'disconnected'],
    ['restricted', { does: 'reconnect', only: 'restriction' }, 'connected'],
    // An account that is taken back into favour is not thereby connected.
    ['disconnected', { does: 'reconnect', only: 'restriction' }, null],
    ['needs_attention', { does: 'reconnect', only: 'restriction' }, null],
  ])('%s and %o: %s', (state, effect, after) => {
    expect(stateAfter({ state, reason: null }, effect)?.state ?? null).toBe(after)
  })

  it('leaves what a person ended here to a person', () => {
    const ended = { state: 'disconnected', reason: 'Disconnected by Olga', closed: true } as const
    for (const effect of [reconnect, disconnect, restrict]) expect(stateAfter(ended, effect)).toBeNull()
  })

  describe('of what an account may not send for a while', () => {
    const now = new Date('2026-01-01T00:00:00Z')
    const one = (type: string, until: string | null) => ({ type, blocks: 'templates' as const, until })
    const sends = (...list: ReturnType<typeof one>[]): ChannelEffect => ({ does: 'restrict', reason: 'r', sends: list })
    const at = (state: ChannelState, restrictions: ReturnType<typeof one>[] = []) => ({
      state,
      reason: null,
      restrictions,
    })
    const [past, future] = ['2025-12-31T00:00:00Z', '2026-01-02T00:00:00Z']
    it('keeps what is in force, by type', () => {
      expect(stateAfter(at('connected'), sends(one('A', future)), now)?.restrictions).toEqual([one('A', future)])
      const known = at('restricted', [one('A', future), one('B', past)])
      expect(stateAfter(known, sends(one('C', null), one('A', null)), now)?.restrictions).toEqual([
        one('C', null),
        one('A', null),
      ])
    })
    it('does not hear of what is over, and does not make a ban milder', () => {
      expect(stateAfter(at('connected'), sends(one('A', past)), now)).toBeNull()
      expect(stateAfter(at('restricted'), sends(one('A', future)), now)).toBeNull()
      expect(stateAfter(at('restricted', [one('A', future)]), restrict, now)?.restrictions).toEqual([])
    })
  })
})

describe('account events', () => {
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
      'truncate channels, conversations, raw_bodies, dead_letters, live_events, audit_log cascade',
    )
    channel = await addChannel(server.database)
  })

  const event = (name: string, time: number, business = BUSINESS, more: object = {}) =>
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: business, time, changes: [{ field: 'account_update', value: { event: name, ...more } }] }],
    })
  const state = async () =>
    (
      await server.database.db
        .selectFrom('channels')
        .select('state')
        .where('id', '=', channel)
        .executeTakeFirstOrThrow()
    ).state
  const actions = async () =>
    (await server.database.db.selectFrom('audit_log').select(['action', 'detail']).orderBy('id').execute()).map(
      ({ action, detail }) => [action, detail.to],
    )

  it('end a connection, are shown and audited once, and lose nothing (M6)', async () => {
    for (let time = 0; time < 3; time++) await server.post(channel, event('ACCOUNT_DELETED', 1760000000))
    expect(await state()).toBe('disconnected')
    expect(await actions()).toEqual([['channel.state_changed', 'disconnected']])
    const live = (await server.database.db.selectFrom('live_events').select(['event', 'data']).execute())
      // That something was signed rightly is told for the first time here, too.
      .filter(({ data }) => data.what !== 'address')
    expect(live).toEqual([{ event: 'channel', data: { channelId: channel, state: 'disconnected' } }])
    expect((await server.post(channel, bodyOf({ messages: [textFrom('1')] }))).status).toBe(200)
  })

  it('of the past do not undo what a newer one said', async () => {
    await server.post(channel, event('ACCOUNT_RECONNECTED', 1760000100))
    await server.post(channel, event('ACCOUNT_DELETED', 1760000000))
    expect(await state()).toBe('connected')
    await server.post(channel, event('ACCOUNT_DELETED', 1760000200))
    expect(await state()).toBe('disconnected')
  })

  it('take up what waited when the account is back', async () => {
    await server.post(channel, bodyOf({ messages: [textFrom('1'), textFrom('2')] }))
    await server.post(channel, event('ACCOUNT_DELETED', 1760000000))
    const { rows } = await server.database.pool.query<{ id: string }>(
      `
      with contact as (insert into contacts (id, name) values (gen_random_uuid(), 'c') returning id),
      conversation as (select conversation_id as id from identities where value = '1'),
      task as (insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active)
        select gen_random_uuid(), 't', contact.id, $1, conversation.id, '[]', 'new', true from contact, conversation returning id),
      comment as (insert into comments (id, task_id, conversation_id, channel_id, author_kind, author_name, kind)
        select gen_random_uuid(), task.id, conversation.id, $1, 'employee', 'e', 'text' from task, conversation returning id)
      insert into deliveries (id, comment_id, conversation_id, channel_id, body, parked)
      select gen_random_uuid(), comment.id, conversation.id, $1, '{}', 'channel_down' from comment, conversation
      returning conversation_id as id`,
      [channel],
    )
    await server.post(channel, event('ACCOUNT_RECONNECTED', 1760000100))
    const resumed = await server.database.db
      .selectFrom('conversation_events')
      .select('conversation_id')
      .where('kind', '=', 'channel.resumed')
      .execute()
    expect(resumed).toEqual([{ conversation_id: rows[0]?.id }])
  })

  it('name a number by its display phone, and leave its neighbours alone', async () => {
    const named = await addChannel(server.database, { number: '2', displayPhone: '+1 555-078-3881' })
    await server.post(channel, event('PARTNER_REMOVED', 1, 'portfolio', { phone_number: '15550783881' }))
    const rows = await server.database.db.selectFrom('channels').select(['id', 'state']).execute()
    expect(rows.filter((row) => row.state === 'disconnected').map((row) => row.id)).toEqual([named])
    await server.post(channel, event('PARTNER_REMOVED', 2, 'portfolio', { phone_number: '19990000000' }))
    const letters = await server.database.db.selectFrom('dead_letters').select('reason').execute()
    expect(letters).toEqual([{ reason: 'unknown_channel' }])
  })

  it('keep imported history out of conversations', async () => {
    await server.post(channel, fixture('history_chunk_phase0_1'))
    const kinds = await server.database.db.selectFrom('channel_events').select('kind').execute()
    expect([kinds, NUMBER]).toEqual([[{ kind: 'history' }], NUMBER])
    expect(await server.database.db.selectFrom('conversation_events').select('seq').execute()).toEqual([])
  })
})
