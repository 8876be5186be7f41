import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkResult } from '../../src/domain/conversation-workflow.ts'
import type { CommentId, ConversationId, OutgoingMessageId, ScenarioId } from '../../src/domain/ids.ts'
import { Dispatcher } from '../../src/intake/dispatcher.ts'
import { Sweeper } from '../../src/intake/sweeper.ts'
import type { Backlog } from '../../src/store/intake/backlog.ts'
import { newId } from '../../src/store/new-id.ts'
import { workEvents } from '../../src/store/steps/work-events.ts'
import { addConversation, type House, openHouse, receive } from '../kit/house.ts'
import { publishDocument } from '../kit/scenarios.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

let clients = 0
const newConversation = () =>
  addConversation(house, [{ kind: 'wa_id', value: `1650556${String(++clients).padStart(4, '0')}` }])

const runsOf = (scenario: ScenarioId) =>
  house.database.db.selectFrom('runs').selectAll().where('scenario_id', '=', scenario).orderBy('id').execute()

/** The workflow's own loop: it asks until nothing is due and nothing is behind. */
async function workAll(conversation: ConversationId, after: number, dueBy: number): Promise<number> {
  let step: WorkResult = { worked: after, stored: after, sends: [], fetches: [], wakeAt: dueBy }
  let heard = after
  for (let asked = 0; asked < 20; asked++) {
    const isDue = typeof step.wakeAt === 'number' && step.wakeAt <= dueBy
    if (!isDue && heard <= step.worked) return step.worked
    const { wakeAt } = step
    step = await workEvents(house.database, {
      conversationId: conversation,
      after: step.worked,
      upTo: heard,
      ...(isDue && { dueBy }),
    })
    heard = Math.max(heard, step.appended ?? 0)
    if (step.wakeAt === undefined && wakeAt !== undefined) step = { ...step, wakeAt }
  }
  throw new Error('the workflow asks for ever')
}

describe('a step whose answer was lost with its worker', () => {
  it('says again when a wait ends that it began: else its workflow would never look', async () => {
    const scenario = await publishDocument(
      house,
      `
id: lost-answer
name: Lost answer
trigger: { event: message.received, when: { field: event.text, is: wait for me } }
steps: [ { id: w, wait: { timeout: 2h } } ]
`,
    )
    const conversation = await newConversation()
    await receive(house.database, conversation, { text: 'Hello' })
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
    await receive(house.database, conversation, { text: 'wait for me' })
    const request = { conversationId: conversation, after: 1, upTo: 2 }
    const first = await workEvents(house.database, request)
    expect(await runsOf(scenario)).toMatchObject([{ state: 'waiting' }])
    expect(first.wakeAt).toBeTypeOf('number')
    const repeated = await workEvents(house.database, request)
    expect(repeated.wakeAt).toBe(first.wakeAt)
  })

  it('says again what it entered in the record itself: else that waited for the sweep', async () => {
    await publishDocument(
      house,
      `
id: lost-status
name: Lost status
trigger: { event: message.received, when: { field: event.text, is: change me } }
steps:
  - { id: status, setStatus: waiting }
  - { id: w, wait: { timeout: 2h } }
`,
    )
    const conversation = await newConversation()
    await receive(house.database, conversation, { text: 'Hello' })
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
    await receive(house.database, conversation, { text: 'change me' })
    const request = { conversationId: conversation, after: 1, upTo: 2 }
    const first = await workEvents(house.database, request)
    expect(first.appended).toBe(3)
    expect((await workEvents(house.database, request)).appended).toBe(3)
  })
})

/** Conversations that one sweep signals. */
async function sweep(): Promise<Backlog[]> {
  const signalled: Backlog[] = []
  const log = pino({ level: 'silent' })
  const signal = async (backlog: Backlog) => void signalled.push(backlog)
  const dispatcher = new Dispatcher({ db: house.database.db, signal, log })
  await new Sweeper({ database: house.database, dispatcher, log }).sweep()
  await dispatcher.stop()
  return signalled
}

