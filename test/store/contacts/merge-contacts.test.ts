import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContactId, ConversationId, MergeId, TaskId } from '../../../src/domain/ids.ts'
import type { Actor } from '../../../src/store/actor.ts'
import { findContact } from '../../../src/store/contacts/contact-view.ts'
import { mergeContacts, unmergeContacts } from '../../../src/store/contacts/merge-contacts.ts'
import { inTransaction } from '../../../src/store/index.ts'
import { newId } from '../../../src/store/new-id.ts'
import { type House, openHouse } from '../../kit/house.ts'

let house: House
let actor: Actor
beforeAll(async () => {
  house = await openHouse()
  actor = { userId: house.owner, name: 'Olga', channelIds: null, key: `user:${house.owner}` }
})
afterAll(() => house.close())

const CONTACTS = 5

/** What should be: who was merged into whom, and whose each conversation was at first. */
class Model {
  readonly contacts: ContactId[] = []
  readonly into = new Map<ContactId, { contact: ContactId; merge: MergeId }>()
  readonly home = new Map<ConversationId, ContactId>()
  readonly tasks = new Map<TaskId, ConversationId>()

  survivor(contact: ContactId): ContactId {
    const next = this.into.get(contact)
    return next ? this.survivor(next.contact) : contact
  }
}

type Step =
  | { does: 'merge'; into: number; from: number }
  | { does: 'unmerge'; which: number }
  | { does: 'write'; who: number }
  | { does: 'task'; which: number }

const index = fc.nat(50)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('merge' as const), into: index, from: index }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('unmerge' as const), which: index }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('write' as const), who: index }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('task' as const), which: index }) },
)
const pick = <T>(items: readonly T[], at: number): T => {
  const item = items[at % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

async function newContact(model: Model): Promise<void> {
  const id = newId<ContactId>()
  await house.database.db
    .insertInto('contacts')
    .values({ id, name: `Contact ${model.contacts.length}` })
    .execute()
  model.contacts.push(id)
  await newConversation(model, id)
}

/** Somebody writes from an address that nobody knew: the conversation belongs to whoever stands for them now. */
async function newConversation(model: Model, contact: ContactId): Promise<void> {
  const id = newId<ConversationId>()
  const owner = model.survivor(contact)
  await house.database.db
    .insertInto('conversations')
    .values({ id, channel_id: house.channel, contact_id: owner })
    .execute()
  model.home.set(id, owner)
  await newTask(model, id)
}

async function newTask(model: Model, conversation: ConversationId): Promise<void> {
  const id = newId<TaskId>()
  const home = model.home.get(conversation)
  if (!home) throw new Error('no such conversation')
  await house.database.db
    .insertInto('tasks')
    .values({
      id,
      title: 'Task',
      requester_id: model.survivor(home),
      channel_id: house.channel,
      conversation_id: conversation,
      statuses: '[]',
      status: 'new',
      active: true,
    })
    .execute()
  model.tasks.set(id, conversation)
}

async function run(model: Model, todo: Step): Promise<void> {
  const { db } = house.database
  switch (todo.does) {
    case 'merge': {
      const [into, from] = [pick(model.contacts, todo.into), pick(model.contacts, todo.from)]
      const result = await inTransaction(db, (tx) => mergeContacts(tx, actor, into, from))
      const expected =
        into === from ? 'same_contact' : model.into.has(into) || model.into.has(from) ? 'contact_merged' : null
      expect(result.refused?.code ?? null).toBe(expected)
      if (!result.refused) model.into.set(from, { contact: into, merge: result.value.merge })
      return
    }
    case 'unmerge': {
      const active = [...model.into]
      if (active.length === 0) return
      const [from, { merge }] = pick(active, todo.which)
      const result = await inTransaction(db, (tx) => unmergeContacts(tx, actor, merge))
      expect(result.refused).toBeNull()
      model.into.delete(from)
      const twice = await inTransaction(db, (tx) => unmergeContacts(tx, actor, merge))
      expect(twice.refused?.code).toBe('merge_undone')
      return
    }
    case 'write':
      return newConversation(model, pick(model.contacts, todo.who))
    case 'task':
      return newTask(model, pick([...model.home.keys()], todo.which))
  }
}

async function compare(model: Model): Promise<void> {
  const { db } = house.database
  for (const [id, home] of model.home) {
    const row = await db.selectFrom('conversations').select('contact_id').where('id', '=', id).executeTakeFirstOrThrow()
    expect(row.contact_id).toBe(model.survivor(home))
  }
  for (const [id, conversation] of model.tasks) {
    const row = await db
      .selectFrom('tasks')
      .select(['requester_id', 'channel_id', 'conversation_id'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({
      requester_id: model.survivor(model.home.get(conversation) as ContactId),
      channel_id: house.channel,
      conversation_id: conversation,
    })
  }
  for (const id of model.contacts) {
    const contact = await findContact(db, actor, id)
    expect(contact?.mergedInto).toBe(model.into.has(id) ? model.survivor(id) : null)
  }
}

describe('merging and taking back', () => {
  it('agrees with a forest of contacts, in any order of deeds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const model = new Model()
        for (let i = 0; i < CONTACTS; i++) await newContact(model)
        for (const todo of steps) await run(model, todo)
        await compare(model)
        // Everything can be taken back: then each has what was theirs.
        while (model.into.size > 0) await run(model, { does: 'unmerge', which: steps.length })
        await compare(model)
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('takes back the first link of a chain, and then the second', async () => {
    const model = new Model()
    for (let i = 0; i < 3; i++) await newContact(model)
    await run(model, { does: 'merge', into: 1, from: 0 })
    await run(model, { does: 'merge', into: 2, from: 1 })
    await run(model, { does: 'write', who: 0 })
    await run(model, { does: 'unmerge', which: 0 })
    await compare(model)
    // What went home joins another contact; taking the second link back must not carry it off.
    await run(model, { does: 'merge', into: 2, from: 0 })
    await run(model, { does: 'unmerge', which: 0 })
    await compare(model)
    expect(model.into.size).toBe(1)
  })
})
