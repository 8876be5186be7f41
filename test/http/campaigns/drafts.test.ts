import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CampaignDesk, numbers, openCampaignDesk, take, template } from './campaign-desk.ts'

let desk: CampaignDesk
let token: string
beforeAll(async () => {
  desk = await openCampaignDesk()
  token = await desk.addToken('author')
})
afterAll(() => desk.close())

const orderOf = (more: object = {}) => ({
  channelId: desk.channel,
  name: 'Sale',
  template: template('plain'),
  draft: true,
  recipients: numbers(2),
  ...more,
})
const draft = async (more: object = {}) => (await desk.create({ recipients: numbers(2), draft: true, ...more })).json.id
const put = (id: string, body: object) => desk.ask(`/api/campaigns/${id}`, { method: 'PUT', token, body })
const remove = (id: string) => desk.ask(`/api/campaigns/${id}`, { method: 'DELETE', token })
const rows = async (id: string) =>
  (await desk.read(`/api/campaigns/${id}/recipients`)).json.items.map(({ to, state }: Record<string, string>) => [
    to,
    state,
  ])

describe('a draft of a campaign', () => {
  it('is opened again as it was given', async () => {
    const csv = 'to,name,1,2,branch\n+16505550001,Ada,Ada,Berlin,north\n12,Nobody,x,y,z'
    const given = { recipients: undefined, csv, template: template('greeting'), requireConsent: false }
    const id = await draft(given)
    const { status, json } = await desk.read(`/api/campaigns/${id}/order`)
    expect([status, json]).toEqual([
      200,
      {
        channelId: desk.channel,
        name: 'Sale',
        csv,
        template: template('greeting'),
        requireConsent: false,
        draft: true,
      },
    ])
  })

  it('becomes another one, with its list sorted out anew', async () => {
    const id = await draft()
    const csv = 'phone;1;2;more\n+16505550011;Ada;Berlin;x\n12;;;\n'
    const { status, json } = await put(
      id,
      orderOf({ name: 'Better', recipients: undefined, csv, template: template('greeting'), draft: false }),
    )
    expect(status).toBe(200)
    expect(json).toMatchObject({
      id,
      name: 'Better',
      state: 'draft',
      template: { name: 'greeting' },
      counts: { total: 2, queued: 1, excluded: 1 },
      excluded: { bad_number: 1 },
      errors: [{ row: 3, code: 'bad_number' }],
      ignoredColumns: ['more'],
    })
    expect(await rows(id)).toEqual([
      ['+16505550011', 'queued'],
      ['12', 'excluded'],
    ])
    expect((await desk.read(`/api/campaigns/${id}/order`)).json.csv).toBe(csv)
  })

  it('stays as it was where the new order is refused', async () => {
    const id = await draft()
    const before = (await desk.read(`/api/campaigns/${id}`)).json
    const refused = await put(id, orderOf({ template: template('greeting') }))
    expect([refused.status, refused.json.error.code]).toEqual([422, 'template_parameters'])
    expect((await desk.read(`/api/campaigns/${id}`)).json).toEqual(before)
    expect(await rows(id)).toHaveLength(2)
  })

  it('can be deleted, and leaves an audit', async () => {
    const id = await draft()
    expect((await remove(id)).status).toBe(204)
    expect((await desk.read(`/api/campaigns/${id}`)).status).toBe(404)
    const audit = await desk.database.db.selectFrom('audit_log').select('action').where('subject_id', '=', id).execute()
    expect(audit.map(({ action }) => action)).toEqual(['campaign.created', 'campaign.draft_deleted'])
  })

  it.each(['start', 'stop'])('is none any more after %s, and what it was made from is forgotten', async (verb) => {
    const id = await draft()
    await desk.author(`/api/campaigns/${id}/${verb}`)
    for (const answer of [await put(id, orderOf()), await remove(id), await desk.read(`/api/campaigns/${id}/order`)]) {
      expect([answer.status, answer.json.error.code]).toEqual([409, 'campaign_state'])
    }
    const kept = desk.database.db.selectFrom('campaign_drafts').selectAll().where('campaign_id', '=', id)
    expect(await kept.execute()).toEqual([])
  })

  it('starts at the time that it was changed to', async () => {
    const id = await draft()
    await put(id, orderOf({ scheduleAt: '2040-01-02T09:00', timeZone: 'Europe/Berlin' }))
    const { json } = await desk.author(`/api/campaigns/${id}/start`)
    expect([json.state, json.scheduleAt]).toEqual(['scheduled', '2040-01-02T08:00:00.000Z'])
  })

  it('is not there for others, and is read and changed by authors alone', async () => {
    const id = await draft()
    const elsewhere = await desk.addToken('author', [await desk.addChannel()])
    const operator = await desk.addToken('operator')
    for (const [who, status] of [
      [elsewhere, 404],
      [operator, 403],
    ] as const) {
      const order = await desk.ask(`/api/campaigns/${id}/order`, { token: who })
      const changed = await desk.ask(`/api/campaigns/${id}`, { method: 'PUT', token: who, body: orderOf() })
      const deleted = await desk.ask(`/api/campaigns/${id}`, { method: 'DELETE', token: who })
      expect([order.status, changed.status, deleted.status]).toEqual([status, status, status])
    }
  })
})

describe('the recipients of a campaign', () => {
  it('name the task of those who replied, and can be listed alone', async () => {
    const { json } = await desk.create({ recipients: numbers(3, 100) })
    const replied = await take(desk, json.id, 2, 'read', { outgoing: 'replied' })
    await take(desk, json.id, 1, 'delivered')
    const { task } = await desk.openTask()
    await desk.database.db
      .updateTable('comments')
      .set({ task_id: task })
      .where('conversation_id', '=', replied.conversation)
      .execute()
    const of = async (query: string) =>
      (await desk.read(`/api/campaigns/${json.id}/recipients?${query}`)).json.items.map(
        ({ row, taskId }: { row: number; taskId: string | null }) => [row, taskId],
      )
    expect(await of('replied=true')).toEqual([[2, task]])
    expect(await of('replied=false')).toEqual([
      [1, null],
      [3, null],
    ])
    expect((await desk.read(`/api/campaigns/${json.id}/recipients?replied=maybe`)).status).toBe(400)
  })
})
