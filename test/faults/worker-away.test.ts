import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConversationId, workflowIdOf } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { passTime } from '../kit/pass-time.ts'
import { type Killable, openServedHouse, type ProcessHouse, type ServerProcess } from '../kit/process-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { databaseUrlOf } from './parley-process.ts'

/** The worker is away for an hour (F7): by the database's clock, which the test puts forward, not by waiting for it. */
const AWAY_MS = 3_600_000
const MESSAGES = 20

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
let connection: Connection
beforeAll(async () => {
  ;({ house, server } = await openServedHouse())
  connection = await Connection.connect({ address: house.temporalAddress })
  worker = await house.startWorker()
  const scenario = (id: string, steps: string) =>
    publishDocument(
      house,
      `
id: ${id}
name: ${id}
trigger: { event: message.received, when: { field: event.text, is: ${id} } }
steps:
${steps}
`,
    )
  // Its time comes while nobody is there.
  await scenario(
    'silent',
    `  - { id: w, wait: { timeout: 8s } }
  - { id: say, sendText: { text: 'Still there?' } }`,
  )
  // What it waits for comes while nobody is there.
  await scenario(
    'patient',
    `  - { id: w, wait: { for: [message.received], timeout: 3d } }
  - { id: say, sendText: { text: 'Thank you for {{ event.text }}' } }`,
  )
  // Held back for a moment in which it may be taken back; the moment ends while nobody is there.
  await scenario('held', "  - { id: say, sendText: { text: 'Held', hold: 6s } }")
}, 120_000)
afterAll(async () => {
  await connection.close()
  await house.close()
}, 30_000)

const write = (from: string, text: string) => house.simulator('POST', '/phone/messages', { from, name: 'C', text })
const received = async (from: string) =>
  (await house.simulator<{ items: { direction: string; text: string }[] }>('GET', `/phone/messages?from=${from}`)).items
    .filter(({ direction }) => direction === 'to_client')
    .map(({ text }) => text)
const query = async (text: string, values: unknown[] = []) => (await house.database.pool.query(text, values)).rows
const ofClient = (from: string) =>
  eventually(async () => {
    const [row] = await query(
      `select c.id, c.task_id as task from identities i join conversations c on c.id = i.conversation_id
       where i.value = $1 and c.task_id is not null`,
      [from],
    )
    if (!row) throw new Error('no task yet')
    return row as { id: ConversationId; task: string }
  }, 60_000)
const incoming = async (from: string) =>
  (
    await query(
      `select m.text from comments m join identities i on i.conversation_id = m.conversation_id
       where i.value = $1 and m.author_kind = 'contact' order by m.position`,
      [from],
    )
  ).map(({ text }) => text)
const runsAre = (...wanted: [state: string, count: number][]) =>
  eventually(async () => {
    const rows = await query('select state, count(*)::int as count from runs group by 1 order by 1')
    expect(rows).toEqual(wanted.map(([state, count]) => ({ state, count })))
  }, 60_000)

it('nothing is lost or doubled, order is kept, and what was due meanwhile happens once (F7, P1–P5, P7)', async () => {
  const [silent, patient, held, talker] = ['16507770011', '16507770012', '16507770013', '16507770014'] as const
  await write(talker, 'Hello')
  const talk = await ofClient(talker)
  for (const [from, text] of [
    [silent, 'silent'],
    [patient, 'patient'],
    [held, 'held'],
  ] as const) {
    await write(from, text)
  }
  await eventually(async () => {
    expect(await query("select from runs where state in ('waiting', 'running')")).toHaveLength(3)
    expect(await query("select from deliveries where state = 'queued' and hold_until > now()")).toHaveLength(1)
  }, 60_000)
  // What the worker has not yet told Temporal of would begin only once it is back.
  const { id } = await ofClient(silent)
  const timersOf = async (what: 'timerStartedEventAttributes' | 'timerFiredEventAttributes') => {
    const { events } = await new Client({ connection }).workflow.getHandle(workflowIdOf(id)).fetchHistory()
    return (events ?? []).filter((event) => event[what])
  }
  await eventually(async () => expect(await timersOf('timerStartedEventAttributes')).not.toEqual([]), 60_000)
  await worker.kill()
  expect(await received(silent)).toEqual([])

  const meant: Record<string, string[]> = {
    [silent]: ['silent'],
    [patient]: ['patient'],
    [held]: ['held'],
    [talker]: ['Hello'],
  }
  const answers: string[] = []
  const say = async (from: string, text: string) => {
    await write(from, text)
    meant[from]?.push(text)
  }
  const answer = async (text: string) => {
    const body = { text, notify: { contact: true } }
    expect((await server.api('POST', `/api/tasks/${talk.task}/comments`, body)).status).toBe(201)
    answers.push(text)
  }
  // Its own time is not over: what it waits for comes first.
  await say(patient, 'tea')
  for (let n = 0; n < MESSAGES; n++) {
    await say(talker, `in ${n}`)
    if (n % 4 === 0) await answer(`out ${n}`)
  }
  await eventually(async () => expect(await timersOf('timerFiredEventAttributes')).not.toEqual([]), 60_000)
  await passTime(databaseUrlOf(house), AWAY_MS)
  const ready = await server.api<{ missing?: string[] }>('GET', '/readyz')
  expect([ready.status, ready.body.missing]).toEqual([503, expect.arrayContaining(['worker'])])
  for (let n = MESSAGES; n < 2 * MESSAGES; n++) await say(talker, `in ${n}`)
  await answer('out at last')

  worker = await house.startWorker()
  for (const from of [silent, patient, held, talker]) {
    await eventually(async () => expect(await incoming(from)).toEqual(meant[from]), 90_000)
  }
  await runsAre(['finished', 3])
  await eventually(async () => {
    const states = await query("select state from deliveries where state not in ('delivered', 'read')")
    expect(states).toEqual([])
  }, 60_000)
  expect(await received(talker)).toEqual(answers)
  expect(await received(silent)).toEqual(['Still there?'])
  expect(await received(patient)).toEqual(['Thank you for tea'])
  expect(await received(held)).toEqual(['Held'])
  const { items } = await house.simulator<{ items: { callbackData: string }[] }>('GET', '/calls?operation=messages')
  expect(new Set(items.map(({ callbackData }) => callbackData)).size).toBe(items.length)
  expect(items).toHaveLength(answers.length + 3)
  expect(await query('select from tasks')).toHaveLength(4)
  expect(await query('select from dead_letters')).toEqual([])
  expect((await server.api('GET', '/readyz')).status).toBe(200)
}, 240_000)
