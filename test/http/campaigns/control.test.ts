import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignId, DeliveryId } from '../../../src/domain/ids.ts'
import { pauseBySystem } from '../../../src/store/campaigns/control.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { addTemplate } from '../../kit/templates.ts'
import { PNG } from '../work/desk.ts'
import { type CampaignDesk, numbers, openCampaignDesk, take, template } from './campaign-desk.ts'

let desk: CampaignDesk
beforeAll(async () => {
  desk = await openCampaignDesk()
})
afterAll(() => desk.close())

async function inState(state: string, order: object = {}): Promise<CampaignId> {
  const { json } = await desk.create({ recipients: numbers(3), ...order })
  await sql`update campaigns set state = ${state} where id = ${json.id}`.execute(desk.database.db)
  return json.id
}
const press = (id: string, verb: string, headers = {}) =>
  desk.author(`/api/campaigns/${id}/${verb}`, undefined, headers)
const campaignRow = (id: CampaignId) =>
  desk.database.db.selectFrom('campaigns').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const deliveryRow = (id: DeliveryId) =>
  desk.database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('a campaign that people control', () => {
  const STATES = ['draft', 'scheduled', 'running', 'paused', 'stopped', 'finished']
  it.each<[string, Record<string, string>]>([
    ['start', { draft: 'running', scheduled: 'running' }],
    ['pause', { scheduled: 'paused', running: 'paused' }],
    ['resume', { paused: 'running' }],
    ['stop', { draft: 'stopped', scheduled: 'stopped', running: 'stopped', paused: 'stopped' }],
    ['retry-failed', {}],
  ])('%s leads from each state where it should, and nowhere else', async (verb, leads) => {
    for (const from of STATES) {
      const id = await inState(from)
      const before = await campaignRow(id)
      const { status, json } = await press(id, verb)
      const row = await campaignRow(id)
      const to = leads[from]
      if (to !== undefined) {
        expect([from, status, json.state, row.state]).toEqual([from, 200, to, to])
        expect(row.changed_at.getTime()).toBeGreaterThan(before.changed_at.getTime())
        expect(desk.changedCampaigns.filter((one) => one === id)).toHaveLength(2)
      } else {
        const code =
          verb === 'retry-failed' && from !== 'draft' && from !== 'scheduled' ? 'nothing_to_retry' : 'campaign_state'
        expect([from, status, json.error.code]).toEqual([from, 409, code])
        if (code === 'campaign_state') expect(json.error.details).toEqual({ state: from })
        expect(row).toEqual(before)
      }
    }
  })

  it('leaves audit and a live update of each change', async () => {
    const id = await inState('running')
    for (const verb of ['pause', 'resume', 'stop']) await press(id, verb)
    const audit = await sql<{ action: string; actor_kind: string }>`select action, actor_kind from audit_log
      where subject_id = ${id} order by id`.execute(desk.database.db)
    expect(audit.rows.map(({ action }) => action)).toEqual([
      'campaign.created',
      'campaign.paused',
      'campaign.resumed',
      'campaign.stopped',
    ])
    const live = await sql<{ data: { state: string } }>`select data from live_events
      where event = 'campaign' and data ->> 'campaignId' = ${id} order by id`.execute(desk.database.db)
    expect(live.rows.map(({ data }) => data.state)).toEqual(['running', 'paused', 'running', 'stopped'])
  })

  it('waits again for a time that is still ahead', async () => {
    const ahead = { scheduleAt: '2099-01-01T00:00Z' }
    const draft = (await desk.create({ recipients: numbers(1), draft: true, ...ahead })).json.id
    expect((await press(draft, 'start')).json).toMatchObject({ state: 'scheduled', startedAt: null })
    expect((await press(draft, 'pause')).json.state).toBe('paused')
    expect((await press(draft, 'resume')).json).toMatchObject({ state: 'scheduled', startedAt: null })
    expect((await press(draft, 'start')).json).toMatchObject({ state: 'running', startedAt: expect.any(String) })
    await press(draft, 'pause')
    expect((await press(draft, 'resume')).json.state).toBe('running')
  })

  it('is not started over a channel or with a template that cannot send', async () => {
    const id = await inState('draft')
    const setChannel = (state: string) =>
      sql`update channels set state = ${state} where id = ${desk.channel}`.execute(desk.database.db)
    const setTemplate = (status: string) =>
      sql`update templates set status = ${status} where name = 'plain'`.execute(desk.database.db)
    await setChannel('paused')
    expect((await press(id, 'start')).json.error).toMatchObject({
      code: 'channel_not_connected',
      details: { state: 'paused' },
    })
    const setRestrictions = (restrictions: object[]) =>
      sql`update channels set restrictions = ${JSON.stringify(restrictions)}::jsonb where id = ${desk.channel}`.execute(
        desk.database.db,
      )
    await setChannel('restricted')
    const restricted = (await press(id, 'start')).json.error
    expect(restricted).toMatchObject({ code: 'channel_not_connected', details: { state: 'restricted' } })
    await setRestrictions([{ type: 'A', blocks: 'templates', until: null }])
    expect((await press(id, 'start')).json.error).toMatchObject({ details: { state: 'restricted', until: null } })
    await setRestrictions([{ type: 'A', blocks: 'replies', until: null }])
    await setTemplate('paused')
    expect((await press(id, 'start')).json.error.code).toBe('template_not_approved')
    await setRestrictions([])
    await setChannel('connected')
    expect((await press(id, 'start')).json.error).toMatchObject({
      code: 'template_not_approved',
      details: { status: 'paused' },
    })
    await setTemplate('approved')
    expect((await press(id, 'start')).status).toBe(200)
  })

  it('is stopped for everybody who has not been taken, and for who waits for another try', async () => {
    const id = await inState('running')
    const sent = await take(desk, id, 1, 'sent', { accepted: true })
    const waiting = await take(desk, id, 2, 'queued')
    const { json } = await press(id, 'stop')
    expect(json.counts).toMatchObject({ sent: 1, failed: 1, cancelled: 1, waiting: 0 })
    expect(json.endedAt).not.toBeNull()
    expect(await deliveryRow(waiting.delivery)).toMatchObject({ state: 'failed', error_code: 'campaign_stopped' })
    expect((await deliveryRow(sent.delivery)).state).toBe('sent')
    // A person stopped it: that is no failure to try again.
    expect((await press(id, 'retry-failed')).json.error.code).toBe('nothing_to_retry')
  })

  it('is pressed once for an Idempotency-Key', async () => {
    const id = await inState('running')
    const headers = { 'idempotency-key': `pause-${id}` }
    expect((await press(id, 'pause', headers)).status).toBe(200)
    expect((await press(id, 'pause', headers)).status).toBe(200)
    expect((await press(id, 'pause')).status).toBe(409)
  })
})

