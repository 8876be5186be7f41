import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ARRIVED } from '../../src/domain/conversation-workflow.ts'
import { type ConversationId, workflowIdOf } from '../../src/domain/ids.ts'
import { secretBox } from '../../src/store/secret-box.ts'
import { temporalDataConverter } from '../../src/temporal-codec.ts'
import { databaseUrlOf, type ParleyProcess, publicUrlOf, startParley } from '../faults/parley-process.ts'
import { eventually } from '../kit/eventually.ts'
import { openProcessHouse, type ProcessHouse } from '../kit/process-house.ts'
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
