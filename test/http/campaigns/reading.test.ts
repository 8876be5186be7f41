import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignId, ChannelId } from '../../../src/domain/ids.ts'
import { readCsv } from '../../../src/http/campaign-csv.ts'
import { type CampaignDesk, numbers, openCampaignDesk, take, template } from './campaign-desk.ts'

let desk: CampaignDesk
let id: CampaignId
beforeAll(async () => {
  desk = await openCampaignDesk()
  const { json } = await desk.create({
    recipients: [
      ...numbers(9),
      { to: '=HYPERLINK("http://evil.test")', name: '=1+1' },
      { to: '+16505000000', name: '+Twin, "the" second' },
    ],
  })
  id = json.id
  await take(desk, id, 1, 'sending')
  await take(desk, id, 2, 'accepted', { accepted: true })
  await take(desk, id, 3, 'delivered', { accepted: true })
  await take(desk, id, 4, 'read', { accepted: true, outgoing: 'replied' })
  await take(desk, id, 5, 'failed', { code: '131026', accepted: true })
  await take(desk, id, 6, 'failed', { code: '131050' })
  await take(desk, id, 7, 'unknown')
  await take(desk, id, 8, 'sent', { accepted: true, outgoing: 'expired' })
})
afterAll(() => desk.close())

describe('how far a campaign has come', () => {
  it('is counted cumulatively', async () => {
    const { json } = await desk.read(`/api/campaigns/${id}`)
    expect(json.counts).toEqual({
      total: 11,
      queued: 9,
      sent: 5,
      delivered: 2,
      read: 1,
      failed: 2,
      held: 6,
      replied: 1,
      expired: 1,
      waiting: 2,
      unknown: 1,
      cancelled: 0,
      excluded: 2,
    })
    expect(json.excluded).toEqual({ bad_number: 1, duplicate: 1 })
  })

  it('is told for each recipient, in pages', async () => {
    type Item = { row: number; state: string }
    const items: Item[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { json } = await desk.read(`/api/campaigns/${id}/recipients?limit=4${cursor && `&cursor=${cursor}`}`)
      items.push(...json.items)
      cursor = json.next
    }
    expect(items.map(({ row, state }) => [row, state])).toEqual([
      [1, 'sending'],
      [2, 'accepted'],
      [3, 'delivered'],
      [4, 'read'],
      [5, 'failed'],
      [6, 'failed'],
      [7, 'unknown'],
      [8, 'sent'],
      [9, 'queued'],
      [10, 'excluded'],
      [11, 'excluded'],
    ])
    expect(items[3]).toMatchObject({ to: '+16505000003', replied: true, error: null, deliveryId: expect.any(String) })
    expect(items[4]).toMatchObject({ error: { code: '131026', message: expect.stringContaining('Not deliverable') } })
    expect(items[10]).toMatchObject({ exclusion: { code: 'duplicate', message: 'The same person as in line 1' } })
  })

  it('is filtered by state and by exclusion', async () => {
    const rows = async (query: string) =>
      (await desk.read(`/api/campaigns/${id}/recipients?${query}`)).json.items.map(({ row }: { row: number }) => row)
    expect(await rows('state=failed')).toEqual([5, 6])
    expect(await rows('state=excluded&exclusion=duplicate')).toEqual([11])
    expect(await rows('state=played')).toEqual([])
    expect((await desk.read(`/api/campaigns/${id}/recipients?state=lost`)).status).toBe(400)
    expect((await desk.read(`/api/campaigns/${id}/recipients?cursor=xyz`)).json.error.code).toBe('cursor_invalid')
  })

  it('lists campaigns, the newest first, by channel and state', async () => {
    const other = (await desk.create({ recipients: numbers(1), draft: true })).json.id
    const ids = async (query: string) =>
      (await desk.read(`/api/campaigns?${query}`)).json.items.map((one: { id: string }) => one.id)
    expect(await ids('')).toEqual([other, id])
    expect(await ids('state=draft')).toEqual([other])
    expect(await ids(`channelId=${desk.channel}&state=running`)).toEqual([id])
    const page = (await desk.read('/api/campaigns?limit=1')).json
    expect(await ids(`limit=1&cursor=${page.next}`)).toEqual([id])
  })
})

