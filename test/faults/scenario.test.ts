import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId, RunId } from '../../src/domain/ids.ts'
import { eventually } from '../kit/eventually.ts'
import { type Killable, openProcessHouse, type ProcessHouse, type ServerProcess } from '../kit/process-house.ts'
import { publishDocument } from '../kit/scenarios.ts'
import { sizeOf } from './sizes.ts'

const STEPS = `
id: order
name: Take an order
trigger: { event: message.received, when: { field: event.text, is: order } }
steps:
  - { id: hello, sendText: { text: 'What would you like?' } }
  - { id: status, setStatus: waiting }
  - { id: answer, wait: { for: [message.received], timeout: 1h } }
  - { id: tag, tag: buyer }
  - { id: thanks, sendText: { text: 'Thank you for {{ event.text }}' } }
  - { id: amount, setField: { field: amount, value: 2 } }
  - { id: note, comment: { text: 'Order: {{ event.text }}', notify: [assignee] } }
  - { id: later, wait: { timeout: 1s } }
  - { id: receipt, sendTemplate: { name: hello_world, language: en_US } }
  - { id: done, close: true }
`

let house: ProcessHouse
let server: ServerProcess
let worker: Killable
beforeAll(async () => {
  house = await openProcessHouse()
  server = await house.startServer()
  worker = await house.startWorker({ throughProxy: true })
  // The server asks the provider for the templates by itself.
  await eventually(async () => {
    const known = await house.database.db
      .selectFrom('templates')
      .select('name')
      .where('name', '=', 'hello_world')
      .execute()
    expect(known).not.toHaveLength(0)
  }, 60_000)
  await publishDocument(house, STEPS)
  // The same words to a dozen clients within minutes are a mailing, and leave the tasks: here they shall stay.
  const patched = await server.api('PATCH', `/api/channels/${house.channelId}`, {
    bulk: { threshold: 1_000, windowSeconds: 300, by: 'content' },
  })
  expect(patched.status).toBe(200)
}, 120_000)
afterAll(() => house.close(), 30_000)

/**
 * The commits after which the worker is killed; a run of `STEPS` takes 19. Each kill costs the ten seconds after which
 * Temporal gives the work to another: the suite takes those that leave most behind.
 */
const COMMITS = sizeOf(
  Array.from({ length: 19 }, (_, n) => n + 1),
  [1, 2, 3, 4, 8, 13],
)

let clients = 0
const newNumber = () => `1650777${String(++clients).padStart(4, '0')}`
const write = (from: string, text: string) =>
  house.simulator('POST', '/phone/messages', { from, name: 'Ann Example', text })

const conversationOf = (from: string): Promise<ConversationId> =>
  eventually(async () => {
    const row = await house.database.db
      .selectFrom('identities as i')
      .innerJoin('conversations as c', 'c.id', 'i.conversation_id')
      .select('c.id')
      .where('i.value', '=', from)
      .where('c.task_id', 'is not', null)
      .executeTakeFirst()
    if (!row) throw new Error('no task yet')
    return row.id
  }, 60_000)

const runOf = (conversation: ConversationId, ...states: string[]) =>
  eventually(async () => {
    const runs = await house.database.db
      .selectFrom('runs')
      .select(['id', 'state', 'run'])
      .where('conversation_id', '=', conversation)
      .execute()
    const [run] = runs
    if (!run || runs.length > 1 || !states.includes(run.state) || run.run.asked) {
      throw new Error(`the run is ${JSON.stringify(runs.map(({ state }) => state))}`)
    }
    return run
  }, 60_000)

const recordOf = async (run: RunId) => {
  const rows = await house.database.db
    .selectFrom('run_entries')
    .select('entry')
    .where('run_id', '=', run)
    .orderBy('n')
    .execute()
  return rows.map(({ entry: { n, step, action, outcome } }) => `${n} ${step ?? '-'} ${action} ${outcome}`)
}

