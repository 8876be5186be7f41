import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ScenarioId } from '../../src/domain/ids.ts'
import { databaseUrlOf } from '../faults/parley-process.ts'
import { eventually } from '../kit/eventually.ts'
import { runsWithoutClient, timeHasCome } from '../kit/house-runs.ts'
import { type Killable, openServedHouse, type ProcessHouse, type ServerProcess } from '../kit/process-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { parley } from './parley.ts'

/** Temporal goes back to an earlier moment while the database has gone on: its data is what it was then. */
const [ANN, BOB, NEW] = ['16507775501', '16507775502', '16507775503'] as const

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-temporal-'))
  ;({ house, server } = await openServedHouse())
  worker = await house.startWorker()
}, 120_000)
afterAll(async () => {
  await house.close()
  await rm(directory, { recursive: true, force: true })
}, 30_000)

const query = async (text: string, values: unknown[] = []) => (await house.database.pool.query(text, values)).rows
const idle = () =>
  eventually(async () => {
    expect(await query('select from conversations where worked_seq < last_seq')).toEqual([])
    expect(await query("select from deliveries where state not in ('delivered', 'read')")).toEqual([])
  }, 90_000)

const feeds: Record<string, string[]> = { [ANN]: [], [BOB]: [], [NEW]: [] }
const heard: Record<string, string[]> = { [ANN]: [], [BOB]: [], [NEW]: [] }
const feedOf = async (from: string) =>
  (
    await query(
      `select m.text from comments m join identities i on i.conversation_id = m.conversation_id
       where i.value = $1 and m.kind <> 'system' order by m.position`,
      [from],
    )
  ).map(({ text }) => text)
const isInFeed = (from: string) => eventually(async () => expect(await feedOf(from)).toEqual(feeds[from]), 90_000)
async function writes(from: string, text: string, answer?: string): Promise<void> {
  await house.simulator('POST', '/phone/messages', { from, name: 'C', text })
  feeds[from]?.push(text)
  if (answer !== undefined) {
    feeds[from]?.push(answer)
    heard[from]?.push(answer)
  }
  await isInFeed(from)
}
async function isAnswered(from: string, text: string): Promise<void> {
  const [task] = await query(
    'select t.id from tasks t join identities i on i.conversation_id = t.conversation_id where i.value = $1',
    [from],
  )
  const sent = await server.api('POST', `/api/tasks/${task?.id}/comments`, { text, notify: { contact: true } })
  expect(sent.status).toBe(201)
  feeds[from]?.push(text)
  heard[from]?.push(text)
  await isInFeed(from)
}
const received = async (from: string) =>
  (await house.simulator<{ items: { direction: string; text: string }[] }>('GET', `/phone/messages?from=${from}`)).items
    .filter(({ direction }) => direction === 'to_client')
    .map(({ text }) => text)
const repair = async (...args: string[]) => {
  const ran = await parley(['repair', '--json', ...args], {
    DATABASE_URL: databaseUrlOf(house),
    TEMPORAL_ADDRESS: house.temporalAddress,
    PARLEY_SECRET_KEY: house.secretKey,
    PARLEY_DATA_DIR: house.dataDir,
  })
  expect([ran.code, ran.err]).toEqual([0, ''])
  return ran.json
}

it('nothing is sent or entered twice, everybody is heard, what waits goes on; a repair finds the holds that are left', async () => {
  await eventually(async () => {
    const known = await house.database.db.selectFrom('templates').select('name').execute()
    expect(known.map(({ name }) => name)).toContain('hello_world')
  }, 60_000)
  await publishDocument(
    house,
    `
id: patient
name: Patient
trigger: { event: message.received, when: { field: event.text, is: order } }
steps:
  - { id: w, wait: { for: [message.received], timeout: 3d } }
  - { id: say, sendText: { text: 'Thank you for {{ event.text }}' } }
`,
  )
  const nightly: ScenarioId = await publishDocument(
    house,
    `
id: nightly
name: At night
trigger: { event: schedule, cron: '0 9 * * *', timeZone: UTC }
vars: { done: { type: boolean, default: false } }
steps:
  - { id: first, wait: { timeout: 20s } }
  - { id: end, set: { done: true } }
  - { id: second, wait: { timeout: 5d } }
`,
  )
  const campaign = await server.api<{ id: string }>('POST', '/api/campaigns', {
    channelId: house.channelId,
    name: 'Tomorrow',
    template: { name: 'hello_world', language: 'en_US' },
    recipients: Array.from({ length: 5 }, (_, n) => ({ to: `+1650777600${n}` })),
    scheduleAt: new Date(Date.now() + 86_400_000).toISOString(),
  })
  expect(campaign.status).toBe(201)
  await writes(ANN, 'hello')
  await isAnswered(ANN, 'welcome')
  await writes(BOB, 'order')
  await timeHasCome(house, nightly)
  const runs = (...states: string[]) =>
    eventually(async () => {
      const rows = await query('select state from runs order by state')
      expect(rows.map(({ state }) => state)).toEqual(states)
      expect(await query('select from campaigns where heard_at is null')).toEqual([])
    }, 60_000)
  await runs('waiting', 'waiting')
  await idle()

  const files = join(house.dataDir, 'temporal')
  await house.restartTemporal({ whileStopped: () => cp(files, directory, { recursive: true }) })
  await writes(BOB, 'tea', 'Thank you for tea')
  for (let n = 0; n < 4; n++) {
    await writes(ANN, `in ${n}`)
    await isAnswered(ANN, `out ${n}`)
  }
  await writes(NEW, 'I am new')
  await isAnswered(NEW, 'welcome, you')
  expect((await server.api('POST', `/api/campaigns/${campaign.body.id}/start`, {})).status).toBe(200)
  const isFinished = async () => expect(await query('select state from campaigns')).toEqual([{ state: 'finished' }])
  await eventually(isFinished, 60_000)
  const isDone = async () => {
    const [run] = await runsWithoutClient(house, nightly)
    expect([run?.state, run?.run.vars]).toEqual(['waiting', { done: true }])
  }
  await eventually(isDone, 60_000)
  await idle()

  // A worker remembers workflows as they were last: it is restarted, too.
  await worker.stop()
  await house.restartTemporal({
    whileStopped: async () => {
      await rm(files, { recursive: true })
      await cp(directory, files, { recursive: true })
    },
  })
  await house.startWorker()
  for (const from of [ANN, BOB, NEW]) await writes(from, 'and on')
  await isAnswered(ANN, 'and on, too')
  await isAnswered(NEW, 'and you, too')
  await idle()
  await isFinished()
  await isDone()
  for (const from of [ANN, BOB, NEW]) {
    expect(await feedOf(from)).toEqual(feeds[from])
    expect(await received(from)).toEqual(heard[from])
  }
  const { items } = await house.simulator<{ items: { callbackData: string }[] }>('GET', '/calls?operation=messages')
  expect(new Set(items.map(({ callbackData }) => callbackData)).size).toBe(items.length)
  expect(items).toHaveLength(5 + Object.values(heard).flat().length)
  // What only the lost time knew and nobody has written to since: the mailing's recipients, whose holds need their timers.
  const mended = await repair('--apply')
  expect(mended).toMatchObject({ ahead: [], strangers: [], missingBeside: [], doubtful: null })
  expect(mended.missing).toHaveLength(5)
  expect(await repair()).toMatchObject({ ahead: [], strangers: [], missing: [], missingBeside: [], doubtful: null })
}, 300_000)