describe('the export', () => {
  it('is a CSV without formulas, which a new campaign can take', async () => {
    const answer = await desk.read(`/api/campaigns/${id}/recipients.csv`)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toContain('attachment')
    const { header, rows } = await readCsv(answer.text)
    expect(header.slice(0, 4)).toEqual(['row', 'to', 'name', 'state'])
    expect(rows.map(({ cells }) => cells[1])).toEqual([
      ...numbers(9).map(({ to }) => to.slice(1)),
      '\'=HYPERLINK("http://evil.test")',
      '16505000000',
    ])
    expect(rows[9]?.cells[2]).toBe("'=1+1")
    expect(rows[10]?.cells[2]).toBe('\'+Twin, "the" second')
    for (const { cells } of rows) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/)

    const failed = await desk.read(`/api/campaigns/${id}/recipients.csv?state=failed`)
    expect((await readCsv(failed.text)).rows).toHaveLength(2)
    const again = await desk.author('/api/campaigns', {
      channelId: desk.channel,
      name: 'Again',
      template: template('plain'),
      csv: answer.text,
      draft: true,
    })
    expect(again.json).toMatchObject({ counts: { total: 11, queued: 9 }, excluded: { bad_number: 1, duplicate: 1 } })
  })

  it('holds everybody of a long list once', async () => {
    const { json } = await desk.create({ recipients: numbers(2_500), draft: true })
    const { rows } = await readCsv((await desk.read(`/api/campaigns/${json.id}/recipients.csv`)).text)
    expect(new Set(rows.map(({ cells }) => cells[1]))).toEqual(new Set(numbers(2_500).map(({ to }) => to.slice(1))))
    expect(rows).toHaveLength(2_500)
  })
})

describe('who may see and touch a campaign', () => {
  let elsewhere: ChannelId
  beforeAll(async () => {
    elsewhere = await desk.addChannel()
  })

  it('is nobody without its channel', async () => {
    const token = await desk.addToken('admin', [elsewhere])
    expect((await desk.ask('/api/campaigns', { token })).json.items).toEqual([])
    const body = { channelId: desk.channel, name: 'Mine', template: template('plain'), recipients: numbers(1) }
    const before = await sql`select * from campaigns order by id`.execute(desk.database.db)
    const asked: [string, string, object?][] = [
      ['GET', `/api/campaigns/${id}`],
      ['GET', `/api/campaigns/${id}/recipients`],
      ['GET', `/api/campaigns/${id}/recipients.csv`],
      ['POST', `/api/campaigns/${id}/test`, { to: '+16505550000' }],
      ...['start', 'pause', 'resume', 'stop', 'retry-failed'].map((verb): [string, string] => [
        'POST',
        `/api/campaigns/${id}/${verb}`,
      ]),
      ['POST', '/api/campaigns', body],
      ['POST', '/api/campaigns/preview', body],
    ]
    for (const [method, path, sent] of asked) {
      const answer = await desk.ask(path, { method, token, ...(sent && { body: sent }) })
      expect([method, path, answer.status, answer.json.error.code]).toEqual([method, path, 404, 'not_found'])
    }
    expect(await sql`select * from campaigns order by id`.execute(desk.database.db)).toEqual(before)
  })

  it('may be an operator for reading, and no more', async () => {
    const token = await desk.addToken('operator')
    expect((await desk.ask(`/api/campaigns/${id}`, { token })).status).toBe(200)
    expect((await desk.ask(`/api/campaigns/${id}/pause`, { method: 'POST', token })).status).toBe(403)
    const order = { channelId: desk.channel, name: 'Mine', template: template('plain'), recipients: numbers(1) }
    expect((await desk.ask('/api/campaigns', { token, body: order })).status).toBe(403)
  })
})
