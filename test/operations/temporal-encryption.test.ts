import { createHmac, randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ARRIVED } from '../../src/domain/conversation-workflow.ts'
import { type ConversationId, type ScenarioId, workflowIdOf } from '../../src/domain/ids.ts'
import { secretBox } from '../../src/store/secret-box.ts'
import { temporalDataConverter } from '../../src/temporal-codec.ts'
import { databaseUrlOf, type ParleyProcess, publicUrlOf, startParley } from '../faults/parley-process.ts'
import { eventually } from '../kit/eventually.ts'
import { runsWithoutClient, timeHasCome } from '../kit/house-runs.ts'
import { openOutsideServer } from '../kit/outside-server.ts'
import { APP_SECRET, openProcessHouse, PHONE_NUMBER_ID, type ProcessHouse } from '../kit/process-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { parley } from './parley.ts'

/** Histories are sealed while conversations are open, with real processes: switched on, rotated, switched off. */
const FROM = '16507774411'
const PLANTED = 'planted-canary-4711'
const NEW_KEY = randomBytes(32).toString('hex')

let house: ProcessHouse
let address: { publicUrl: string; port: number }
let processes: ParleyProcess[] = []
let connection: Connection
beforeAll(async () => {
  house = await openProcessHouse()
  address = await publicUrlOf(house)
  connection = await Connection.connect({ address: house.temporalAddress })
}, 120_000)
afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()))
  await connection.close()
  await house.close()
}, 60_000)

/** Server and worker anew, with other settings. */
async function restart(environment: NodeJS.ProcessEnv): Promise<void> {
  await Promise.all(processes.map((one) => one.stop()))
  processes = (['server', 'worker'] as const).map((program) => startParley(house, program, { ...address, environment }))
  await eventually(async () => expect((await fetch(`${address.publicUrl}/healthz`)).status).toBe(200), 60_000)
}

const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${address.publicUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.status).toBeLessThan(300)
  return (await response.json()) as T
}

const feed: string[] = []
let sent = 0
/** The client writes, and is answered: the conversation's workflow lives. */
async function talk(): Promise<void> {
  const text = `message ${feed.length}`
  await house.simulator('POST', '/phone/messages', { from: FROM, name: 'C', text })
  feed.push(text)
  const task = await eventually(async () => {
    const { items } = await api<{ items: { id: string }[] }>('GET', `/api/tasks?status=all&q=${FROM}`)
    if (!items[0]) throw new Error('no task yet')
    return items[0].id
  }, 60_000)
  const incoming = async () =>
    (
      await api<{ items: { text: string; author: { kind: string } }[] }>('GET', `/api/tasks/${task}/comments?limit=200`)
    ).items.flatMap((one) => (one.author.kind === 'contact' ? [one.text] : []))
  await eventually(async () => expect(await incoming()).toEqual(feed), 60_000)
  await api('POST', `/api/tasks/${task}/comments`, { text: `answer ${++sent}`, notify: { contact: true } })
  await eventually(async () => {
    const { items } = await house.simulator<{ items: { direction: string }[] }>('GET', `/phone/messages?from=${FROM}`)
    expect(items.filter(({ direction }) => direction === 'to_client')).toHaveLength(sent)
  }, 60_000)
}

const conversation = async () =>
  (await house.database.db.selectFrom('conversations').select(['id', 'last_seq']).execute()).find(({ id }) => id)
const deliveries = async () =>
  (await house.database.db.selectFrom('deliveries').select('id').orderBy('queued_at').execute()).map(({ id }) => id)

/** All bytes of the present run's history, as they are stored, and all that their text can be read as. */
async function bytesOfHistory(): Promise<string> {
  const { id } = (await conversation()) ?? { id: '' as ConversationId }
  return legible(await new Client({ connection }).workflow.getHandle(workflowIdOf(id)).fetchHistory())
}

/** Payloads are bytes deep inside: every text of a value. */
function legible(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (typeof value === 'object' && value !== null) return Object.values(value).map(legible).join('\n')
  return String(value)
}

/** A signal as servers send it, with something planted. */
async function plant(keys: string[], encryption: boolean): Promise<void> {
  const { id, last_seq: upTo } = (await conversation()) ?? { id: '' as ConversationId, last_seq: 0 }
  const dataConverter = temporalDataConverter(secretBox(keys), { encryption })
  await new Client({ connection, dataConverter }).workflow
    .getHandle(workflowIdOf(id))
    .signal(ARRIVED, { upTo, planted: PLANTED })
}

