import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../../../src/channels/registry.ts'
import type { ConversationEventKind } from '../../../src/domain/conversation-event.ts'
import type { ConversationId } from '../../../src/domain/ids.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import { type Desk, type OpenTask, openDesk, type Worker } from '../../http/work/desk.ts'
import { addConversation, appendTo, receive } from '../../kit/house.ts'
import { publishDocument } from '../../kit/scenarios.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

/** Through the API, with all checks of a publish. */
async function publish(id: string, trigger: object, steps: object[]): Promise<void> {
  const named = steps.map((step, index) => ({ id: `s${index}`, ...step }))
  const made = await desk.owner('/api/scenarios', { body: { document: { id, name: id, trigger, steps: named } } })
  expect([id, made.status]).toEqual([id, 201])
  const published = await desk.owner(`/api/scenarios/${made.json.id}/publish`, { body: {} })
  expect(published.json.error?.details).toBeUndefined()
  expect(published.status).toBe(200)
}
/** Without them: a publish refuses scenarios that lead to one another. */
async function force(id: string, trigger: object, steps: object[]): Promise<void> {
  const named = steps.map((step, index) => ({ id: `s${index}`, ...step }))
  await publishDocument(desk, JSON.stringify({ id, name: id, trigger, steps: named }))
}
const note = (text: string) => ({ comment: { text } })

async function work(conversationId: ConversationId): Promise<void> {
  const { worked_seq: after, last_seq: upTo } = await desk.database.db
    .selectFrom('conversations')
    .select(['worked_seq', 'last_seq'])
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  if (after >= upTo) return
  await workEvents(desk.database, { conversationId, after, upTo }, capabilitiesOf)
  await work(conversationId)
}
/** What scenarios noted, in their order. */
async function notes({ conversation }: Pick<OpenTask, 'conversation'>): Promise<(string | null)[]> {
  await work(conversation)
  const rows = await desk.database.db
    .selectFrom('comments')
    .select('text')
    .where('conversation_id', '=', conversation)
    .where('author_kind', '=', 'scenario')
    .where('kind', '=', 'text')
    .orderBy('position')
    .execute()
  return rows.map(({ text }) => text)
}
const eventsOf = async (conversation: ConversationId, kind: string) =>
  (
    await desk.database.db
      .selectFrom('conversation_events')
      .select('payload')
      .where('conversation_id', '=', conversation)
      .where('kind', '=', kind as ConversationEventKind)
      .orderBy('seq')
      .execute()
  ).map(({ payload }) => payload)
const patchContact = (id: string, body: object) => anna.ask(`/api/contacts/${id}`, { method: 'PATCH', body })
const patchTask = (id: string, body: object) => anna.ask(`/api/tasks/${id}`, { method: 'PATCH', body })
const change =
  "{{ event.field }}: {{ event.from | default: '–' }} → {{ event.to | default: '–' }} by {{ event.by.kind }}"

