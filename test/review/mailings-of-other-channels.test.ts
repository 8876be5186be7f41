import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignId, ChannelId } from '../../src/domain/ids.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { type CampaignDesk, numbers, openCampaignDesk, take, template } from '../http/campaigns/campaign-desk.ts'
import { PNG, type Worker } from '../http/work/desk.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: CampaignDesk
let other: ChannelId
let owner: Worker
let stranger: Worker
let strangeAuthor: string
let paths: { reads: string[]; deeds: [string, object, string?][] }

/** Everything of channel `desk.channel`; the strangers may use `other` only. */
beforeAll(async () => {
  desk = await openCampaignDesk()
  other = await desk.addChannel()
  owner = await desk.addWorker()
  stranger = await desk.addWorker([other])
  strangeAuthor = await desk.addToken('author', [other])
  const header = [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Look' },
  ]
  const templateId = await addTemplate(desk, { name: 'picture', components: header as never })
  const file = (await desk.upload(owner, PNG, 'a.png')).json.id
  const sent = await owner.ask('/api/messages', {
    body: {
      channelId: desk.channel,
      to: '+16505553001',
      template: template('picture', { header: [{ attachmentId: file }] }),
    },
  })
  expect(sent.status).toBe(202)
  const { conversationId, deliveryId, commentId } = sent.json
  // Its client has had it from a mailing: held, in no task.
  await desk.database.db
    .updateTable('channels')
    .set({ bulk: JSON.stringify({ threshold: 1 }) })
    .execute()
  for (const to of ['+16505553002', '+16505553003']) {
    const more = await desk.upload(owner, PNG, 'a.png')
    const { json } = await owner.ask('/api/messages', {
      body: {
        channelId: desk.channel,
        to,
        template: template('picture', { header: [{ attachmentId: more.json.id }] }),
      },
    })
    await workEvents(desk.database, { conversationId: json.conversationId, after: null, upTo: 1 })
  }
  await workEvents(desk.database, { conversationId, after: null, upTo: 1 })
  const { task_id } = await desk.database.db
    .selectFrom('comments')
    .select('task_id')
    .where('id', '=', commentId)
    .executeTakeFirstOrThrow()
  expect(task_id).toBeNull()
  const campaign: CampaignId = (await desk.create({ recipients: numbers(2), draft: true })).json.id
  await take(desk, campaign, 1, 'failed')
  const [cluster] = (await owner.ask('/api/bulk')).json.items
  const { json: contacts } = await owner.ask('/api/contacts?q=16505553001')
  paths = {
    reads: [
      `/api/bulk/${cluster.id}`,
      `/api/bulk/${cluster.id}/messages`,
      `/api/campaigns/${campaign}`,
      `/api/campaigns/${campaign}/recipients`,
      `/api/campaigns/${campaign}/recipients.csv`,
      `/api/templates/${templateId}`,
      `/api/deliveries/${deliveryId}`,
      `/api/attachments/${file}/content`,
      `/api/contacts/${contacts.items[0].id}`,
    ],
    deeds: [
      [`/api/deliveries/${deliveryId}/retry`, {}],
      [`/api/deliveries/${deliveryId}/settle`, { outcome: 'sent' }],
      ...['start', 'pause', 'resume', 'stop', 'retry-failed'].map((verb): [string, object] => [
        `/api/campaigns/${campaign}/${verb}`,
        {},
      ]),
      [`/api/campaigns/${campaign}/test`, { to: '+16505553009' }],
      ['/api/campaigns', { channelId: desk.channel, name: 'x', template: template('plain'), recipients: numbers(1) }],
      [
        '/api/campaigns/preview',
        { channelId: desk.channel, name: 'x', template: template('plain'), filter: { everybody: true } },
      ],
      ['/api/messages', { channelId: desk.channel, to: '+16505553009', template: template('plain') }],
      ['/api/outbound', { channelId: desk.channel, to: '+16505553009', template: template('plain') }],
      ['/api/templates/sync', { channelId: desk.channel }],
      [
        '/api/templates',
        {
          channelId: desk.channel,
          name: 'x',
          language: 'en_US',
          category: 'utility',
          components: [{ type: 'BODY', text: 'x' }],
        },
      ],
      [`/api/templates/${templateId}/preview`, {}],
      [`/api/templates/${templateId}`, { category: 'marketing' }, 'PATCH'],
      [
        `/api/messages`,
        { channelId: other, to: '+16505553009', template: template('picture', { header: [{ attachmentId: file }] }) },
      ],
      [
        `/api/campaigns`,
        {
          channelId: other,
          name: 'x',
          template: template('picture', { header: [{ attachmentId: file }] }),
          recipients: numbers(1),
        },
      ],
    ],
  }
})
afterAll(() => desk.close())

describe('mailings, templates and campaigns of a channel', () => {
  it('do not exist for people of other channels', async () => {
    const seen: string[] = []
    for (const path of paths.reads) {
      const { status } = await owner.ask(path)
      if (status !== 200 && !path.includes('/content')) seen.push(`${path} is hidden from its own people: ${status}`)
      for (const answer of [await stranger.ask(path), await desk.ask(path, { token: strangeAuthor })]) {
        if (answer.status !== 404) seen.push(`${path}: ${answer.status}`)
      }
    }
    for (const [path, body, method] of paths.deeds) {
      const { status } = await desk.ask(path, { token: strangeAuthor, body, method: method ?? 'POST' })
      if (status !== 404 && status !== 422) seen.push(`${path}: ${status}`)
    }
    expect(seen).toEqual([])
  })

  it('stand in none of their lists', async () => {
    for (const path of ['bulk', 'campaigns', 'templates', 'deliveries', 'contacts', `bulk?channelId=${desk.channel}`]) {
      expect((await stranger.ask(`/api/${path}`)).json.items, path).toEqual([])
    }
  })
})