const cli = (keys: string[], ...args: string[]) =>
  parley([...args, '--json'], {
    DATABASE_URL: databaseUrlOf(house),
    TEMPORAL_ADDRESS: house.temporalAddress,
    PARLEY_SECRET_KEY: keys.join(),
    PARLEY_TEMPORAL_ENCRYPTION: 'on',
    PARLEY_DATA_DIR: house.dataDir,
  })
const keysInTemporal = async (keys: string[]) =>
  (await cli(keys, 'keys', 'status')).json.places.find(({ place }: { place: string }) => place.startsWith('temporal'))
    .keys as Record<string, number>
const nameOf = (key: string) => secretBox([key]).keys[0] ?? ''

it('is switched on, rotated and switched off while a conversation goes on, and its history shows nothing', async () => {
  await restart({})
  await talk()
  await plant([house.secretKey], false)
  const before = await deliveries()
  // What is not sealed can be read: the test looks at the right bytes.
  await eventually(async () => expect(await bytesOfHistory()).toContain(PLANTED))
  for (const id of before) expect(await bytesOfHistory()).toContain(id)

  await restart({ PARLEY_TEMPORAL_ENCRYPTION: 'on' })
  await talk()
  const sealed = (await deliveries()).filter((id) => !before.includes(id))
  expect(sealed).toHaveLength(1)
  for (const id of sealed) expect(await bytesOfHistory()).not.toContain(id)
  await eventually(async () =>
    expect(await keysInTemporal([house.secretKey])).toEqual({ [nameOf(house.secretKey)]: 1 }),
  )
  // The command line reads what is sealed.
  expect((await cli([house.secretKey], 'repair')).json).toMatchObject({ looked: 1, ahead: [], missing: [] })

  // A new key, with the old one beside it: the workflow goes on, and then does without the old one.
  const both = [NEW_KEY, house.secretKey]
  await restart({
    PARLEY_TEMPORAL_ENCRYPTION: 'on',
    PARLEY_SECRET_KEY: NEW_KEY,
    PARLEY_SECRET_KEY_PREVIOUS: house.secretKey,
  })
  await talk()
  expect(Object.keys(await keysInTemporal(both)).toSorted()).toEqual(both.map(nameOf).toSorted())
  expect((await cli(both, 'keys', 'rotate')).json).toMatchObject({ complete: true, turnedOver: 1 })
  await eventually(async () => expect(await keysInTemporal(both)).toEqual({ [nameOf(NEW_KEY)]: 1 }), 60_000)
  await plant(both, true)
  await restart({ PARLEY_TEMPORAL_ENCRYPTION: 'on', PARLEY_SECRET_KEY: NEW_KEY })
  await talk()
  const bytes = await bytesOfHistory()
  expect(bytes).not.toContain(PLANTED)
  for (const id of await deliveries()) expect(bytes).not.toContain(id)
  expect(bytes).not.toContain('upTo')

  await restart({ PARLEY_SECRET_KEY: NEW_KEY })
  await talk()
}, 400_000)

