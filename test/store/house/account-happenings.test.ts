import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListedTemplate } from '../../../src/channels/port.ts'
import type { ChannelEffect } from '../../../src/domain/channel-event.ts'
import type { ChannelId, TemplateId } from '../../../src/domain/ids.ts'
import { applyChannelEvents } from '../../../src/intake/channel-effects.ts'
import { channelCannotSend } from '../../../src/store/channels/channel-trouble.ts'
import { createChannel, deleteChannel, setChannelState } from '../../../src/store/channels/channels.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { inIntakeTransaction } from '../../../src/store/intake/run.ts'
import { newId } from '../../../src/store/new-id.ts'
import { databaseTime, syncTemplates } from '../../../src/store/templates/sync-templates.ts'
import { changeTemplateRow, removeTemplate } from '../../../src/store/templates/templates.ts'
import { addChannel, type House, openHouse, secrets } from '../../kit/house.ts'

const SYSTEM = { kind: 'system', id: null } as const

let house: House
let numbers = 0
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const freshChannel = () =>
  addChannel(house.database, { owner: house.owner, template: house.template, phoneNumberId: `77${++numbers}` })
const told = async (channel: ChannelId) =>
  (
    await house.database.db
      .selectFrom('house_events')
      .select(['name', 'data'])
      .where('channel_id', '=', channel)
      .orderBy('id')
      .execute()
  ).map(({ name, data }) => `${name} ${data.from} ${data.to}`)
const setState = (channel: ChannelId, state: 'connected' | 'paused', reason: string | null = null) =>
  inTransaction(house.database.db, (tx) => setChannelState(tx, channel, state, reason, SYSTEM))

let bodies = 0
/** As a webhook of the provider does it. */
async function arrive(channel: ChannelId, effect: ChannelEffect, at: Date | null = null) {
  const key = `account:${++bodies}`
  const { rows } = await house.database.pool.query<{ id: number }>(
    `insert into raw_bodies (channel_id, body) values ($1, '{}') returning id`,
    [channel],
  )
  const rawBodyId = rows[0]?.id as number
  await inIntakeTransaction(house.database.pool, (run) =>
    applyChannelEvents(
      run,
      [{ channelId: channel, dedupeKey: key, at, event: { kind: 'account_update', value: {}, effect }, rawBodyId }],
      [],
    ),
  )
}

describe('scenarios of the house hear of a channel', () => {
  it('that was created, paused, resumed and deleted, and of nothing that stayed as it was', async () => {
    const channel = await inTransaction(house.database.db, (tx) =>
      createChannel(
        tx,
        secrets,
        {
          provider: 'whatsapp-cloud',
          name: 'New shop',
          accountId: 'account-of-new-shop',
          businessId: 'b',
          displayPhone: null,
          settings: { graphUrl: 'http://127.0.0.1:9' },
          checked: true,
          secrets: { accessToken: 'a', appSecret: 'b', previousAppSecret: null, verifyToken: 'c' },
          taskTemplateId: house.template,
          newTaskIfNoActive: true,
          reopenLastTask: true,
          bulk: {},
          coexistence: false,
          messagesPerSecond: null,
          createdBy: null,
        },
        SYSTEM,
      ),
    )
    if (typeof channel === 'string') throw new Error(channel)
    const { id } = channel
    await setState(id, 'connected')
    await setState(id, 'paused', 'Closed for the holidays')
    await setState(id, 'paused', 'Still closed')
    await setState(id, 'connected')
    await inTransaction(house.database.db, (tx) => deleteChannel(tx, id, SYSTEM))
    await inTransaction(house.database.db, (tx) => deleteChannel(tx, id, SYSTEM))
    expect(await told(id)).toEqual([
      'channel.connected null connected',
      'channel.paused connected paused',
      'channel.connected paused connected',
      'channel.disconnected connected disconnected',
    ])
    const events = await house.database.db.selectFrom('house_events').selectAll().where('channel_id', '=', id).execute()
    expect(events[1]?.data).toEqual({
      channelId: id,
      channelName: 'New shop',
      from: 'connected',
      to: 'paused',
      reason: 'Closed for the holidays',
    })
  })

  it('that cannot send any more, once, and by which state', async () => {
    const channel = await freshChannel()
    const failure = { code: '190', detail: 'x' } as never
    await channelCannotSend(house.database, channel, failure)
    await channelCannotSend(house.database, channel, failure)
    await arrive(channel, { does: 'restrict', reason: 'r' })
    await arrive(channel, { does: 'notice', reason: 'only a word' })
    await arrive(channel, { does: 'reconnect' })
    expect(await told(channel)).toEqual([
      'channel.disconnected connected needs_attention',
      'channel.disconnected needs_attention restricted',
      'channel.connected restricted connected',
    ])
  })

  it('whose number the provider judges anew, in the order of its own time', async () => {
    const channel = await freshChannel()
    const quality = (word: string): ChannelEffect => ({ does: 'quality', quality: word })
    const flagged: ChannelEffect = { does: 'notice', reason: 'lowered', quality: 'flagged' }
    await arrive(channel, flagged, new Date('2026-05-02'))
    await arrive(channel, flagged, new Date('2026-05-03'))
    await arrive(channel, quality('unflagged'), new Date('2026-05-01'))
    await arrive(channel, quality('unflagged'), new Date('2026-05-04'))
    await arrive(channel, quality('downgrade'), new Date('2026-05-05'))
    await arrive(channel, quality('downgrade'), new Date('2026-05-06'))
    expect(await told(channel)).toEqual([
      'channel.quality_changed null flagged',
      'channel.quality_changed flagged unflagged',
      'channel.quality_changed unflagged downgrade',
      'channel.quality_changed null downgrade',
    ])
  })
})