describe('a field that changed', () => {
  beforeAll(async () => {
    for (const field of ['task.title', 'task.fields.amount', 'contact.name', 'contact.fields.city']) {
      await publish(`on-${field.toLowerCase().replaceAll('.', '-')}`, { event: 'field.changed', field }, [note(change)])
    }
  })

  it('of a task: each field by its name, and nothing where it stays the same', async () => {
    const open = await desk.openTask()
    await patchTask(open.task, { title: 'Wants blue', fields: { amount: 5, other: { b: 1, a: 2 } } })
    await patchTask(open.task, { title: 'Wants blue', fields: { amount: 5, other: { a: 2, b: 1 } } })
    await patchTask(open.task, { fields: { amount: null } })
    expect(await notes(open)).toEqual([
      'task.title: WhatsApp: Sheena Nelson → Wants blue by employee',
      'task.fields.amount: – → 5 by employee',
      'task.fields.amount: 5 → – by employee',
    ])
    expect(await eventsOf(open.conversation, 'task.changed')).toHaveLength(2)
  })

  it('of a contact: in the conversation with the newest message, and its workflow hears of it', async () => {
    const open = await desk.openTask({ lastInAt: new Date(Date.now() - 3_600_000) })
    const newer = await secondConversation(open)
    desk.signalled.length = 0
    await patchContact(open.contact, { name: 'Sheena (wholesale)', fields: { city: 'Oslo', size: 3 } })
    expect(desk.signalled).toEqual([newer])
    expect(await notes(open)).toEqual([])
    expect(await notes({ conversation: newer })).toEqual([
      'contact.name: Sheena Nelson → Sheena (wholesale) by employee',
      'contact.fields.city: – → Oslo by employee',
    ])
    await patchContact(open.contact, { name: 'Sheena (wholesale)', fields: { city: 'Oslo' } })
    expect(await eventsOf(newer, 'contact.changed')).toHaveLength(1)
  })

  it('never in a channel that the employee may not see', async () => {
    const open = await desk.openTask({ lastInAt: new Date(Date.now() - 3_600_000) })
    const hidden = await secondConversation(open, await desk.addChannel())
    const limited = await desk.addWorker([desk.channel])
    await limited.ask(`/api/contacts/${open.contact}`, { method: 'PATCH', body: { fields: { city: 'Bergen' } } })
    expect(await eventsOf(hidden, 'contact.changed')).toEqual([])
    expect(await notes(open)).toEqual(['contact.fields.city: – → Bergen by employee'])
  })

  it('by an API token', async () => {
    const open = await desk.openTask()
    const token = await desk.addToken('operator')
    await desk.ask(`/api/tasks/${open.task}`, { token, method: 'PATCH', body: { fields: { amount: 7 } } })
    expect(await notes(open)).toEqual(['task.fields.amount: – → 7 by token'])
  })

  it('with a value too large to be told, too; and at most 100 at once', async () => {
    const open = await desk.openTask()
    await patchContact(open.contact, { fields: { city: 'x'.repeat(20_000) } })
    await patchContact(open.contact, { fields: { city: 'small' } })
    expect(await notes(open)).toEqual([
      'contact.fields.city: – → – by employee',
      'contact.fields.city: – → small by employee',
    ])
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, n]))
    expect((await patchContact(open.contact, { fields: many })).status).toBe(400)
    expect((await patchTask(open.task, { fields: many })).status).toBe(400)
  })

  it('of somebody without a conversation is told to nobody', async () => {
    const open = await desk.openTask()
    await desk.database.db
      .updateTable('conversations')
      .set({ contact_id: null })
      .where('id', '=', open.conversation)
      .execute()
    desk.signalled.length = 0
    expect((await patchContact(open.contact, { fields: { city: 'Nowhere' } })).status).toBe(200)
    expect(desk.signalled).toEqual([])
  })

  it('by a scenario, which is not started by it', async () => {
    await force('counts', { event: 'field.changed', field: 'task.fields.count' }, [
      { setField: { field: 'count', value: 2 } },
      { setContactField: { field: 'city', value: 'Rome' } },
    ])
    await force('spreads', { event: 'field.changed', field: 'contact.fields.city' }, [
      { setField: { field: 'count', value: 3 } },
    ])
    const open = await desk.openTask()
    await patchTask(open.task, { fields: { count: 1 } })
    expect(await notes(open)).toEqual(['contact.fields.city: – → Rome by scenario'])
    const { json } = await anna.ask(`/api/tasks/${open.task}`)
    expect(json.fields).toEqual({ count: 3 })
  })
})

