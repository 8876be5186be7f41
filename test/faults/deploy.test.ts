import { hostname } from 'node:os'
import { Client, Connection, type WorkflowExecutionInfo } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CampaignId, type ConversationId, workflowIdOf } from '../../src/domain/ids.ts'
import { bodyOf, sign, textFrom } from '../intake/webhook-server.ts'
import { eventually } from '../kit/eventually.ts'
import { openProcessHouse, type ProcessHouse } from '../kit/process-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { quietRuntime, workflowBundle } from '../kit/workflow-bundle.ts'
import { type OlderBuild, olderBuild } from './older-build.ts'
import { type ParleyProcess, publicUrlOf, startParley } from './parley-process.ts'

/**
 * A new version is deployed while clients write (F14): workers with the workflow code of an earlier version beside those
 * of the present one, then the present ones alone; the deploy is taken back and done again, and the server restarted.
 */
const CLIENTS = 5
const RECIPIENTS = 60
/** A signal came while a run was about to go on in the next one: UNHANDLED_COMMAND, which the engine repeats by itself. */
const SOMETHING_CAME = 1
/** Under way during each stage of the deploy: each client says and hears so much, and a scenario answers once. */
const ROUNDS_PER_STAGE = 2
/** On two cores that others use, too, everything takes its time. */
const LONG_MS = 240_000

let house: ProcessHouse
let address: { publicUrl: string; port: number }
let older: OlderBuild
let connection: Connection
const started: ParleyProcess[] = []
beforeAll(async () => {
  quietRuntime()
  ;[house, older] = await Promise.all([openProcessHouse(), olderBuild()])
  address = await publicUrlOf(house)
  // Before anybody has read the channel: the same scenario answers many clients within minutes, which is no mailing
  // here; and the mailing shares so slow a pace with the conversations that it goes on for some stages.
  await house.database.pool.query(`update channels set bulk = '{"threshold": 1000}', messages_per_second = 10`)
  connection = await Connection.connect({ address: house.temporalAddress })
}, 180_000)
afterAll(async () => {
  await Promise.all(started.filter((one) => !one.ended()).map((one) => one.kill()))
  await connection?.close()
  await house?.close()
  await older?.remove()
}, 60_000)

const start = (program: 'server' | 'worker', programs?: string): ParleyProcess => {
  const one = startParley(house, program, { ...address, ...(programs && { programs }) })
  started.push(one)
  return one
}
const identityOf = ({ pid }: ParleyProcess) => `${hostname()}:${pid}`
/** Which build a worker is of, by its identity in Temporal's histories. */
const buildOf = new Map<string, 'older' | 'present'>()
async function startWorker(build: 'older' | 'present'): Promise<ParleyProcess> {
  const one = start('worker', build === 'older' ? older.programs : undefined)
  buildOf.set(identityOf(one), build)
  await eventually(async () => {
    const rows = await house.database.db.selectFrom('worker_heartbeats').select('worker').execute()
    expect(rows.map(({ worker }) => worker)).toContain(identityOf(one))
  }, LONG_MS)
  return one
}

