import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ContactId, ConversationId, TaskId } from '../../../src/domain/ids.ts'
import type { Effect } from '../../../src/domain/scenario/interpreter/effects.ts'
import { lockConversation } from '../../../src/store/conversation-events.ts'
import { inTransaction } from '../../../src/store/database.ts'
import { newId } from '../../../src/store/new-id.ts'
import { enterRunRequests } from '../../../src/store/scenarios/run-requests.ts'
import { find, MOST_LOOKED_AT } from '../../../src/store/scenarios/running/perform-find.ts'
import { Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterEach(() => desk.unpublishAll())
afterAll(() => desk.close())

type Where = Extract<Effect, { do: 'find' }>['where']
const ask = async (
  what: 'tasks' | 'contacts',
  where: Where,
  more: { limit?: number; vars?: object; text?: string } = {},
) => {
  const { limit = 150, vars = {}, text = 'Ann' } = more
  const scope = { event: { text }, vars: vars as never, inputs: {} }
  const answer = await find(desk.db, { do: 'find', step: 'f', number: 1, action: 'find', what, where, limit, scope })
  if (!answer.ok) throw new Error(answer.code)
  return { list: answer.value as { id: string; conversationId: string; [name: string]: unknown }[], note: answer.note }
}

/** A client with a task, without the way through a message. */
async function seed(count: number, of: { tag?: string; status?: string; fields?: object } = {}) {
  const { tag = 'seeded', status = 'new', fields = {} } = of
  const ids = () => Array.from({ length: count }, () => newId<string>())
  await sql`
    with given as (
      select * from unnest(${ids()}::uuid[], ${ids()}::uuid[], ${ids()}::uuid[]) with ordinality
        as g (contact, conversation, task, n)
    ), c as (
      insert into contacts (id, name, tags, fields)
      select contact, 'Client ' || n, array[${tag}], ${JSON.stringify(fields)}::jsonb from given returning id
    ), v as (
      insert into conversations (id, channel_id, contact_id) select conversation, ${desk.house.channel}, c.id
      from given join c on c.id = contact returning id
    )
    insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active, fields)
    select task, ${tag}, contact, ${desk.house.channel}, v.id, ${JSON.stringify([
      { key: 'new', name: 'New', active: true },
      { key: 'done', name: 'Done', active: false },
    ])}::jsonb, ${status}, ${status === 'new'}, ${JSON.stringify(fields)}::jsonb
    from given join v on v.id = conversation`.execute(desk.db)
}

describe('find', () => {
  it('gives tasks with what conditions see of them and their conversation, the newest first', async () => {
    const clients: ConversationId[] = []
    for (const text of ['first', 'second', 'third']) {
      const client = await desk.client()
      await desk.say(client, text, `Find ${text}`)
      clients.push(client)
    }
    const { list, note } = await ask('tasks', { field: 'task.title', startsWith: 'whatsapp: find' })
    expect(note).toBeUndefined()
    expect(list.map(({ conversationId }) => conversationId)).toEqual(clients.toReversed())
    expect(list[0]).toMatchObject({ title: 'WhatsApp: Find third', status: { key: 'new', active: true } })
    expect((await ask('tasks', { field: 'task.title', startsWith: 'whatsapp: find' }, { limit: 2 })).list).toHaveLength(
      2,
    )
  })

  it('asks of each task or contact what the run knows', async () => {
    const client = await desk.client()
    await desk.say(client, 'hi', 'Ann Only')
    const named = { cel: 'contact.firstName == event.text && vars.n == 7' }
    const { list } = await ask('contacts', named, { vars: { n: 7 } })
    expect(list).toMatchObject([{ name: 'Ann Only', firstName: 'Ann', conversationId: client }])
    expect((await ask('contacts', named, { vars: { n: 8 } })).list).toEqual([])
  })

  it('narrows in the database only what the condition means the same by', async () => {
    await seed(3, { tag: 'narrow', status: 'done' })
    await seed(2, { tag: 'narrow' })
    const title = { field: 'task.title', is: 'narrow' }
    const count = async (where: Where) => (await ask('tasks', where)).list.length
    expect(await count({ all: [title, { field: 'task.status.active', is: true }] })).toBe(2)
    expect(await count({ all: [title, { field: 'task.status.key', in: ['done', 'cancelled'] }] })).toBe(3)
    expect(await count({ all: [title, { any: [{ field: 'task.status.key', is: 'done' }, title] }] })).toBe(5)
    expect(await count({ all: [title, { none: [{ field: 'task.status.active', is: true }] }] })).toBe(3)
    expect(await count({ all: [title, { field: 'task.status.key', is: 'DONE' }] })).toBe(0)
    const [one] = (await ask('tasks', title)).list
    expect(await count({ field: 'task.id', is: one?.id ?? '' })).toBe(1)
    expect(await count({ field: 'task.id', is: 'no id at all' })).toBe(0)
    expect((await ask('contacts', { field: 'contact.tags', contains: 'narrow' })).list).toHaveLength(5)
    expect((await ask('contacts', { field: 'contact.tags', contains: 'Narrow' })).list).toHaveLength(0)
    expect((await ask('contacts', { field: 'contact.tags', contains: `n'); drop table tasks; --` })).list).toEqual([])
  })

  it('gives a contact the conversation of its newest message, and leaves out who was merged into another', async () => {
    const client = await desk.client()
    await desk.say(client, 'hi', 'Newest One')
    const { contact_id } = await desk.conversation(client)
    const other = await desk.client()
    await desk.db
      .updateTable('conversations')
      .set({ contact_id, last_message_at: new Date(Date.now() + 60_000) })
      .where('id', '=', other)
      .execute()
    const merged = newId<ContactId>()
    await desk.db
      .insertInto('contacts')
      .values({ id: merged, name: 'Newest Merged', merged_into: contact_id })
      .execute()
    const alone = newId<ContactId>()
    await desk.db.insertInto('contacts').values({ id: alone, name: 'Newest Alone' }).execute()
    const { list } = await ask('contacts', { field: 'contact.name', startsWith: 'newest' })
    expect(list.map(({ name, conversationId }) => [name, conversationId])).toEqual([
      ['Newest Alone', null],
      ['Newest One', other],
    ])
  })

  it('says so where there were more than it looks at, and only then', async () => {
    await seed(MOST_LOOKED_AT, { tag: 'many' })
    const where = {
      all: [
        { field: 'contact.tags', contains: 'many' },
        { field: 'contact.phone', exists: true },
      ],
    }
    expect(await ask('contacts', where)).toEqual({ list: [], note: undefined })
    await seed(1, { tag: 'many' })
    expect((await ask('contacts', where)).note?.code).toBe('limit_looked_at')
    expect((await ask('contacts', { field: 'contact.tags', contains: 'many' }, { limit: 10 })).note).toBeUndefined()
  })

  it('ends with a note where its conditions cost too much', async () => {
    await seed(300, { tag: 'costly' })
    const costly = {
      all: [
        { field: 'contact.tags', contains: 'costly' },
        { field: 'event.text', contains: 'needle' },
      ],
    }
    const cheap = await ask('contacts', costly, { text: 'a needle' })
    expect(cheap.list).toHaveLength(150)
    const { list, note } = await ask('contacts', costly, { text: `${'hay '.repeat(250_000)}needle` })
    expect(note?.code).toBe('limit_looked_at')
    expect(list.length).toBeLessThan(150)
  })

  it('leaves the fields away where the list does not fit into the variables, and says so', async () => {
    await seed(100, { tag: 'large', fields: { text: 'x'.repeat(2_000) } })
    const { list, note } = await ask('tasks', { field: 'task.title', is: 'large' }, { limit: 100 })
    expect(list).toHaveLength(100)
    expect(list[0]).not.toHaveProperty('fields')
    expect(note?.code).toBe('limit_size')
    const few = await ask('tasks', { field: 'task.title', is: 'large' }, { limit: 5 })
    expect(few.list[0]).toHaveProperty('fields')
    expect(few.note).toBeUndefined()
  })
})

const SPREAD = `
id: spread
name: Starts one for each
trigger: { event: message.received, when: { field: event.text, is: spread } }
vars: { found: { type: list } }
steps:
  - { id: f, find: { tasks: { field: task.title, startsWith: 'WhatsApp: Spread' }, into: found } }
  - { id: s, start: { scenario: each-one, each: vars.found, with: { from: '{{ contact.firstName }}' } } }
`
const EACH = `
id: each-one
name: Is started for each
trigger: { event: message.received, when: { field: event.text, is: never } }
vars: { from: { type: string, default: '' } }
steps:
  - { id: note, comment: { text: '{{ vars.from }} said so about {{ contact.name }}, {{ task.title }}' } }
`

describe('start for each', () => {
  it('starts a run in the conversation of each, with its task, once', async () => {
    await desk.publish(SPREAD)
    await desk.publish(EACH)
    const clients = await Promise.all([1, 2, 3].map(() => desk.client()))
    for (const [index, client] of clients.entries()) await desk.say(client, 'hi', `Spread ${index}`)
    const asker = await desk.client()
    await desk.say(asker, 'spread', 'Olaf Other')
    expect(await desk.states(asker)).toEqual(['spread finished'])
    expect(await desk.sweep()).toHaveLength(3)
    expect(await desk.sweep()).toEqual([])
    for (const [index, client] of clients.entries()) {
      expect(await desk.states(client)).toEqual(['each-one finished'])
      expect(await desk.notes(client)).toEqual([`Olaf said so about Spread ${index}, WhatsApp: Spread ${index}`])
      const run = await desk.run(client, 'each-one')
      expect(run.task_id).toBe((await desk.task(client)).id)
      expect(run.run.chain.scenarios).toEqual(['spread'])
      expect((await desk.decisions(client)).at(-1)).toMatchObject({ event: 'message.received', started: ['each-one'] })
    }
  })

  it('goes for the older task of a conversation, too', async () => {
    await desk.publish(SPREAD.replace('WhatsApp: Spread', 'Older'))
    await desk.publish(EACH)
    const client = await desk.client()
    await desk.say(client, 'hi', 'Old Client')
    const first = await desk.task(client)
    await desk.db
      .updateTable('tasks')
      .set({ active: false, status: 'done', title: 'Older' })
      .where('id', '=', first.id)
      .execute()
    await desk.say(client, 'hi again', 'Old Client')
    expect((await desk.task(client)).id).not.toBe(first.id)
    const asker = await desk.client()
    await desk.say(asker, 'spread', 'Olaf Other')
    await desk.sweep()
    expect((await desk.run(client, 'each-one')).task_id).toBe(first.id)
    expect(await desk.notes(client)).toEqual(['Olaf said so about Old Client, Older'])
  })

  it('leaves out and counts what no find gave, and what stands there twice', async () => {
    await desk.publish(EACH)
    const [one, two] = [await desk.client(), await desk.client()]
    await desk.say(one, 'hi', 'Odd One')
    await desk.say(two, 'hi', 'Odd Two')
    const [taskOne, taskTwo] = [await desk.task(one), await desk.task(two)]
    const good = { id: taskOne.id, conversationId: one }
    const list = [
      good,
      { ...good, title: 'once more' },
      { id: taskTwo.id, conversationId: one },
      { id: taskOne.requester_id, conversationId: two },
      { id: taskTwo.requester_id, conversationId: two },
      { id: newId<TaskId>(), conversationId: two },
      { id: taskTwo.id },
      { id: 'x', conversationId: `'; --` },
      'text',
      null,
      7,
      [two],
    ]
    const given = JSON.stringify(list)
    await desk.publish(`
id: odd
name: Gives an odd list
trigger: { event: message.received, when: { field: event.text, is: odd } }
vars: { found: { type: list, default: ${given} } }
steps: [ { id: s, start: { scenario: each-one, each: vars.found } } ]
`)
    const asker = await desk.client()
    await desk.say(asker, 'odd', 'Olaf Other')
    const entries = await desk.entries((await desk.run(asker, 'odd')).id)
    const done = entries.find(({ step, outcome }) => step === 's' && outcome === 'done')
    expect(done?.error).toMatchObject({ code: 'elements_skipped', message: expect.stringContaining('10 of 12') })
    expect(new Set(await desk.sweep())).toEqual(new Set([one, two]))
    expect(await desk.states(one)).toEqual(['each-one finished'])
    // A contact: the conversation's newest task.
    expect(await desk.states(two)).toEqual(['each-one finished'])
  })

  it('is blocked where the other scenario is switched off, and says why nothing came of it where that happens later', async () => {
    await desk.publish(SPREAD.replace('WhatsApp: Spread', 'WhatsApp: Late'))
    const client = await desk.client()
    await desk.say(client, 'hi', 'Late')
    const asker = await desk.client()
    await desk.say(asker, 'spread', 'Olaf Other')
    expect(await desk.states(asker)).toEqual(['spread blocked unknown_scenario'])
    await desk.publish(EACH)
    await desk.ask(asker, [(await desk.run(asker, 'spread')).id], { do: 'resume' })
    expect(await desk.states(asker)).toEqual(['spread finished'])
    await desk.unpublishAll()
    await desk.sweep()
    expect(await desk.states(client)).toEqual([])
    expect((await desk.decisions(client)).at(-1)?.not).toEqual(['each-one unknown_scenario'])
  })

  it('does not start what led to it', async () => {
    await desk.publish(
      SPREAD.replace('WhatsApp: Spread', 'WhatsApp: Chain').replace('scenario: each-one', 'scenario: back'),
    )
    await desk.publish(`
id: back
name: Leads back
trigger: { event: message.received, when: { field: event.text, is: never } }
vars: { from: { type: string } }
steps: [ { id: s, start: { scenario: spread } } ]
`)
    const client = await desk.client()
    await desk.say(client, 'hi', 'Chain')
    await desk.say(await desk.client(), 'spread', 'Olaf Other')
    await desk.sweep()
    expect(await desk.states(client)).toEqual(['back finished'])
    const entries = await desk.entries((await desk.run(client, 'back')).id)
    expect(entries.find(({ step }) => step === 's')).toMatchObject({
      outcome: 'not_started',
      error: { code: 'limit_chain' },
    })
  })

  it('is entered once by two sweeps at the same time, and leaves a conversation alone that somebody holds', async () => {
    await desk.publish(SPREAD.replace('WhatsApp: Spread', 'WhatsApp: Twice'))
    await desk.publish(EACH)
    const clients = await Promise.all([1, 2, 3, 4].map(() => desk.client()))
    for (const client of clients) await desk.say(client, 'hi', 'Twice')
    await desk.say(await desk.client(), 'spread', 'Olaf Other')
    const [held = clients[0] as ConversationId, ...free] = clients
    await inTransaction(desk.db, async (tx) => {
      await lockConversation(tx, held)
      const [a, b] = await Promise.all([enterRunRequests(desk.db, 100), enterRunRequests(desk.db, 100)])
      expect([...a, ...b].toSorted()).toEqual(free.toSorted())
    })
    expect(await enterRunRequests(desk.db, 100)).toEqual([held])
    for (const client of clients) {
      await desk.work(client)
      expect(await desk.states(client)).toEqual(['each-one finished'])
    }
  })

  it('asks again for nothing where the step is tried again, and takes no lock of another conversation', async () => {
    await desk.publish(SPREAD.replace('WhatsApp: Spread', 'WhatsApp: Lock'))
    await desk.publish(EACH)
    const [one, two] = [await desk.client(), await desk.client()]
    await desk.say(one, 'hi', 'Lock one')
    await desk.say(two, 'hi', 'Lock two')
    // Each looks for both, while the other one holds its own conversation.
    await Promise.all([desk.say(one, 'spread', 'Lock one'), desk.say(two, 'spread', 'Lock two')])
    await desk.sweep()
    for (const client of [one, two]) {
      const states = await desk.states(client)
      expect(states.filter((state) => state === 'each-one finished')).toHaveLength(2)
      expect(states.filter((state) => state === 'spread finished')).toHaveLength(1)
    }
  })
})
