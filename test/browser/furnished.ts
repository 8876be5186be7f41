import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../kit/eventually.ts'
import type { RunningParley } from './parley-process.ts'
import { phoneOf } from './phone.ts'
import { tinyPng } from './tiny-png.ts'

/** An account that has been worked in for a while, for the eye: something on every screen. */
export interface Furnished {
  /** of Maria Keller, who has much to tell */
  taskId: string
  contactId: string
  channelId: string
  /** published, with runs */
  scenarioId: string
  runId: string
  campaignId: string
}

const GALLERY = join(import.meta.dirname, '../../docs/gallery')

const CLIENTS = [
  { phone: '+4915120000001', name: 'Maria Keller', texts: ['Hello! Is the oak table still available?'] },
  { phone: '+4915120000002', name: 'Анна Смирнова', texts: ['Здравствуйте! Когда придёт заказ А-1042?'] },
  {
    phone: '+4915120000003',
    name: 'João Silva',
    texts: ['Can I change the delivery address?', 'It is Rua Augusta 10.'],
  },
  { phone: '+4915120000004', name: 'Studio Nord GmbH', texts: ['We need 40 chairs by the end of May.'] },
  { phone: '+4915120000005', name: 'Leïla', texts: ['Merci, tout est arrivé !'] },
] as const

/**
 * Through the same doors as everybody: the simulated phone, the API.
 * @param picture a PNG that Maria sends
 */
export async function furnish(parley: RunningParley, picture = tinyPng(640, 420)): Promise<Furnished> {
  const { api } = parley
  const [channel] = (await api<Items<{ id: string }>>('GET', '/api/channels')).items
  if (!channel) throw new Error('there is no demo channel')
  await api('POST', '/api/templates/sync', { channelId: channel.id })

  for (const { phone, name, texts } of CLIENTS) {
    for (const text of texts) await phoneOf(parley, phone, name).write({ text })
  }
  const tasks = await Promise.all(CLIENTS.map(({ name }) => taskOf(parley, name)))
  const [maria, anna, joao, studio, leila] = tasks
  if (!maria || !anna || !joao || !studio || !leila) throw new Error('a task is missing')

  await talkWithMaria(parley, maria.id, picture)
  await api('PATCH', `/api/contacts/${maria.requester.id}`, { tags: ['vip', 'furniture'], fields: { city: 'Berlin' } })
  await api('PATCH', `/api/contacts/${studio.requester.id}`, { tags: ['wholesale'] })
  await api('PATCH', `/api/tasks/${anna.id}`, { status: 'in_progress' })
  await api('PATCH', `/api/tasks/${joao.id}`, { assigneeIds: [] })
  await api('PATCH', `/api/tasks/${studio.id}`, { status: 'waiting', dueAt: inDays(2) })
  await api('PATCH', `/api/tasks/${leila.id}`, { status: 'done' })

  await api('POST', '/api/quick-replies', {
    title: 'Delivery time',
    shortcut: 'delivery',
    folder: 'Orders',
    text: 'Hello {{ contact.firstName }}, delivery takes three to five working days.',
    shared: true,
  })
  await api('POST', '/api/groups', { name: 'sales', memberIds: [] })
  await api('POST', '/api/calendars', {
    name: 'support',
    timeZone: 'Europe/Berlin',
    week: [...Array.from({ length: 5 }, () => [{ from: '09:00', to: '18:00' }]), [], []],
  })
  const { scenarioId, runId } = await runScenario(parley, maria.id)
  const campaignId = await sendCampaign(parley, channel.id)
  await failSomething(parley, joao.id)
  return { taskId: maria.id, contactId: maria.requester.id, channelId: channel.id, scenarioId, runId, campaignId }
}

interface Items<Item> {
  items: Item[]
}
interface Task {
  id: string
  requester: { id: string; name: string }
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

const taskOf = (parley: RunningParley, name: string): Promise<Task> =>
  eventually(async () => {
    const { items } = await parley.api<Items<Task>>('GET', '/api/tasks?limit=50')
    const task = items.find(({ requester }) => requester.name === name)
    if (!task) throw new Error(`${name} has no task yet`)
    return task
  })

async function talkWithMaria(parley: RunningParley, taskId: string, picture: Buffer): Promise<void> {
  const maria = phoneOf(parley, CLIENTS[0].phone, CLIENTS[0].name)
  const say = (text: string, contact: boolean) =>
    parley.api('POST', `/api/tasks/${taskId}/comments`, { text, notify: { contact } })
  await say('Is the oak one in the Berlin store or in Hamburg? Please check before we promise.', false)
  await say('Good morning! Yes, two are left in Berlin. Would you like to see it?', true)
  await maria.receives(({ text }) => Boolean(text?.includes('two are left')))
  await maria.read()
  await maria.write({
    media: { dataBase64: picture.toString('base64'), mime: 'image/png', caption: 'It goes here' },
  })
  await maria.write({ location: { latitude: 52.52, longitude: 13.405, name: 'Alexanderplatz', address: 'Berlin' } })
  await maria.write({ text: 'Tomorrow at ten would be lovely 😊 https://example.com/route' })
  await eventually(async () => {
    const { items } = await parley.api<Items<{ text: string | null }>>('GET', `/api/tasks/${taskId}/comments?limit=100`)
    if (!items.some(({ text }) => text?.includes('Tomorrow at ten'))) throw new Error('not all has arrived')
  })
}

async function runScenario(parley: RunningParley, taskId: string) {
  const { api } = parley
  const document = readFileSync(join(GALLERY, 'send-address.yaml'), 'utf8')
  const { id } = await api<{ id: string }>('POST', '/api/scenarios', { document })
  await api('POST', `/api/scenarios/${id}/publish`, { inFlight: 'pin' })
  const { runId } = await api<{ runId: string }>('POST', `/api/tasks/${taskId}/buttons/${id}`, {
    inputs: { branch: 'north' },
  })
  await eventually(async () => {
    const { state } = await api<{ state: string }>('GET', `/api/runs/${runId}`)
    if (state !== 'finished') throw new Error(`the run is ${state}`)
  })
  return { scenarioId: id, runId }
}

async function sendCampaign(parley: RunningParley, channelId: string): Promise<string> {
  const recipients = Array.from({ length: 12 }, (_, n) => ({
    to: `+49151300000${String(n).padStart(2, '0')}`,
    name: `Guest ${n + 1}`,
    parameters: { body: [`Guest ${n + 1}`] },
  }))
  const { id } = await parley.api<{ id: string }>('POST', '/api/campaigns', {
    channelId,
    name: 'Spring news',
    template: { name: 'welcome', language: 'en_US' },
    recipients: [...recipients, { to: '12' }],
  })
  await eventually(async () => {
    const { state } = await parley.api<{ state: string }>('GET', `/api/campaigns/${id}`)
    if (state !== 'finished') throw new Error(`the campaign is ${state}`)
  }, 40_000)
  return id
}

/** A message that the provider refuses, for the screens of what went wrong. */
async function failSomething(parley: RunningParley, taskId: string): Promise<void> {
  await parley.api('POST', '/simulator/faults', { kind: 'error', code: 131026, times: 1 })
  await parley.api('POST', `/api/tasks/${taskId}/comments`, { text: 'We have changed it.', notify: { contact: true } })
  await eventually(async () => {
    const { items } = await parley.api<Items<unknown>>('GET', '/api/deliveries?state=failed')
    if (items.length === 0) throw new Error('nothing has failed yet')
  })
}
