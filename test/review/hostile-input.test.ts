import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignId } from '../../src/domain/ids.ts'
import { encodeCursor } from '../../src/http/routes.ts'
import type { Asking } from '../http/api.ts'
import { type CampaignDesk, numbers, openCampaignDesk, take, template } from '../http/campaigns/campaign-desk.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: CampaignDesk
let task: string
let campaign: CampaignId
let cluster: string
let templateId: string
let quickReply: string
beforeAll(async () => {
  desk = await openCampaignDesk()
  ;({ task } = await desk.openTask())
  const { json } = await desk.create({ recipients: numbers(2) })
  campaign = json.id
  await take(desk, campaign, 1, 'failed')
  templateId = await addTemplate(desk, { name: 'one', body: 'Hi {{1}}' })
  cluster = (await desk.owner('/api/bulk')).json.items[0].id
  quickReply = (
    await desk.owner('/api/quick-replies', { body: { title: 'Hi', text: 'Hello', shared: true, attachmentIds: [] } })
  ).json.id
})
afterAll(() => desk.close())

const NUL = 'a\u0000b'
const HALF = 'a\ud800b'
const LONG = 'x'.repeat(300_000)
const DEEP = JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`)
const VALUES: unknown[] = [
  NUL,
  HALF,
  LONG,
  '',
  ' ',
  '%00',
  -1,
  0.5,
  1e308,
  2 ** 53,
  2 ** 31,
  null,
  true,
  [],
  {},
  [NUL],
  { [NUL]: NUL },
  { [HALF]: 1 },
  DEEP,
  JSON.parse('{"__proto__":{"a":1},"constructor":1}'),
  'not-an-id',
  '00000000-0000-0000-0000-000000000000',
  '2026-13-45',
  '9999999-01-01T00:00:00Z',
]

/** Bodies that the routes accept; each of their values, at every depth, is replaced by each hostile one in turn. */
function bodies(): [path: string, body: Record<string, unknown>, method?: string][] {
  const channelId = desk.channel
  const to = '+16505551234'
  const filled = template('one', { header: ['x'], body: ['x'], buttons: [{ index: 0, value: 'x' }] })
  return [
    ['/api/outbound', { channelId, to, template: filled, taskTemplateId: null, contactName: 'x' }],
    ['/api/messages', { channelId, to, template: template('one', { body: { a: 'x' } }), contactName: 'x' }],
    ['/api/messages', { channelId, to, text: 'x', attachmentIds: [] }],
    [`/api/tasks/${task}/comments`, { template: filled, notify: { contact: true }, replyTo: null }],
    [`/api/tasks/${task}/comments`, { text: 'x', attachmentIds: [], notify: { contact: true, employeeIds: [] } }],
    [
      '/api/campaigns',
      {
        channelId,
        name: 'x',
        template: template('plain'),
        recipients: [{ to, name: 'x', parameters: { body: ['x'] } }],
        scheduleAt: '2099-01-01T10:00',
        timeZone: 'Europe/Berlin',
        draft: true,
      },
    ],
    [
      '/api/campaigns/preview',
      { channelId, name: 'x', template: template('plain'), csv: 'to,name\n+16505551234,Anna' },
    ],
    [
      '/api/campaigns/preview',
      { channelId, name: 'x', template: template('plain'), filter: { tags: ['x'], q: 'x', fields: { a: 'x' } } },
    ],
    [`/api/campaigns/${campaign}/test`, { to, ordinal: 1 }],
    [`/api/templates/${templateId}/preview`, { parameters: { body: ['x'], header: ['x'], buttons: ['x'] } }],
    ['/api/templates/sync', { channelId }],
    [
      '/api/templates',
      { channelId, name: 'x', language: 'en_US', category: 'utility', components: [{ type: 'BODY', text: 'x' }] },
    ],
    [`/api/templates/${templateId}`, { components: [{ type: 'BODY', text: 'x' }], category: 'utility' }, 'PATCH'],
    ['/api/quick-replies', { title: 'x', shortcut: 'x', folder: 'x', text: 'x', attachmentIds: [], shared: true }],
    [`/api/quick-replies/${quickReply}`, { title: 'x', shortcut: 'y', folder: 'x', text: '{{me.name}}' }, 'PATCH'],
  ]
}

/** The value with one of its inner values replaced, for each of them. */
function* replaced(value: unknown, by: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    const with_ = (inner: unknown) =>
      Array.isArray(value)
        ? value.map((one, index) => (String(index) === key ? inner : one))
        : { ...value, [key]: inner }
    yield with_(by)
    for (const inner of replaced((value as Record<string, unknown>)[key], by)) yield with_(inner)
  }
}

const QUERIES = ['%00', 'a%00b', '%ED%A0%80', '%', '%F0%28', '-1', '1e99', '9'.repeat(40), 'not-an-id', 'x'.repeat(400)]
const CURSORS = [
  ...QUERIES,
  encodeCursor(2 ** 53 - 1),
  encodeCursor(2 ** 40),
  encodeCursor(1e308),
  encodeCursor('0000-01-01T00:00:00Z', '00000000-0000-7000-8000-000000000000'),
  encodeCursor('9999-12-31T23:59:59.999999999Z', '00000000-0000-7000-8000-000000000000'),
  encodeCursor('00000000-0000-7000-8000-000000000000'),
  encodeCursor(NUL, NUL, '00000000-0000-7000-8000-000000000000'),
  encodeCursor(HALF, HALF, '00000000-0000-7000-8000-000000000000'),
]

/** `desk.owner` throws where an answer is 500. */
const owner = (path: string, asking: Asking = {}): Promise<{ status: number }> =>
  desk.owner(path, asking).catch(() => ({ status: 500 }))

describe('hostile input is refused, never stumbled over', () => {
  it('in bodies', async () => {
    const stumbled = new Set<string>()
    for (const [path, body, method] of bodies()) {
      for (const value of VALUES) {
        for (const hostile of replaced(body, value)) {
          const answer = await owner(path, { body: hostile, method: method ?? 'POST' })
          if (answer.status === 500) stumbled.add(`${path} ${JSON.stringify(hostile).slice(0, 300)}`)
        }
      }
    }
    expect([...stumbled]).toEqual([])
  })

  it('in the bulk rule: each message looks at as many others on either side as the threshold says', async () => {
    const patch = (threshold: number) =>
      owner(`/api/channels/${desk.channel}`, { method: 'PATCH', body: { bulk: { threshold, windowSeconds: 86_400 } } })
    expect((await patch(1_000)).status).toBe(200)
    expect((await patch(1_001)).status).toBe(400)
  })

  it('in addresses and queries', async () => {
    const stumbled: string[] = []
    const ask = async (path: string) => {
      if ((await owner(path)).status >= 500) stumbled.push(path)
    }
    const lists: [string, string[]][] = [
      ['/api/bulk', ['channelId', 'limit']],
      [`/api/bulk/${cluster}/messages`, ['limit']],
      ['/api/campaigns', ['channelId', 'state', 'limit']],
      [`/api/campaigns/${campaign}/recipients`, ['state', 'exclusion', 'limit']],
      [`/api/campaigns/${campaign}/recipients.csv`, ['state', 'exclusion']],
      ['/api/templates', ['channelId', 'status', 'q', 'limit']],
      ['/api/quick-replies', ['q', 'folder', 'limit']],
      ['/api/deliveries', ['state', 'limit']],
      ['/api/contacts', ['q', 'limit']],
      [`/api/tasks/${task}/comments`, ['order', 'limit']],
    ]
    for (const [path, keys] of lists) {
      for (const key of keys) for (const value of QUERIES) await ask(`${path}?${key}=${value}`)
      for (const cursor of CURSORS) await ask(`${path}?cursor=${cursor}`)
    }
    for (const id of QUERIES) {
      for (const path of ['bulk', 'campaigns', 'templates', 'quick-replies', 'deliveries', 'contacts']) {
        await ask(`/api/${path}/${id}`)
      }
      await ask(`/api/bulk/${id}/messages`)
      await ask(`/api/campaigns/${id}/recipients`)
      await ask(`/api/tasks/${task}/quick-replies/${id}`)
      await ask(`/api/attachments/${id}/content`)
    }
    expect(stumbled).toEqual([])
  })
})