/** What a client, a colleague and the provider see of it: the same, whatever was killed. */
async function seen(from: string, conversation: ConversationId) {
  const phone = await house.simulator<{ items: { direction: string; text: string }[] }>(
    'GET',
    `/phone/messages?from=${from}`,
  )
  const calls = await house.simulator<{ items: { to: string; callbackData: string }[] }>(
    'GET',
    `/calls?operation=messages&to=${from}`,
  )
  const comments = await house.database.db
    .selectFrom('comments')
    .select(['text', 'author_kind'])
    .where('conversation_id', '=', conversation)
    .where('author_kind', '=', 'scenario')
    .orderBy('position')
    .execute()
  const task = await house.database.db
    .selectFrom('tasks')
    .select(['status', 'fields'])
    .where('conversation_id', '=', conversation)
    .execute()
  const byDelivery = calls.items.filter(({ to }) => to.endsWith(from)).map(({ callbackData }) => callbackData)
  return {
    received: phone.items.filter(({ direction }) => direction === 'to_client').map(({ text }) => text),
    calledTwice: byDelivery.length - new Set(byDelivery).size,
    comments: comments.map(({ text }) => text),
    task,
  }
}

/** A send that was claimed and not made is unknown: a person looks at it, and has it sent. */
async function sendWhatNeverLeft(conversation: ConversationId): Promise<void> {
  const unknown = await house.database.db
    .selectFrom('deliveries')
    .select('id')
    .where('conversation_id', '=', conversation)
    .where('state', '=', 'unknown')
    .execute()
  for (const { id } of unknown) {
    const { items } = await house.simulator<{ items: unknown[] }>('GET', `/calls?operation=messages&callbackData=${id}`)
    if (items.length === 0) await server.api('POST', `/api/deliveries/${id}/retry`)
  }
}

let reviving: Promise<void> | null = null
const strikes: number[] = []

async function killAndRevive(): Promise<void> {
  await worker.kill()
  worker = await house.startWorker({ throughProxy: true })
  reviving = null
}

/** @param kill the worker, when the n-th transaction about this conversation has been committed */
async function story(kill: number | null): Promise<{ from: string; conversation: ConversationId }> {
  const from = newNumber()
  await write(from, 'Hello')
  const conversation = await conversationOf(from)
  if (kill !== null) {
    const strike = () => {
      strikes.push(kill)
      reviving ??= killAndRevive()
    }
    house.proxy.onCommit(kill, strike, conversation)
  }
  const reach = (state: string) =>
    eventually(async () => {
      await sendWhatNeverLeft(conversation)
      await runOfNow(conversation, state)
    }, 600_000)
  await write(from, 'order')
  await reach('waiting')
  await write(from, 'tea')
  await reach('finished')
  return { from, conversation }
}

async function runOfNow(conversation: ConversationId, state: string) {
  const runs = await house.database.db
    .selectFrom('runs')
    .select(['state', 'run'])
    .where('conversation_id', '=', conversation)
    .execute()
  if (runs.length === 1 && runs[0]?.state === state) return
  const deliveries = await house.database.db
    .selectFrom('deliveries')
    .select(['state', 'attempt', 'rank'])
    .where('conversation_id', '=', conversation)
    .orderBy('id')
    .execute()
  throw new Error(`the run is ${runs[0]?.state ?? 'not there'}: ${JSON.stringify([runs[0]?.run.asked, deliveries])}`)
}

describe('the worker is killed', () => {
  it('after each commit of a run: it goes on where it stood, and nothing is done twice (P2, P3, P7)', async () => {
    const quiet = await story(null)
    const run = await runOf(quiet.conversation, 'finished')
    const expected = { record: await recordOf(run.id), seen: await seen(quiet.from, quiet.conversation) }
    expect(expected.seen.received).toEqual([
      'What would you like?',
      'Thank you for tea',
      expect.stringContaining('Welcome and congratulations!!'),
    ])
    // One conversation for each commit that such a run takes, all of them at once: each kill hits the others, too.
    const ended = await Promise.all(COMMITS.map((commit) => story(commit)))
    await reviving
    for (const [n, { from, conversation }] of ended.entries()) {
      const { id } = await runOf(conversation, 'finished')
      const found = { record: await recordOf(id), seen: await seen(from, conversation) }
      const kill = COMMITS[n]
      expect({ kill, ...found }).toEqual({ kill, ...expected })
    }
    expect(strikes.toSorted((a, b) => a - b)).toEqual(COMMITS)
  }, 900_000)
})