describe('a tag', () => {
  beforeAll(async () => {
    await publish('vip-in', { event: 'tag.added', tag: 'vip' }, [note('{{ event.tag }} by {{ event.by.name }}')])
    await publish('any-out', { event: 'tag.removed' }, [note('{{ event.tag }} away by {{ event.by.kind }}')])
  })

  it('that came or went, by a person', async () => {
    const open = await desk.openTask()
    await patchContact(open.contact, { tags: ['vip', 'new', 'vip'] })
    await patchContact(open.contact, { tags: ['new', 'vip'] })
    await patchContact(open.contact, { tags: ['old'] })
    const heard = await notes(open)
    expect(heard[0]).toMatch(/^vip by /)
    expect(heard.slice(1).sort()).toEqual(['new away by employee', 'vip away by employee'])
  })

  it('by a scenario: only where it really came, and never in a circle', async () => {
    await publish('greets', { event: 'message.received', when: { field: 'event.text', is: 'tag me' } }, [
      { tag: 'vip' },
      { tag: 'vip' },
      { untag: 'absent' },
    ])
    await force('ping', { event: 'tag.added', tag: 'ping' }, [{ untag: 'ping' }, { tag: 'pong' }])
    await force('pong', { event: 'tag.added', tag: 'pong' }, [{ untag: 'pong' }, { tag: 'ping' }])
    const open = await desk.openTask()
    await receive(desk.database, open.conversation, { text: 'tag me' })
    expect(await notes(open)).toEqual(['vip by greets'])
    await patchContact(open.contact, { tags: ['vip', 'ping'] })
    await work(open.conversation)
    const { json } = await anna.ask(`/api/contacts/${open.contact}`)
    expect(json.tags).toEqual(['ping', 'vip'])
    const runs = await desk.database.db
      .selectFrom('runs as r')
      .innerJoin('scenarios as s', 's.id', 'r.scenario_id')
      .select('s.key')
      .where('r.conversation_id', '=', open.conversation)
      .where('s.key', 'in', ['ping', 'pong'])
      .execute()
    expect(runs.map(({ key }) => key).sort()).toEqual(['ping', 'pong'])
  })

  it('wakes a run that waits for it', async () => {
    await publish('waits-for-tag', { event: 'message.received', when: { field: 'event.text', is: 'wait' } }, [
      { wait: { for: [{ event: 'tag.added', tag: 'paid' }], timeout: '5d' } },
      note('paid at last'),
    ])
    const open = await desk.openTask()
    await receive(desk.database, open.conversation, { text: 'wait' })
    await work(open.conversation)
    await patchContact(open.contact, { tags: ['other'] })
    expect(await notes(open)).toEqual([])
    await patchContact(open.contact, { tags: ['paid'] })
    expect(await notes(open)).toContain('paid at last')
  })
})

describe('a task that a scenario opened', () => {
  it('starts others, and never the scenario itself', async () => {
    await force('opens', { event: 'task.created', when: { field: 'contact.name', is: 'Olivia Opens' } }, [
      { openTask: { ifActive: 'open', title: 'One more' } },
    ])
    const { conversation } = await desk.openTask({ name: 'Olivia Opens' })
    const tasks = await desk.database.db
      .selectFrom('tasks')
      .select('title')
      .where('conversation_id', '=', conversation)
      .orderBy('number')
      .execute()
    expect(tasks.map(({ title }) => title)).toEqual(['WhatsApp: Olivia Opens', 'One more'])
    const decisions = await desk.database.db
      .selectFrom('scenario_decisions')
      .select('not_started')
      .where('conversation_id', '=', conversation)
      .where('event', '=', 'task.created')
      .orderBy('n')
      .execute()
    expect(decisions.map(({ not_started }) => not_started.map(({ reason }) => reason))).toEqual([[], ['limit_chain']])
  })
})

