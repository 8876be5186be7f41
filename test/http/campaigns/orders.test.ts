import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignId } from '../../../src/domain/ids.ts'
import { PNG } from '../work/desk.ts'
import { type CampaignDesk, numbers, openCampaignDesk, template } from './campaign-desk.ts'

let desk: CampaignDesk
beforeAll(async () => {
  desk = await openCampaignDesk()
})
afterAll(() => desk.close())

const recipientsOf = (id: string) =>
  desk.database.db
    .selectFrom('campaign_recipients')
    .selectAll()
    .where('campaign_id', '=', id as CampaignId)
    .orderBy('ordinal')
    .execute()
const campaignRow = (id: string) =>
  desk.database.db
    .selectFrom('campaigns')
    .selectAll()
    .where('id', '=', id as CampaignId)
    .executeTakeFirstOrThrow()

describe('a campaign', () => {
  it('begins at once, as a cluster of its own', async () => {
    const { status, json } = await desk.create({ recipients: numbers(3) })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      state: 'running',
      stateReason: null,
      counts: { total: 3, queued: 3, sent: 0, delivered: 0, read: 0, failed: 0, replied: 0, held: 0, expired: 0 },
      excluded: {},
      errors: [],
    })
    const row = await campaignRow(json.id)
    expect(row).toMatchObject({ state: 'running', started_at: expect.any(Date), heard_at: null })
    const cluster = await desk.database.db
      .selectFrom('bulk_clusters')
      .selectAll()
      .where('id', '=', row.cluster_id as NonNullable<typeof row.cluster_id>)
      .executeTakeFirstOrThrow()
    expect(cluster).toMatchObject({ campaign_id: json.id, fingerprint: 'template:plain:en_US' })
    expect(desk.changedCampaigns).toContain(json.id)
    const { rows } = await sql`select * from audit_log where subject_id = ${json.id}`.execute(desk.database.db)
    expect(rows).toEqual([expect.objectContaining({ action: 'campaign.created' })])
    const live = await sql`select data from live_events where data ->> 'campaignId' = ${json.id}`.execute(
      desk.database.db,
    )
    expect(live.rows).toEqual([{ data: { campaignId: json.id, channelId: desk.channel, state: 'running' } }])
  })

  it('is made once for an Idempotency-Key', async () => {
    const body = { channelId: desk.channel, name: 'Once', template: template('plain'), recipients: numbers(1) }
    const first = await desk.author('/api/campaigns', body, { 'idempotency-key': 'once' })
    const again = await desk.author('/api/campaigns', body, { 'idempotency-key': 'once' })
    expect(again.json.id).toBe(first.json.id)
    expect(desk.changedCampaigns.filter((id) => id === first.json.id)).toHaveLength(1)
  })

  it('counts who gets nothing, and says why', async () => {
    const out = await desk.openTask({ phone: '16505550001' })
    const elsewhere = await desk.openTask({ channel: await desk.addChannel(), phone: '5511987650002' })
    for (const { contact } of [out, elsewhere]) {
      await desk.database.db
        .updateTable('contacts')
        .set({ opted_out_at: new Date() })
        .where('id', '=', contact)
        .execute()
    }
    const { json } = await desk.create({
      template: template('greeting', { body: ['you', 'this'] }),
      recipients: [
        { to: '+1 (650) 555-0000', name: 'Anna\u0007' },
        { to: 'not a number' },
        { to: '+16505550001' },
        { to: '+551187650002' }, // the same person without the ninth digit
        { to: '16505550000' },
        { to: '+16505550003', parameters: { body: ['only one'] } },
        { to: '0650' },
        { to: '+16505550003', parameters: { body: ['a', 'b'] } },
      ],
    })
    expect(json.counts).toMatchObject({ total: 8, queued: 2, excluded: 6 })
    expect(json.excluded).toEqual({ bad_number: 2, opted_out: 2, duplicate: 1, bad_parameters: 1 })
    expect(json.errors.map(({ row, to, code }: { row: number; to: string; code: string }) => [row, to, code])).toEqual([
      [2, 'not a number', 'bad_number'],
      [3, '+16505550001', 'opted_out'],
      [4, '+551187650002', 'opted_out'],
      [5, '+16505550000', 'duplicate'],
      [6, '+16505550003', 'bad_parameters'],
      [7, '0650', 'bad_number'],
    ])
    expect(json.errors[4].message).toMatch(/2 values/)
    const rows = await recipientsOf(json.id)
    expect(rows[0]).toMatchObject({ ordinal: 1, phone: '16505550000', name: 'Anna', state: 'queued', exclusion: null })
    expect(rows[2]).toMatchObject({ state: 'excluded', exclusion: 'opted_out', contact_id: out.contact })
    expect(rows[3]).toMatchObject({ contact_id: null, reasons: [{ why: 'opted_out' }] })
    const listed = async (language: string) => {
      const { json: page } = await desk.owner(`/api/campaigns/${json.id}/recipients?state=excluded`, {
        headers: { 'accept-language': language },
      })
      return page.items.map(({ exclusion }: { exclusion: { message: string } }) => exclusion.message)
    }
    expect(await listed('en')).toEqual(json.errors.map(({ message }: { message: string }) => message))
    expect(await listed('ru')).toEqual([
      'Это не номер телефона; возможно, его изменила электронная таблица',
      'Контакт не хочет рекламы',
      'Контакт не хочет рекламы',
      'Тот же человек, что и в строке 1',
      expect.stringMatching(/^Текст.*: .+/),
      expect.any(String),
    ])
    const { text } = await desk.owner(`/api/campaigns/${json.id}/recipients.csv`, {
      headers: { 'accept-language': 'ru' },
    })
    expect(text).toContain('Тот же человек, что и в строке 1')
    // What an older version worded itself stays as it is.
    await desk.database.db
      .updateTable('campaign_recipients')
      .set({ reasons: null, detail: 'Worded before' })
      .where('campaign_id', '=', json.id)
      .where('ordinal', '=', 2)
      .execute()
    expect((await listed('ru'))[0]).toBe('Worded before')
    expect(rows[7]).toMatchObject({ state: 'queued', parameters: { body: ['a', 'b'] } })
  })

  it('heeds an opt-out for marketing only, and one of a merged contact or of a number that only a contact has', async () => {
    const [into, from] = [await desk.openTask(), await desk.openTask({ phone: '16505550101' })]
    const { json: worker } = await desk.owner('/api/contacts/merge', {
      body: { intoId: into.contact, fromId: from.contact },
    })
    expect(worker.mergeId).toBeDefined()
    await desk.database.db
      .updateTable('contacts')
      .set({ opted_out_at: new Date(), phone: '+16505550102' })
      .where('id', '=', into.contact)
      .execute()
    const recipients = [{ to: '+16505550101' }, { to: '+16505550102' }]
    expect((await desk.create({ recipients })).json.excluded).toEqual({ opted_out: 2 })
    const utility = await desk.create({ recipients, template: template('by_name', { body: { first_name: 'A' } }) })
    expect(utility.json.excluded).not.toHaveProperty('opted_out')
  })

  it('leaves a number alone that somebody has given up', async () => {
    const before = await desk.openTask({ phone: '16505550103' })
    await desk.database.db
      .updateTable('contacts')
      .set({ opted_out_at: new Date(), phone: null })
      .where('id', '=', before.contact)
      .execute()
    await desk.database.db
      .updateTable('identities')
      .set({ retired_at: new Date() })
      .where('conversation_id', '=', before.conversation)
      .execute()
    expect((await desk.create({ recipients: [{ to: '+16505550103' }] })).json.excluded).toEqual({})
  })

  it('goes to one contact once, by whichever number', async () => {
    const [a, b] = [await desk.openTask({ phone: '16505550110' }), await desk.openTask({ phone: '16505550111' })]
    await desk.owner('/api/contacts/merge', { body: { intoId: a.contact, fromId: b.contact } })
    const { json } = await desk.create({ recipients: [{ to: '+16505550111' }, { to: '+16505550110' }] })
    expect(json.excluded).toEqual({ duplicate: 1 })
    expect((await recipientsOf(json.id)).map(({ state, contact_id }) => [state, contact_id])).toEqual([
      ['queued', a.contact],
      ['excluded', a.contact],
    ])
  })

  it('goes only to those who agreed, where consent is needed', async () => {
    const agreed = await desk.openTask({ phone: '16505550120' })
    await desk.openTask({ phone: '16505550121' })
    await desk.database.db
      .updateTable('contacts')
      .set({ consent_at: new Date() })
      .where('id', '=', agreed.contact)
      .execute()
    const recipients = [{ to: '+16505550120' }, { to: '+16505550121' }, { to: '+16505550122' }]
    const { json } = await desk.create({ recipients, requireConsent: true })
    expect(json).toMatchObject({ requireConsent: true, excluded: { no_consent: 2 }, counts: { queued: 1 } })
  })

  it('takes its list from a CSV, whose lines it names', async () => {
    const csv = '\ufeffТелефон;Имя;1;2;город\n+16505550130;Анна;Анна;это\n"bad";;x;y\n+16505550131;Иван;;\n'
    const { json } = await desk.create({ template: template('greeting', { body: ['Вы', 'то'] }), csv })
    expect(json).toMatchObject({
      counts: { total: 3, queued: 2 },
      errors: [{ row: 3, to: 'bad', code: 'bad_number' }],
      ignoredColumns: ['город'],
    })
    expect(await recipientsOf(json.id)).toMatchObject([
      { ordinal: 2, name: 'Анна', parameters: { body: ['Анна', 'это'] } },
      { ordinal: 3, state: 'excluded' },
      { ordinal: 4, name: 'Иван', parameters: null },
    ])
  })

  it('takes no number without its country code for one of another country', async () => {
    const recipients = ['16505550131', '650 555 1234', '555 123 0002', '+650 555 1234'].map((to) => ({ to }))
    const { json } = await desk.create({ recipients })
    expect(json.excluded).toEqual({ bad_number: 2 })
    expect(json.errors).toMatchObject([
      { row: 2, to: '650 555 1234', code: 'bad_number', message: expect.stringContaining('country code') },
      { row: 3, to: '555 123 0002', code: 'bad_number', message: expect.stringContaining('country code') },
    ])
  })

  it('takes the contacts of its channel that fit a filter', async () => {
    const tagged = async (phone: string, tags: string[], fields: object, channel = desk.channel) => {
      const at = await desk.openTask({ phone, name: `Person ${phone}`, channel })
      await desk.database.db
        .updateTable('contacts')
        .set({ tags, fields: JSON.stringify(fields) })
        .where('id', '=', at.contact)
        .execute()
      return at
    }
    await tagged('16505550201', ['vip', 'eu'], { city: 'Rome' })
    await tagged('16505550202', ['vip'], { city: 'Oslo' })
    await tagged('16505550203', ['eu'], {})
    await tagged('16505550204', ['vip'], {}, await desk.addChannel())
    const found = async (filter: object) => {
      const { json } = await desk.create({ filter, draft: true })
      return (await recipientsOf(json.id)).map(({ phone }) => phone.slice(-1)).toSorted()
    }
    expect(await found({ tags: ['vip'] })).toEqual(['1', '2'])
    expect(await found({ tags: ['vip', 'eu'] })).toEqual(['1', '2', '3'])
    expect(await found({ tags: ['vip', 'eu'], tagMatch: 'all' })).toEqual(['1'])
    expect(await found({ tags: ['vip'], fields: { city: 'Oslo' } })).toEqual(['2'])
    expect(await found({ q: 'person 16505550203' })).toEqual(['3'])
    expect(await found({ q: '+1 650 555 0202' })).toEqual(['2'])
    expect((await desk.create({ filter: { tags: ['nobody'] } })).json.error.code).toBe('no_recipients')
    expect((await desk.create({ filter: {} })).status).toBe(400)
  })

  it.each([
    ['an unknown template', { template: template('nothing') }, 422, 'template_unknown'],
    ['another language', { template: { name: 'plain', language: 'en' } }, 422, 'template_unknown'],
    ['a template that waits for approval', { template: template('waiting') }, 409, 'template_not_approved'],
    ['parameters that fit nobody', { template: template('greeting', { body: ['x'] }) }, 422, 'template_parameters'],
    ['a list twice', { csv: 'to\n+1650' }, 400, 'invalid_request'],
    ['nobody', { recipients: [] }, 400, 'invalid_request'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 400, 'time_zone_unknown'],
    ['a wall time without a zone', { scheduleAt: '2099-01-01T09:00' }, 400, 'time_zone_needed'],
    ['a time that is over', { scheduleAt: '2024-01-01T09:00Z' }, 400, 'time_past'],
    ['no time', { scheduleAt: 'soon', timeZone: 'UTC' }, 400, 'time_invalid'],
    ['an unknown key', { recipient: [] }, 400, 'invalid_request'],
  ])('is refused with %s', async (_, order, status, code) => {
    const answer = await desk.create({ recipients: numbers(1), ...order })
    expect([answer.status, answer.json.error.code]).toEqual([status, code])
  })

  it.each([
    ['to\n"x', 400, 'csv_unreadable'],
    ['name\nAnna', 422, 'csv_no_number_column'],
    ['phone,mobile\n1,2', 422, 'csv_column_twice'],
    ['to\n', 422, 'no_recipients'],
  ])('is refused with the CSV %j', async (csv, status, code) => {
    const answer = await desk.create({ csv })
    expect([answer.status, answer.json.error.code]).toEqual([status, code])
  })

  it('is refused with a file that its author could not read', async () => {
    const worker = await desk.addWorker()
    const file = await desk.upload(worker, PNG, 'mine.png')
    for (const attachmentId of [file.json.id, '01900000-0000-7000-8000-000000000000']) {
      const answer = await desk.create({
        recipients: numbers(1),
        template: template('plain', { header: [{ attachmentId }] }),
      })
      expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found'])
    }
  })

  it('waits for its time, by the wall clock of its zone', async () => {
    const { json } = await desk.create({
      recipients: numbers(1),
      scheduleAt: '2099-07-01T09:00',
      timeZone: 'Europe/Berlin',
    })
    expect(json).toMatchObject({
      state: 'scheduled',
      scheduleAt: '2099-07-01T07:00:00.000Z',
      timeZone: 'Europe/Berlin',
      startedAt: null,
    })
  })

  it('may be a draft while its template waits for approval, or its channel is paused', async () => {
    const draft = await desk.create({ recipients: numbers(1), template: template('waiting'), draft: true })
    expect(draft.json.state).toBe('draft')
    await desk.database.db.updateTable('channels').set({ state: 'paused' }).where('id', '=', desk.channel).execute()
    expect((await desk.create({ recipients: numbers(1) })).json.error.code).toBe('channel_not_connected')
    expect((await desk.create({ recipients: numbers(1), draft: true })).status).toBe(201)
    await desk.database.db.updateTable('channels').set({ state: 'connected' }).where('id', '=', desk.channel).execute()
  })

  it('may have ten thousand recipients in one request, and no more than 100,000', async () => {
    const { status, json } = await desk.create({ recipients: numbers(10_000), draft: true })
    expect([status, json.counts.queued]).toEqual([201, 10_000])
    const many = await desk.create({ csv: `to\n${'16505551234\n'.repeat(100_001)}` })
    expect([many.status, many.json.error.code]).toEqual([422, 'too_many_recipients'])
    const large = await desk.create({ csv: `to\n${'x'.repeat(21 * 1024 * 1024)}` })
    expect([large.status, large.json.error.code]).toEqual([413, 'body_too_large'])
  })
})