describe('a run that no workflow knows of any more', () => {
  const start = async (id: string, steps: string) => {
    const scenario = await publishDocument(
      house,
      `{ id: ${id}, name: Forgotten, trigger: { event: message.received, when: { field: event.text, is: ${id} } }, steps: ${steps} }`,
    )
    const conversation = await newConversation()
    await receive(house.database, conversation, { text: id })
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
    return { scenario, conversation }
  }

  it('has its conversation signalled once its wait should be over for a minute', async () => {
    const { scenario, conversation } = await start('forgotten-wait', '[ { id: w, wait: { timeout: 2h } } ]')
    expect((await sweep()).map(({ id }) => id)).not.toContain(conversation)
    await house.database.db
      .updateTable('runs')
      .set({ deadline: new Date(Date.now() - 2 * 60_000) })
      .where('scenario_id', '=', scenario)
      .execute()
    expect((await sweep()).map(({ id }) => id)).toContain(conversation)
    expect((await sweep()).map(({ id }) => id)).not.toContain(conversation)
  })

  it('has its conversation signalled when its call to an endpoint is not made', async () => {
    const { pool } = house.database
    await pool.query(`insert into endpoints (id, name, url, auth, secrets, max_concurrent, calls_per_second, timeout_ms, circuit)
      values (gen_random_uuid(), 'erp', 'https://erp.example', 'none', '', 1, 1, 1000, '{"state":"closed","failures":0}')`)
    const { scenario, conversation } = await start('forgotten-call', '[ { id: h, http: { endpoint: erp, path: /x } } ]')
    expect(await runsOf(scenario)).toMatchObject([{ state: 'running' }])
    expect((await sweep()).map(({ id }) => id)).not.toContain(conversation)
    await house.database.db
      .updateTable('outside_calls')
      .set({ next_at: new Date(Date.now() - 2 * 60_000) })
      .where('conversation_id', '=', conversation)
      .execute()
    expect((await sweep()).map(({ id }) => id)).toContain(conversation)
  })
})

describe('a hold whose month is over', () => {
  it('is told to scenarios, once', async () => {
    const scenario = await publishDocument(
      house,
      '{ id: expired, name: Expired, trigger: { event: bulk.expired }, steps: [ { id: s, stop: true } ] }',
    )
    const conversation = await newConversation()
    await receive(house.database, conversation)
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
    const due = Date.now() - 1_000
    const comment = newId<CommentId>()
    const place = { conversation_id: conversation, channel_id: house.channel }
    const at = new Date(due - 30 * 86_400_000)
    const { db } = house.database
    await db
      .insertInto('comments')
      .values({ id: comment, ...place, author_kind: 'employee', author_name: 'Anna', kind: 'text', bulk: true, at })
      .execute()
    await db
      .insertInto('outgoing_messages')
      .values({
        id: newId<OutgoingMessageId>(),
        ...place,
        fingerprint: 'kind:text',
        at,
        comment_id: comment,
        state: 'held',
        hold_until: new Date(due),
      })
      .execute()
    await workAll(conversation, 1, Date.now())
    expect(await runsOf(scenario)).toMatchObject([{ state: 'finished' }])
    await workAll(conversation, 1, Date.now())
    expect(await runsOf(scenario)).toHaveLength(1)
  })
})

describe('half of a character', () => {
  const send = async (text: string) => {
    const conversation = await newConversation()
    const seq = await receive(house.database, conversation, { text })
    const request = { conversationId: conversation, after: null, upTo: seq }
    await workEvents(house.database, request)
    return conversation
  }

  it('of a long message, where the record of a condition cuts it, does not take the message with it', async () => {
    const scenario = await publishDocument(
      house,
      `{ id: long-text, name: Long, trigger: { event: message.received, when: { field: event.text, startsWith: long } },
        steps: [ { id: i, if: { field: event.text, contains: xyz }, then: [ { id: s, stop: true } ] } ] }`,
    )
    await send(`not ${'x'.repeat(495)}😀 and more`)
    const conversation = await send(`long${'x'.repeat(495)}😀 and more`)
    expect(await runsOf(scenario)).toMatchObject([{ state: 'finished', conversation_id: conversation }])
  })

  it.each([
    ['of a text that CEL cuts', '"x😀".substring(0, 2)', 'x\uFFFD'],
    ['and a NUL that CEL writes', '"a\\u0000b"', 'a\uFFFDb'],
    ['in a name', '{"😀".substring(0, 1): 1}', { '\uFFFD': 1 }],
  ])('%s is stored as a replacement', async (words, cel, made) => {
    const id = `half-${words.length}`
    const scenario = await publishDocument(
      house,
      JSON.stringify({
        id,
        name: 'Half',
        trigger: { event: 'message.received', when: { field: 'event.text', is: id } },
        vars: {
          half: { type: typeof made === 'string' ? 'string' : 'map', default: typeof made === 'string' ? '' : {} },
        },
        steps: [{ id: 's', set: { half: { cel } } }],
      }),
    )
    await send(id)
    const [run] = await runsOf(scenario)
    expect(run).toMatchObject({ state: 'finished', run: { vars: { half: made } } })
  })
})