describe('scenarios of the house hear of a template', () => {
  const listed = (name: string, more: Partial<ListedTemplate> = {}): ListedTemplate => ({
    providerId: `id-${name}`,
    name,
    language: 'en_US',
    category: 'utility',
    status: 'approved',
    quality: 'unknown',
    parameterFormat: 'positional',
    components: [{ type: 'BODY', text: 'Hello' }],
    reason: null,
    ...more,
  })
  const sync = async (channel: ChannelId, templates: ListedTemplate[]) => {
    const at = await databaseTime(house.database.db)
    return inTransaction(house.database.db, (tx) => syncTemplates(tx, channel, templates, at, SYSTEM))
  }
  const idOf = async (channel: ChannelId, name: string): Promise<TemplateId> =>
    (
      await house.database.db
        .selectFrom('templates')
        .select('id')
        .where('channel_id', '=', channel)
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
    ).id

  it('whose status changed, by the list, an event or a person', async () => {
    const channel = await freshChannel()
    await sync(channel, [listed('a'), listed('b'), listed('c')])
    await sync(channel, [listed('a', { quality: 'red' }), listed('b', { status: 'paused' })])
    const template = { providerId: null, name: 'b', language: 'en_US' }
    const change = { what: 'status', status: 'approved', reason: null, category: null } as const
    await arrive(channel, { does: 'template', template, change })
    await arrive(channel, { does: 'template', template, change })
    const a = await idOf(channel, 'a')
    await inTransaction(house.database.db, (tx) => changeTemplateRow(tx, a, { category: 'marketing' }, SYSTEM))
    await inTransaction(house.database.db, (tx) => changeTemplateRow(tx, a, { category: 'utility' }, SYSTEM))
    await inTransaction(house.database.db, (tx) => removeTemplate(tx, a, SYSTEM))
    await inTransaction(house.database.db, (tx) => removeTemplate(tx, newId<TemplateId>(), SYSTEM))
    const rows = await house.database.db
      .selectFrom('house_events')
      .select(['name', 'data'])
      .where('channel_id', '=', channel)
      .orderBy('id')
      .execute()
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['template.status_changed']))
    expect(rows.map(({ data }) => `${data.name} ${data.from} ${data.to}`)).toEqual([
      'b approved paused',
      'c approved deleted',
      'b paused approved',
      'a approved pending',
      'a pending deleted',
    ])
    expect(rows[0]?.data).toEqual({
      name: 'b',
      language: 'en_US',
      channelId: channel,
      channelName: 'Shop',
      from: 'approved',
      to: 'paused',
      reason: null,
    })
  })
})
