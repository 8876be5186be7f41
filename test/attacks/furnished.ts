import type { CampaignId, RunId, ScenarioId } from '../../src/domain/ids.ts'
import { readDocument } from '../../src/domain/scenario/document/read-document.ts'
import { start } from '../../src/domain/scenario/interpreter/run.ts'
import { newId } from '../../src/store/new-id.ts'
import { type CampaignDesk, numbers, openCampaignDesk, take } from '../http/campaigns/campaign-desk.ts'
import { scenario } from '../http/scenarios/documents.ts'
import { type OpenTask, PNG } from '../http/work/desk.ts'
import { addTemplate } from '../kit/templates.ts'

const WEEK = Array.from({ length: 7 }, () => [])

/** A house in which there is one of everything that a route can be asked about. */
export interface Furnished extends CampaignDesk {
  /** by the first word of the path: `tasks`, `runs` …; of those that belong to a channel, on `desk.channel` */
  ids: Record<string, string>
  at: OpenTask
}

/** The name of the client, the mailing and their words, wherever something of them shows. */
export const CLIENT = 'Hidden Henry'
export const PHONE = '16505550777'

export async function openFurnished(): Promise<Furnished> {
  const desk = await openCampaignDesk()
  const at = await desk.openTask({ name: CLIENT, phone: PHONE })
  const make = async (path: string, body: object): Promise<{ id: string }> => {
    const { status, json } = await desk.owner(path, { body })
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(json)}`)
    return json
  }
  const anna = await desk.addWorker()
  const file = await desk.upload(anna, PNG, 'hidden.png')
  const written = await anna.ask(`/api/tasks/${at.task}/comments`, {
    body: { text: 'Hidden answer', attachmentIds: [file.json.id], notify: { contact: true } },
  })
  const campaign = await desk.create({ name: 'Hidden sale', recipients: numbers(2) })
  await take(desk, campaign.json.id as CampaignId, 1, 'failed')
  const waits = scenario('waits', {
    steps: [{ id: 'w', wait: { for: ['message.received'], timeout: '3d' } }],
  })
  const scenarioId = (await make('/api/scenarios', { document: waits })).id as ScenarioId
  await make(`/api/scenarios/${scenarioId}/publish`, {})
  const button = scenario('press', { trigger: { button: { label: 'Press' } } })
  const buttonId = (await make('/api/scenarios', { document: button })).id
  await make(`/api/scenarios/${buttonId}/publish`, {})
  const letter = newId()
  await desk.database.pool.query(
    `insert into dead_letters (id, channel_id, path, reason, detail) values ($1, $2, '', 'not_json', 'Hidden letter')`,
    [letter, desk.channel],
  )
  const reply = { title: 'Hi', text: 'Hello', shared: true, attachmentIds: [] }
  const quickReply = (await make('/api/quick-replies', reply)).id
  return {
    ...desk,
    at,
    ids: {
      tasks: at.task,
      contacts: at.contact,
      channels: desk.channel,
      comments: written.json.id,
      deliveries: written.json.delivery.id,
      attachments: file.json.id,
      campaigns: campaign.json.id,
      bulk: (await desk.owner('/api/bulk')).json.items[0].id,
      templates: await addTemplate(desk, { name: 'hidden_template', body: 'Hidden {{1}}' }),
      runs: await addRun(desk, at, scenarioId, waits),
      'dead-letters': letter,
      scenarios: scenarioId,
      'quick-replies': quickReply,
      users: anna.id,
      groups: (await make('/api/groups', { name: 'Sales' })).id,
      tokens: (await make('/api/tokens', { name: 'script', role: 'operator' })).id,
      'task-templates': desk.template,
      calendars: (await make('/api/calendars', { name: 'Days', timeZone: 'UTC', week: WEEK })).id,
      endpoints: (await make('/api/endpoints', { name: 'crm', url: 'https://crm.example.com/' })).id,
      webhooks: (await make('/api/webhooks', { name: 'S', url: 'https://shop.example/', events: ['*'] })).id,
      'incoming-webhooks': (await make('/api/incoming-webhooks', { name: 'orders', verify: 'token' })).id,
      '{scenarioId}': buttonId,
      '{quickReplyId}': quickReply,
      '{version}': '1',
    },
  }
}

/** As a step leaves one that waits for the client. */
async function addRun(desk: CampaignDesk, at: OpenTask, id: ScenarioId, document: object): Promise<RunId> {
  const read = readDocument(document)
  if (!read.ok) throw new Error('the document is wrong')
  const now = Date.parse('2030-01-01T09:00:00Z')
  const run = newId<RunId>()
  await desk.database.db
    .insertInto('runs')
    .values({
      id: run,
      scenario_id: id,
      version: 1,
      conversation_id: at.conversation,
      task_id: at.task,
      state: 'waiting',
      run: JSON.stringify({ ...start(read.document, { id, version: 1 }, now), state: 'waiting', at: 'w' }),
      awaits: ['message.received'],
      deadline: new Date(now),
    })
    .execute()
  return run
}

/** The address of a route about what is there; null: nothing of that kind is. */
export function addressOf(path: string, ids: Record<string, string>): string | null {
  const kind = path.split('/')[2] ?? ''
  let isKnown = true
  const address = path.replace(/\{[^}]+\}/g, (name) => {
    const id = name === '{id}' ? ids[kind] : ids[name]
    if (id === undefined) isKnown = false
    return id ?? name
  })
  return isKnown ? address : null
}