describe('an event of which scenarios can make nothing at all', () => {
  it('is a dead letter after five tries, but the client’s message stands in its task', async () => {
    await publishDocument(
      house,
      `{ id: poisoned, name: Poisoned, trigger: { event: message.received, when: { field: event.text, is: poison } },
        steps: [ { id: s, stop: true } ] }`,
    )
    const { db } = house.database
    const conversation = await newConversation()
    const seq = await receive(house.database, conversation, { text: 'poison' })
    // What they decide has its place taken already.
    const taken = {
      event: 'message.received' as const,
      comment_id: null,
      started: '[]',
      not_started: '[]',
      at: new Date(),
    }
    await db
      .insertInto('scenario_decisions')
      .values([0, 1, 2, 3].map((n) => ({ conversation_id: conversation, seq, n, ...taken })))
      .execute()
    const request = { conversationId: conversation, after: null, upTo: seq }
    for (let tried = 1; tried < 5; tried++) await expect(workEvents(house.database, request)).rejects.toThrow()
    expect(await workEvents(house.database, request)).toMatchObject({ worked: seq, stored: seq })
    const feed = await db.selectFrom('comments').selectAll().where('conversation_id', '=', conversation).execute()
    expect(feed).toMatchObject([{ text: 'poison', author_kind: 'contact' }])
    expect(feed[0]?.task_id).not.toBeNull()
    const row = await db.selectFrom('conversations').selectAll().where('id', '=', conversation).executeTakeFirst()
    expect(row).toMatchObject({ worked_seq: seq, task_id: feed[0]?.task_id, last_author: 'contact' })
    const letters = await db
      .selectFrom('dead_letters')
      .selectAll()
      .where('conversation_id', '=', conversation)
      .execute()
    expect(letters).toMatchObject([{ reason: 'step_failed', seq }])
    expect((await workEvents(house.database, request)).worked).toBe(seq)
    expect(
      await db.selectFrom('comments').where('conversation_id', '=', conversation).select('id').execute(),
    ).toHaveLength(1)
  })
})

describe('a client with a field that is nested deeper than expressions see', () => {
  it('starts nothing, which is written down, and is heard all the same', async () => {
    const scenario = await publishDocument(
      house,
      `{ id: deep, name: Deep, trigger: { event: message.received, when: { field: event.text, is: deep } },
        steps: [ { id: s, stop: true } ] }`,
    )
    const { db } = house.database
    const conversation = await newConversation()
    await receive(house.database, conversation, { text: 'Hello' })
    await workEvents(house.database, { conversationId: conversation, after: null, upTo: 1 })
    const { contact_id } = await db
      .selectFrom('conversations')
      .select('contact_id')
      .where('id', '=', conversation)
      .executeTakeFirstOrThrow()
    const fields = `{"nested":${'['.repeat(40)}${']'.repeat(40)}}`
    await db.updateTable('contacts').set({ fields }).where('id', '=', contact_id).execute()
    await receive(house.database, conversation, { text: 'deep' })
    await workEvents(house.database, { conversationId: conversation, after: 1, upTo: 2 })
    expect(await runsOf(scenario)).toEqual([])
    const decisions = await db
      .selectFrom('scenario_decisions')
      .select('not_started')
      .where('conversation_id', '=', conversation)
      .where('seq', '=', 2)
      .execute()
    const reasons = decisions.flatMap(({ not_started }) => not_started as { scenarioId: string; reason: string }[])
    expect(reasons.find(({ scenarioId }) => scenarioId === scenario)?.reason).toBe('invalid_surroundings')
  })
})
