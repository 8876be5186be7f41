import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import type { ConversationId } from '../../src/domain/ids.ts'
import { watchMoments } from '../../src/operations/repair/watch-moments.ts'
import { heardBy } from '../../src/operations/repair/workflow-moments.ts'
import { eventually } from '../kit/eventually.ts'
import { SECRET_KEY } from '../kit/house.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { momentToReturnTo } from './moment.ts'
import { parley, urlOfDatabase } from './parley.ts'

const ANN = '16505558001'
const BOB = '16505558002'

let house: RunningHouse
let directory: string
beforeEach(async () => {
  ;[house, directory] = await Promise.all([openRunningHouse(), mkdtemp(join(tmpdir(), 'parley-repair-'))])
  return async () => {
    await house.close()
    await rm(directory, { recursive: true, force: true })
  }
})

const query = async (text: string, values: unknown[] = []) => (await house.database.pool.query(text, values)).rows
const repair = (...args: string[]) =>
  parley(['repair', '--json', ...args], {
    DATABASE_URL: urlOfDatabase(house.database),
    TEMPORAL_ADDRESS: house.temporalAddress,
    PARLEY_QUEUE_PREFIX: house.queuePrefix,
    PARLEY_SECRET_KEY: SECRET_KEY,
  })
const writes = async (from: string, text: string) => {
  await house.phone({ from, name: from, text })
  await eventually(async () => expect(await query('select from comments where text = $1', [text])).toHaveLength(1))
}
const received = async (from: string) =>
  (await house.phoneMessages(from)).filter(({ direction }) => direction === 'to_client').length
const onlyConversation = async () => {
  const [row] = await query('select id, last_seq from conversations order by id limit 1')
  return { id: row.id as ConversationId, last: Number(row.last_seq) }
}
const idle = () =>
  eventually(async () => expect(await query('select from conversations where worked_seq < last_seq')).toEqual([]))

const momentNow = () => momentToReturnTo(house.database, join(directory, 'moment'))

it('a database that was set back: found, mended, and nothing is sent a second time', async () => {
  await writes(ANN, 'one')
  const [task] = await query('select id from tasks')
  expect((await house.api('POST', `/api/channels/${house.channel}/pause`)).status).toBeLessThan(300)
  const comment = { text: 'the answer', notify: { contact: true } }
  expect((await house.api('POST', `/api/tasks/${task.id}/comments`, comment)).status).toBe(201)
  await idle()
  const goBack = await momentNow()

  // What the restored database will know nothing of.
  expect((await house.api('POST', `/api/channels/${house.channel}/resume`)).status).toBeLessThan(300)
  await eventually(async () => expect(await received(ANN)).toBe(1))
  for (const text of ['two', 'three', 'four']) await writes(ANN, text)
  await writes(BOB, 'of somebody new')
  await idle()
  const [strange] = await query("select conversation_id as id from comments where text = 'of somebody new'")
  const before = await onlyConversation()
  await goBack()
  const ann = await onlyConversation()
  expect(ann.last).toBeLessThan(before.last)

  // Its workflow was told of more, and does not hear of the next event: the numbers are used a second time.
  await house.phone({ from: ANN, name: ANN, text: 'after the restore' })
  await eventually(async () => expect((await onlyConversation()).last).toBe(ann.last + 1))

  const said: unknown[] = []
  const watch = watchMoments({
    db: house.database.db,
    client: house.temporal,
    queuePrefix: house.queuePrefix,
    log: { warn: (fields: unknown) => said.push(fields), debug: () => undefined } as never,
  })
  await eventually(async () => expect(watch.notice()).toContain('earlier moment'))
  await watch.stop()
  expect(said).toHaveLength(1)

  const ahead = [
    { conversation: ann.id, heard: expect.any(Number), stored: ann.last + 1 },
    { conversation: strange.id, heard: expect.any(Number), stored: null },
  ]
  const dry = await eventually(async () => {
    const ran = await repair()
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.json.ahead).toHaveLength(2)
    return ran.json
  })
  expect(dry).toMatchObject({ applied: false, doubtful: { deliveries: 1, campaigns: 0 } })
  expect(dry.ahead).toEqual(expect.arrayContaining(ahead))
  expect(await query('select state from deliveries')).toEqual([{ state: 'queued' }])
  expect(await query("select from comments where text = 'after the restore'")).toEqual([])

  const applied = await repair('--apply')
  expect(applied.json).toMatchObject({ applied: true, doubtful: { deliveries: 1, campaigns: 0 } })
  await eventually(async () =>
    expect(await query("select from comments where text = 'after the restore'")).toHaveLength(1),
  )
  expect(await query('select state from deliveries')).toEqual([{ state: 'unknown' }])
  expect((await house.api('POST', `/api/channels/${house.channel}/resume`)).status).toBeLessThan(300)
  // Later than whatever the channel's return could have sent: the conversation has worked on.
  await writes(ANN, 'and on')
  await writes(BOB, 'once more')
  await idle()
  expect(await received(ANN)).toBe(1)
  expect((await repair()).json).toMatchObject({ ahead: [], missing: [], doubtful: null })
}, 120_000)

it('an engine that lost everything: the next event begins a workflow by itself, a repair begins those that wait', async () => {
  await publishDocument(
    house,
    `
id: reminds
name: Reminds
trigger: { event: message.received, when: { field: event.text, is: remind me } }
steps:
  - { id: later, wait: { for: [message.received], timeout: 5d } }
  - { id: say, emit: { event: five-days-later } }`,
  )
  await writes(ANN, 'remind me')
  await eventually(async () => expect(await query("select from runs where state = 'waiting'")).toHaveLength(1))
  await writes(BOB, 'hello')
  await idle()
  const [waiting] = await query('select conversation_id as id from runs')
  const [other] = await query("select conversation_id as id from comments where text = 'hello'")
  for (const { id } of [waiting, other]) await house.workflowOf(id).terminate('the engine lost its data')

  await writes(BOB, 'are you there?')
  expect(await heardBy(house.temporal, other.id)).toBeGreaterThan(0)

  const missing = [{ id: waiting.id, seq: expect.any(Number) }]
  const dry = await repair()
  expect(dry.json).toMatchObject({ ahead: [], missing, doubtful: null, applied: false })
  expect(await heardBy(house.temporal, waiting.id)).toBeNull()
  expect((await repair('--apply')).json).toMatchObject({ missing, applied: true })
  await eventually(async () => {
    const { raw } = await house.workflowOf(waiting.id).describe()
    expect(raw.workflowExecutionInfo?.status).toBe(1)
    const { events } = await house.workflowOf(waiting.id).fetchHistory()
    const timers = (events ?? []).flatMap(
      (event) => event.timerStartedEventAttributes?.startToFireTimeout?.seconds ?? [],
    )
    expect(timers.map(Number).some((seconds) => seconds > 4 * 86_400 && seconds <= 5 * 86_400)).toBe(true)
  })
  expect((await repair()).json).toMatchObject({ missing: [] })
}, 120_000)