describe('a campaign that the house pauses', () => {
  const pause = (id: CampaignId) => inTransaction(desk.database.db, (tx) => pauseBySystem(tx, id, 'error_spike'))

  it('says why, in words, until it is resumed', async () => {
    const id = await inState('running')
    expect(await pause(id)).toBe(true)
    const { json } = await desk.read(`/api/campaigns/${id}`)
    expect(json).toMatchObject({
      state: 'paused',
      stateReason: { code: 'error_spike', message: expect.stringContaining('failed') },
    })
    expect((await press(id, 'resume')).json.stateReason).toBeNull()
  })

  it.each(['draft', 'scheduled', 'paused', 'stopped', 'finished'])('is left alone when it is %s', async (state) => {
    const id = await inState(state)
    expect(await pause(id)).toBe(false)
    expect(await campaignRow(id)).toMatchObject({ state, state_reason: null })
  })

  it('waits for who is taking recipients, and is then seen by the next who wants to', async () => {
    const id = await inState('running')
    const order: string[] = []
    const share = (tx: Parameters<Parameters<typeof inTransaction>[1]>[0]) =>
      sql<{ state: string }>`select state from campaigns where id = ${id} for share`.execute(tx)
    let pausing: Promise<unknown> = Promise.resolve()
    await inTransaction(desk.database.db, async (tx) => {
      await share(tx)
      pausing = press(id, 'pause').then(() => order.push('paused'))
      await sql`select pg_sleep(0)`.execute(tx)
      order.push('taken')
    })
    await pausing
    expect(order).toEqual(['taken', 'paused'])
    const { rows } = await inTransaction(desk.database.db, share)
    expect(rows).toEqual([{ state: 'paused' }])
  })
})