describe('an order of odd values', () => {
  const ODD = ['\u0000', '\ud800', '{{1}}', '=1+1', 'x'.repeat(5_000), '\u202e', '', ' ', '\n', '1e400', 'constructor']
  const PLACES: [string, (odd: string) => object][] = [
    ['name', (name) => ({ name })],
    ['to', (to) => ({ recipients: [{ to }, ...numbers(1)] })],
    ["a recipient's name", (name) => ({ recipients: [{ to: '+16505550000', name }] })],
    ['a parameter', (odd) => ({ recipients: [{ to: '+16505550000', parameters: { body: [odd, odd] } }] })],
    ['a name of a parameter', (odd) => ({ template: template('by_name', { body: { [odd]: odd } }) })],
    [
      '__proto__',
      (odd) =>
        JSON.parse(
          `{"template":{"name":"by_name","language":"en_US","parameters":{"body":{"__proto__":${JSON.stringify(odd)}}}}}`,
        ),
    ],
    ['header and buttons', (odd) => ({ template: template('plain', { header: [odd], buttons: [odd] }) })],
    ['the template', (name) => ({ template: { name, language: name } })],
    ['the schedule', (odd) => ({ scheduleAt: odd, timeZone: odd })],
    ['the filter', (odd) => ({ recipients: undefined, filter: { tags: [odd], q: odd, fields: { [odd]: odd } } })],
    ['the CSV', (odd) => ({ recipients: undefined, csv: `to,name,${odd}\n+16505550000,${odd},${odd}` })],
    ['the channel', (channelId) => ({ channelId })],
  ]
  it.each(PLACES)('in %s is stored or refused, and breaks nothing', async (_, order) => {
    for (const odd of ODD) {
      const body = {
        channelId: desk.channel,
        name: 'Odd',
        template: template('greeting', { body: ['a', 'b'] }),
        recipients: numbers(1),
        draft: true,
        ...order(odd),
      }
      for (const path of ['/api/campaigns', '/api/campaigns/preview']) {
        // A 500 is thrown by `author` itself.
        const { status } = await desk.author(path, body)
        expect([200, 201, 400, 404, 422]).toContain(status)
      }
    }
  })
})