/** Until it is taken, as a provider and a person's app do while a server restarts. */
const insist = (path: string, headers: Record<string, string>, body: string, status: number) =>
  eventually(async () => {
    const answer = await fetch(`${address.publicUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    if (answer.status !== status) throw new Error(`${path}: ${answer.status}`)
    return (await answer.json().catch(() => null)) as { id: string }
  }, LONG_MS)

let messages = 0
function clientWrites(from: string, text: string) {
  const message = textFrom(from, { id: `wamid.deploy-${++messages}`, text })
  const body = bodyOf({ messages: [{ ...message, timestamp: String(Math.floor(Date.now() / 1000)) }] })
  return insist(`/webhooks/${house.channelId}`, { 'x-hub-signature-256': sign(body) }, body, 200)
}
const post = (path: string, body: object, key: string, status: number) =>
  insist(path, { authorization: `Bearer ${house.token}`, 'idempotency-key': key }, JSON.stringify(body), status)

const feedOf = async (from: string) =>
  (
    await house.database.db
      .selectFrom('comments as m')
      .innerJoin('identities as i', 'i.conversation_id', 'm.conversation_id')
      .select('m.text')
      .where('i.value', '=', from)
      .where('m.kind', '<>', 'system')
      // What a scenario has ordered gets its place once the bulk rule has looked at it.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('outgoing_messages as o')
              .select('o.id')
              .whereRef('o.comment_id', '=', 'm.id')
              .where('o.state', '=', 'counted'),
          ),
        ),
      )
      .orderBy('m.position')
      .execute()
  ).map(({ text }) => text)
const taskOf = (from: string) =>
  house.database.db
    .selectFrom('tasks as t')
    .innerJoin('identities as i', 'i.conversation_id', 't.conversation_id')
    .select(['t.id', 't.conversation_id as conversation'])
    .where('i.value', '=', from)
    .executeTakeFirstOrThrow()
/** What the client's phone shows of ours. */
const received = async (from: string) =>
  (await house.simulator<{ items: { direction: string; text: string }[] }>('GET', `/phone/messages?from=${from}`)).items
    .filter(({ direction }) => direction === 'to_client')
    .map(({ text }) => text)

interface Call {
  callbackData: string
  outcome: string
  code: number | null
}
/** Meta's limits for a number, and for a number and a client (reference §8). */
const TOLD_TO_COME_LATER: ReadonlySet<number> = new Set([130429, 131056])

interface Talk {
  from: string
  task: string
  conversation: ConversationId
  /** All that was said, in its order. */
  feed: string[]
  /** What of it was said to the client. */
  heard: string[]
  rounds: number
}
async function begin(from: string): Promise<Talk> {
  // Over the phone: from then on the provider knows of an open reply window.
  await house.simulator('POST', '/phone/messages', { from, name: `Client ${from}`, text: 'hello' })
  await eventually(async () => expect(await feedOf(from)).toEqual(['hello']), LONG_MS)
  const { id, conversation } = await taskOf(from)
  return { from, task: id, conversation, feed: ['hello'], heard: [], rounds: 0 }
}

/** One client and one employee, who wait for each other, so that their order is known. */
async function converse(talk: Talk, isOver: () => boolean): Promise<void> {
  const { from, task, feed, heard } = talk
  while (!isOver()) {
    const n = talk.rounds
    const isOrder = n % ROUNDS_PER_STAGE === 1
    const text = isOrder ? `order ${from}-${n}` : `in ${n}`
    await clientWrites(from, text)
    feed.push(text)
    if (isOrder) {
      // A scenario answers, after a moment's wait. It has to have left before the employee writes: what a scenario wants
      // to say is taken back when an employee is quicker (docs/scenarios/running.md).
      const answer = `got ${text}`
      feed.push(answer)
      heard.push(answer)
      await eventually(async () => expect(await received(from)).toEqual(heard), LONG_MS)
    }
    await eventually(async () => expect(await feedOf(from)).toEqual(feed), LONG_MS)
    const out = `out ${n}`
    await post(`/api/tasks/${task}/comments`, { text: out, notify: { contact: true } }, `${from}-${n}`, 201)
    feed.push(out)
    heard.push(out)
    talk.rounds++
  }
}

it('nothing is lost, doubled or out of order, and no workflow meets a history that it cannot go on with (F14, P1–P5)', async () => {
  let server = start('server')
  const old = await Promise.all([startWorker('older'), startWorker('older')])
  await eventually(async () => {
    const known = await house.database.db.selectFrom('templates').select('name').execute()
    expect(known.map(({ name }) => name)).toContain('hello_world')
  }, LONG_MS)
  await publishDocument(
    house,
    `
id: answers
name: Answers
trigger: { event: message.received, when: { field: event.text, startsWith: order } }
concurrency: parallel
steps:
  - { id: w, wait: { timeout: 1s } }
  - { id: say, sendText: { text: 'got {{ event.text }}' } }
`,
  )
  const talks = await Promise.all(
    Array.from({ length: CLIENTS }, (_, n) => begin(`165077800${String(n).padStart(2, '0')}`)),
  )
  let isOver = false
  const talking = Promise.all(talks.map((talk) => converse(talk, () => isOver)))
  /** The load goes on for so long before the next step of the deploy. */
  const stage = () => {
    const from = talks.map(({ rounds }) => rounds)
    return Promise.race([
      eventually(async () => {
        for (const [n, { rounds }] of talks.entries()) {
          expect(rounds - (from[n] ?? 0)).toBeGreaterThanOrEqual(ROUNDS_PER_STAGE)
        }
      }, LONG_MS),
      talking,
    ])
  }

  await stage()
  const recipients = Array.from({ length: RECIPIENTS }, (_, n) => ({ to: `+1650779${String(n).padStart(4, '0')}` }))
  const campaign = await post(
    '/api/campaigns',
    { channelId: house.channelId, name: 'News', template: { name: 'hello_world', language: 'en_US' }, recipients },
    'campaign',
    201,
  )
  const fresh = await startWorker('present')
  await stage()
  for (const one of old) await one.stop()
  await server.stop()
  server = start('server')
  await stage()
  const again = await startWorker('older')
  await fresh.stop()
  await stage()
  await startWorker('present')
  await again.stop()
  await stage()
  isOver = true
  await talking

  await eventually(async () => {
    const open = await house.database.db
      .selectFrom('deliveries')
      .select(['id', 'state'])
      .where('state', 'in', ['queued', 'sending', 'accepted'])
      .execute()
    expect(open).toEqual([])
    const { state } = await house.database.db
      .selectFrom('campaigns')
      .select('state')
      .where('id', '=', campaign.id as CampaignId)
      .executeTakeFirstOrThrow()
    expect(state).toBe('finished')
  }, LONG_MS)
  // Nobody was killed: whoever went has finished its calls.
  const lost = await house.database.db
    .selectFrom('deliveries')
    .select(['id', 'body', 'state', 'error_code'])
    .where('state', 'in', ['failed', 'unknown'])
    .execute()
  expect(lost).toEqual([])
  for (const { from, feed, heard } of talks) {
    expect(await feedOf(from)).toEqual(feed)
    expect(await received(from)).toEqual(heard)
  }
  const { items: calls } = await house.simulator<{ items: Call[] }>('GET', '/calls?operation=messages')
  const meant = RECIPIENTS + talks.reduce((sum, { heard }) => sum + heard.length, 0)
  expect(new Set(calls.map(({ callbackData }) => callbackData)).size).toBe(meant)
  // What the provider refuses for its rate is called for again; nothing else is called for twice.
  const taken = calls.filter(({ code }) => code === null || !TOLD_TO_COME_LATER.has(code))
  expect(taken.map(({ outcome, code }) => `${outcome} ${code}`).filter((told) => told !== 'accepted null')).toEqual([])
  expect(taken).toHaveLength(meant)

  const buildsOf = await everyHistoryReplays()
  for (const { conversation } of talks) {
    expect(buildsOf.get(workflowIdOf(conversation))?.join(' ')).toMatch(/^older (.* )?present older (.* )?present$/)
  }
  await server.stop()
}, 900_000)

/**
 * By the present code, and none was refused by the build that met it.
 * @returns for each workflow the builds of the workers that worked at it, one after the other
 */
async function everyHistoryReplays(): Promise<Map<string, string[]>> {
  const client = new Client({ connection })
  const runs: WorkflowExecutionInfo[] = []
  for await (const run of client.workflow.list()) runs.push(run)
  runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime())
  const buildsOf = new Map<string, string[]>()
  async function* histories() {
    for (const { workflowId, runId } of runs) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
      const builds = buildsOf.get(workflowId) ?? []
      buildsOf.set(workflowId, builds)
      const refused: unknown[] = []
      for (const event of history.events ?? []) {
        const failure = event.workflowTaskFailedEventAttributes
        if (failure && failure.cause !== SOMETHING_CAME) refused.push(failure.failure?.message)
        const build = buildOf.get(event.workflowTaskCompletedEventAttributes?.identity ?? '')
        if (build && build !== builds.at(-1)) builds.push(build)
      }
      expect([workflowId, refused]).toEqual([workflowId, []])
      yield { workflowId, history }
    }
  }
  let replayed = 0
  for await (const result of Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, histories())) {
    expect([result.workflowId, result.error]).toEqual([result.workflowId, undefined])
    replayed++
  }
  expect(replayed).toBe(runs.length)
  return buildsOf
}