describe('what failed', () => {
  it('is sent again where that makes sense, and never what may have arrived', async () => {
    const { json } = await desk.create({ recipients: numbers(9) })
    const id: CampaignId = json.id
    const yesterday = new Date(Date.now() - 25 * 3_600_000)
    const limit = await take(desk, id, 1, 'failed', { code: '131048' })
    const noWhatsApp = await take(desk, id, 2, 'failed', { code: '131026' })
    const optedOut = await take(desk, id, 3, 'failed', { code: '131050' })
    const tooSoon = await take(desk, id, 4, 'failed', { code: '131049' })
    const dayOld = await take(desk, id, 5, 'failed', { code: '131049', failedAt: yesterday })
    const unknown = await take(desk, id, 6, 'unknown')
    const settled = await take(desk, id, 7, 'failed', { code: 'settled_by_person', accepted: true })
    const sent = await take(desk, id, 8, 'read', { accepted: true })
    await sql`update campaigns set state = 'finished', ended_at = now() where id = ${id}`.execute(desk.database.db)
    const answer = await press(id, 'retry-failed')
    expect(answer.json).toMatchObject({ state: 'running', retried: 3, endedAt: null })
    const states = []
    for (const { delivery } of [limit, noWhatsApp, optedOut, tooSoon, dayOld, unknown, settled, sent]) {
      states.push((await deliveryRow(delivery)).state)
    }
    expect(states).toEqual(['queued', 'failed', 'failed', 'failed', 'queued', 'unknown', 'queued', 'read'])
    const again = await deliveryRow(limit.delivery)
    expect(again).toMatchObject({ lane: 'campaign', rank: 0, error_code: null, failed_at: null, attempt: 1 })
    // The next error spike looks at what was queued after the last change.
    expect(again.queued_at.getTime()).toBeGreaterThanOrEqual((await campaignRow(id)).changed_at.getTime())
    expect(desk.changedCampaigns.filter((one) => one === id)).toHaveLength(2)
  })

  it('is not sent to somebody who has opted out since', async () => {
    const { json } = await desk.create({ recipients: numbers(2, 50) })
    const failed = await take(desk, json.id, 1, 'failed', { code: '131048' })
    const { contact } = await desk.openTask()
    await sql`update contacts set opted_out_at = now() where id = ${contact}`.execute(desk.database.db)
    await sql`update conversations set contact_id = ${contact} where id = ${failed.conversation}`.execute(
      desk.database.db,
    )
    expect((await press(json.id, 'retry-failed')).json.error.code).toBe('nothing_to_retry')
    await sql`update contacts set opted_out_at = null where id = ${contact}`.execute(desk.database.db)
    expect((await press(json.id, 'retry-failed')).json.retried).toBe(1)
  })
})

describe('a test message', () => {
  const test = (id: string, body: object) => desk.author(`/api/campaigns/${id}/test`, body)
  const textOf = async (delivery: string) => {
    const { rows } = await sql<{ text: string; campaign_id: string | null; lane: string }>`
      select m.text, d.campaign_id, d.lane from deliveries d join comments m on m.id = d.comment_id
      where d.id = ${delivery}`.execute(desk.database.db)
    return rows[0]
  }

  it('is filled as for the first who gets it, or for whom one says, and is none of the campaign', async () => {
    const { json } = await desk.create({
      template: template('greeting', { body: ['you', 'this'] }),
      recipients: [
        { to: 'bad', parameters: { body: ['Bad', 'x'] } },
        ...numbers(1),
        { to: '+16505550999', parameters: { body: ['Eve', 'that'] } },
      ],
      draft: true,
    })
    const first = await test(json.id, { to: '+1 650 555 7777' })
    expect(first.status).toBe(202)
    expect(await textOf(first.json.deliveryId)).toEqual({
      text: 'Hi you, see this',
      campaign_id: null,
      lane: 'conversation',
    })
    const chosen = await test(json.id, { to: '+16505557777', ordinal: 3 })
    expect((await textOf(chosen.json.deliveryId))?.text).toBe('Hi Eve, see that')
    expect((await test(json.id, { to: '+16505557777', ordinal: 4 })).status).toBe(404)
    expect((await test(json.id, { to: 'me' })).json.error.code).toBe('invalid_number')
    expect((await desk.read(`/api/campaigns/${json.id}`)).json.counts).toMatchObject({ total: 3, sent: 0 })
  })

  it('shows a copy of the header’s file, which the campaign keeps', async () => {
    const anna = await desk.addWorker()
    await sql`update users set role = 'author' where id = ${anna.id}`.execute(desk.database.db)
    await addTemplate(desk, {
      name: 'picture',
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Look' },
      ],
    })
    const attachmentId = (await desk.upload(anna, PNG, 'sale.png')).json.id
    const made = await anna.ask('/api/campaigns', {
      body: {
        channelId: desk.channel,
        name: 'Picture',
        template: template('picture', { header: [{ attachmentId }] }),
        recipients: numbers(1),
        draft: true,
      },
    })
    expect(made.status).toBe(201)
    for (let time = 0; time < 2; time++) {
      const sent = await anna.ask(`/api/campaigns/${made.json.id}/test`, { body: { to: '+16505557778' } })
      expect(sent.status).toBe(202)
    }
    const { rows } = await sql<{
      comment_id: string | null
    }>`select comment_id from attachments where id = ${attachmentId}`.execute(desk.database.db)
    expect(rows).toEqual([{ comment_id: null }])
  })
})