describe('a preview', () => {
  it('says what would happen, and stores nothing', async () => {
    const before = await sql`select count(*) from campaigns`.execute(desk.database.db)
    await desk.database.db
      .updateTable('channels')
      .set({ messages_per_second: 2 })
      .where('id', '=', desk.channel)
      .execute()
    const { status, json } = await desk.author('/api/campaigns/preview', {
      channelId: desk.channel,
      name: 'Look',
      template: template('greeting', { body: ['you', 'this'] }),
      recipients: [
        { to: '+16505550301', name: 'Anna', parameters: { body: ['Anna', 'shoes'] } },
        { to: 'x' },
        ...numbers(4, 400),
      ],
      scheduleAt: '2099-01-01T00:00Z',
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      counts: { total: 6, queued: 5, excluded: 1 },
      excluded: { bad_number: 1 },
      errors: [{ row: 2, to: 'x', code: 'bad_number' }],
      perSecond: 2,
      estimatedSeconds: 3,
      scheduleAt: '2099-01-01T00:00:00.000Z',
    })
    expect(
      json.examples.map(({ to, name, rendered }: { to: string; name: string; rendered: { text: string } }) => [
        to,
        name,
        rendered.text,
      ]),
    ).toEqual([
      ['+16505550301', 'Anna', 'Hi Anna, see shoes'],
      ['+16505000400', null, 'Hi you, see this'],
      ['+16505000401', null, 'Hi you, see this'],
    ])
    expect(await sql`select count(*) from campaigns`.execute(desk.database.db)).toEqual(before)
  })
})