describe('an opt-out', () => {
  it('is heard by whoever’s word it is, once', async () => {
    await publish('on-opt-out', { event: 'contact.opted_out' }, [
      note("out by {{ event.by.kind | default: 'client' }}"),
    ])
    await publish('stops', { event: 'message.received', when: { field: 'event.text', is: 'stop' } }, [{ optOut: true }])
    const [byPerson, byScenario, byClient] = [await desk.openTask(), await desk.openTask(), await desk.openTask()]
    await patchContact(byPerson.contact, { optedOut: true })
    await patchContact(byPerson.contact, { optedOut: true })
    expect(await notes(byPerson)).toEqual(['out by employee'])
    for (const text of ['stop', 'stop']) await receive(desk.database, byScenario.conversation, { text })
    expect(await notes(byScenario)).toEqual(['out by scenario'])
    await appendTo(desk.database, byClient.conversation, { kind: 'contact.opted_out', scope: 'marketing', note: null })
    expect(await notes(byClient)).toEqual(['out by client'])
  })
})

describe('a merge of contacts', () => {
  it('is heard in the newest conversation of the one that is kept; taking it back is not', async () => {
    await publish('on-merge', { event: 'contact.merged' }, [note('{{ event.mergedContactId }} by {{ event.by.kind }}')])
    const kept = await desk.openTask({ lastInAt: new Date(Date.now() - 3_600_000) })
    const merged = await desk.openTask()
    desk.signalled.length = 0
    const body = { intoId: kept.contact, fromId: merged.contact }
    const answer = await desk.owner('/api/contacts/merge', { body })
    expect(answer.status).toBe(200)
    expect(desk.signalled).toEqual([merged.conversation])
    expect(await notes(merged)).toEqual([`${merged.contact} by token`])
    await desk.owner('/api/contacts/unmerge', { body: { mergeId: answer.json.mergeId } })
    expect(await notes(merged)).toHaveLength(1)
    expect(await notes(kept)).toEqual([])
  })
})

describe('the use of a quick reply', () => {
  it('is heard behind the comment that it became', async () => {
    const create = (asking: typeof desk.owner, shortcut: string, shared: boolean) =>
      asking('/api/quick-replies', {
        body: { title: shortcut, shortcut, folder: 'Shop', text: 'We open at 9', attachmentIds: [], shared },
      })
    const [everybodys, annas] = [await create(desk.owner, 'Hours', true), await create(anna.ask, 'Mine', false)]
    expect([everybodys.status, annas.status]).toEqual([201, 201])
    await publish('on-quick', { event: 'quick_reply.used', quickReply: 'hours' }, [
      note('used {{ event.quickReply }} of {{ event.folder }}'),
    ])
    await force('on-comment', { event: 'comment.added' }, [note('comment {{ event.text }}')])
    const open = await desk.openTask()
    const comment = (who: Worker, quickReplyId: string) =>
      who.ask(`/api/tasks/${open.task}/comments`, { body: { text: 'We open at 9', quickReplyId } })
    expect((await comment(anna, everybodys.json.id)).status).toBe(201)
    expect(await notes(open)).toEqual(['comment We open at 9', 'used hours of Shop'])

    const ben = await desk.addWorker()
    for (const id of [annas.json.id, '00000000-0000-7000-8000-000000000000']) {
      expect(await comment(ben, id)).toMatchObject({ status: 422, json: { error: { code: 'unknown_quick_reply' } } })
    }
    expect(await notes(open)).toHaveLength(2)
    expect((await comment(anna, annas.json.id)).status).toBe(201)
    expect(await notes(open)).toHaveLength(3)
  })
})

/** The same client writes to another number, or under another name, later than in the first conversation. */
async function secondConversation(of: OpenTask, channel = of.channel): Promise<ConversationId> {
  const value = `4790${String(++names).padStart(6, '0')}`
  const conversation = await addConversation({ database: desk.database, channel }, [{ kind: 'wa_id', value }])
  await desk.database.db
    .updateTable('conversations')
    .set({ contact_id: of.contact })
    .where('id', '=', conversation)
    .execute()
  await receive(desk.database, conversation, {}, { name: 'Sheena Nelson' })
  await work(conversation)
  return conversation
}
let names = 0