/** A picture of a phone app's history, which Meta's servers do not give out now. @returns its attachment */
async function importPicture(): Promise<string> {
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('file', new Blob(['a picture'], { type: 'image/png' }), 'photo.png')
  const kept = await fetch(`${house.simulatorUrl}/graph/v23.0/${PHONE_NUMBER_ID}/media`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-of-the-test' },
    body: form,
  })
  const image = { mime_type: 'image/png', id: ((await kept.json()) as { id: string }).id }
  const value = {
    messaging_product: 'whatsapp',
    metadata: { phone_number_id: PHONE_NUMBER_ID, display_phone_number: '15550783881' },
    messages: [{ from: FROM, id: 'wamid.history.1', timestamp: '1759990000', type: 'image', image }],
  }
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', time: 1760000000, changes: [{ field: 'history', value }] }],
  })
  const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
  const answer = await fetch(`${address.publicUrl}/webhooks/${house.channelId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
    body,
  })
  expect(answer.status).toBe(200)
  return eventually(async () => {
    const [row] = await house.database.db.selectFrom('imported_files').select('attachment_id').execute()
    if (!row) throw new Error('not imported yet')
    return row.attachment_id
  }, 60_000)
}

/** The open workflows of Parley by their kind, each with the number of its present run. */
async function openRuns(): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const query = "ExecutionStatus = 'Running'"
  for await (const { workflowId, runId } of new Client({ connection }).workflow.list({ query })) {
    found.set(workflowId.replace(/-[0-9a-f-]{36}$/, ''), runId)
  }
  return found
}

it('mailings, runs of the house, webhooks and imported files do without the old key, too, and it is told when it may go', async () => {
  const [newer, old] = [randomBytes(32).toString('hex'), NEW_KEY]
  await restart({ PARLEY_TEMPORAL_ENCRYPTION: 'on', PARLEY_SECRET_KEY: old })
  expect((await cli([old], 'keys', 'status')).json.old).toEqual([])
  await talk()

  // Everything that may wait for days.
  await eventually(async () => {
    const known = await house.database.db.selectFrom('templates').select('name').execute()
    expect(known.map(({ name }) => name)).toContain('hello_world')
  }, 60_000)
  const campaign = await api<{ id: string }>('POST', '/api/campaigns', {
    channelId: house.channelId,
    name: 'Tomorrow',
    template: { name: 'hello_world', language: 'en_US' },
    recipients: [{ to: '+16507774499' }],
    scheduleAt: new Date(Date.now() + 86_400_000).toISOString(),
  })
  const receiver = await openOutsideServer((_call, response, { length }) => {
    response.writeHead(length > 2 ? 204 : 500).end()
  })
  const webhook = await api<{ id: string }>('POST', '/api/webhooks', {
    name: 'Shop',
    url: `${receiver.url}/hook`,
    events: ['*'],
    allowPrivateAddress: true,
  })
  const scenario: ScenarioId = await publishDocument(
    house,
    `
id: nightly
name: At night
trigger: { event: schedule, cron: '0 9 * * *', timeZone: UTC }
steps:
  - { id: tell, emit: { event: night.begun } }
  - { id: later, wait: { timeout: 5d } }
`,
  )
  await timeHasCome(house, scenario)
  await house.simulator('POST', '/faults', { kind: 'expired_media' })
  const file = await importPicture()
  const runState = async () => (await runsWithoutClient(house, scenario)).map(({ state }) => state)
  await eventually(async () => {
    expect(await runState()).toEqual(['waiting'])
    // The second attempt has failed, the next one is minutes away.
    expect(receiver.calls).toHaveLength(2)
    expect([...(await openRuns()).keys()].toSorted()).toEqual([
      'campaign',
      'conversation',
      'house',
      'imported-file',
      'webhook',
    ])
  }, 60_000)

  const both = [newer, old]
  await restart({
    PARLEY_TEMPORAL_ENCRYPTION: 'on',
    PARLEY_SECRET_KEY: newer,
    PARLEY_SECRET_KEY_PREVIOUS: old,
  })
  const needed = (await cli(both, 'keys', 'status')).json.old
  expect(needed).toMatchObject([{ key: nameOf(old), verdict: 'needed' }])
  const places = needed[0].neededBy.map(({ place }: { place: string }) => place)
  expect(places).toEqual(
    expect.arrayContaining([
      'channels.secrets',
      'webhooks.secret',
      'temporal: campaign',
      'temporal: conversation',
      'temporal: house',
      'temporal: importedFile',
      'temporal: webhook',
    ]),
  )
  const before = await openRuns()
  expect((await cli(both, 'keys', 'rotate')).json).toMatchObject({ complete: true, turnedOver: 5 })
  await eventually(async () => {
    const now = await openRuns()
    expect([...now.keys()].toSorted()).toEqual([...before.keys()].toSorted())
    for (const [kind, run] of now) expect([kind, run]).not.toEqual([kind, before.get(kind)])
    expect((await cli(both, 'keys', 'status')).json.old).toEqual([
      { key: nameOf(old), verdict: 'may_go', neededBy: [] },
    ])
  }, 60_000)

  // The old key is gone: everything goes on, and nothing was done twice meanwhile.
  await restart({ PARLEY_TEMPORAL_ENCRYPTION: 'on', PARLEY_SECRET_KEY: newer })
  await talk()
  expect(receiver.calls).toHaveLength(2)
  const { items } = await api<{ items: { id: string }[] }>('GET', `/api/webhooks/${webhook.id}/deliveries`)
  expect(items).toHaveLength(1)
  await api('POST', `/api/webhook-deliveries/${items[0]?.id}/retry`)
  await eventually(async () => expect(receiver.calls).toHaveLength(3), 60_000)
  await house.simulator('DELETE', '/faults')
  await eventually(async () => {
    const { rows } = await house.database.pool.query('select state from attachments where id = $1', [file])
    expect(rows).toEqual([{ state: 'stored' }])
  }, 120_000)
  const [run] = await runsWithoutClient(house, scenario)
  expect(run?.state).toBe('waiting')
  await api('POST', `/api/campaigns/${campaign.id}/start`, {})
  await eventually(async () => {
    expect((await api<{ state: string }>('GET', `/api/campaigns/${campaign.id}`)).state).toBe('finished')
    const { items: sends } = await house.simulator<{ items: { to: string }[] }>('GET', '/calls?operation=messages')
    expect(sends.filter(({ to }) => to.endsWith('16507774499'))).toHaveLength(1)
  }, 60_000)
  await receiver.close()
}, 400_000)
