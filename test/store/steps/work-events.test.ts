import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../../src/domain/ids.ts'
import { workEvents } from '../../../src/store/steps/work-events.ts'
import {
  addConversation,
  addUser,
  appendTo,
  arrivedMessage,
  type House,
  openHouse,
  receive,
  wamid,
} from '../../kit/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

let clients = 0
/** A conversation with a client of its own. */
const conversation = () =>
  addConversation(house, [{ kind: 'wa_id', value: `1650555${String(++clients).padStart(4, '0')}` }])

const work = (conversationId: ConversationId, upTo: number, after: number | null = null) =>
  workEvents(house.database, { conversationId, after, upTo })

const tasksOf = (id: ConversationId) =>
  house.database.db.selectFrom('tasks').selectAll().where('conversation_id', '=', id).orderBy('number').execute()

const feedOf = (id: ConversationId) =>
  house.database.db.selectFrom('comments').selectAll().where('conversation_id', '=', id).orderBy('position').execute()

const conversationRow = (id: ConversationId) =>
  house.database.db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('first contact (M7, M8, M9)', () => {
  it('opens a task whose requester has the name and the number of WhatsApp, for the owner where the template names nobody', async () => {
    const id = await addConversation(house, [{ kind: 'wa_id', value: '16505551234' }])
    await receive(house.database, id, { text: 'Hello' }, { name: 'Sheena Nelson' })
    const result = await work(id, 1)

    expect(result).toEqual({ worked: 1, stored: 1, sends: [], fetches: [], wakeAt: null })
    const [task] = await tasksOf(id)
    expect(task).toMatchObject({
      title: 'WhatsApp: Sheena Nelson',
      status: 'new',
      active: true,
      assignee_ids: [house.owner],
    })
    const contact = await house.database.db
      .selectFrom('contacts')
      .selectAll()
      .where('id', '=', task?.requester_id ?? ('' as never))
      .executeTakeFirstOrThrow()
    expect(contact).toMatchObject({ name: 'Sheena Nelson', phone: '+16505551234' })
    expect(await feedOf(id)).toMatchObject([
      { text: 'Hello', author_kind: 'contact', author_name: 'Sheena Nelson', kind: 'text' },
    ])
  })

  it('names a client without a profile by the number, and one without a number by the username', async () => {
    const withNumber = await addConversation(house, [{ kind: 'wa_id', value: '4915112345678' }])
    await receive(house.database, withNumber, {}, { name: null })
    await work(withNumber, 1)
    expect((await feedOf(withNumber))[0]?.author_name).toBe('+4915112345678')

    const hidden = await addConversation(house, [{ kind: 'bsuid', value: 'US.134912' }])
    await appendTo(house.database, hidden, {
      kind: 'message.received',
      message: arrivedMessage(),
      profile: { name: null, username: 'sheena' },
    })
    await work(hidden, 1)
    expect((await feedOf(hidden))[0]?.author_name).toBe('@sheena')
  })

  it('makes one task of several first messages', async () => {
    const id = await conversation()
    for (let n = 0; n < 5; n++) await receive(house.database, id, { text: `photo ${n}` })
    await work(id, 5)
    expect(await tasksOf(id)).toHaveLength(1)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(['photo 0', 'photo 1', 'photo 2', 'photo 3', 'photo 4'])
  })

  it('gives the task to the people of the template, the extra ones included', async () => {
    const anna = await addUser(house.database, 'Anna')
    const boris = await addUser(house.database, 'Boris')
    const gone = await addUser(house.database, 'Gone')
    await house.database.db.updateTable('users').set({ active: false }).where('id', '=', gone).execute()
    await house.database.db
      .updateTable('task_templates')
      .set({ assignee_ids: [anna, gone], extra_assignee_ids: [boris] })
      .where('id', '=', house.template)
      .execute()
    const id = await conversation()
    await receive(house.database, id)
    await work(id, 1)
    expect((await tasksOf(id))[0]?.assignee_ids).toEqual([anna, boris])
    await house.database.db
      .updateTable('task_templates')
      .set({ assignee_ids: [], extra_assignee_ids: [] })
      .where('id', '=', house.template)
      .execute()
  })

  it('knows the person again who writes to another channel of the company', async () => {
    const other = await addConversationOnOtherChannel('16505559999')
    const here = await addConversation(house, [{ kind: 'wa_id', value: '16505559999' }])
    await receive(house.database, other)
    await work(other, 1)
    await receive(house.database, here)
    await work(here, 1)
    expect((await conversationRow(here)).contact_id).toBe((await conversationRow(other)).contact_id)
    expect(await tasksOf(here)).toHaveLength(1)
  })
})

async function addConversationOnOtherChannel(waId: string) {
  const { addChannel } = await import('../../kit/house.ts')
  const channel = await addChannel(house.database, {
    owner: house.owner,
    template: house.template,
    phoneNumberId: `1065403522429${clients}`,
  })
  return addConversation({ database: house.database, channel }, [{ kind: 'wa_id', value: waId }])
}

describe('the choice of the task (M13)', () => {
  const setChannel = (values: { new_task_if_no_active: boolean; reopen_last_task: boolean }) =>
    house.database.db.updateTable('channels').set(values).where('id', '=', house.channel).execute()
  const closeTasks = (id: ConversationId) =>
    house.database.db
      .updateTable('tasks')
      .set({ status: 'done', active: false })
      .where('conversation_id', '=', id)
      .execute()

  it.each([
    {
      option: { new_task_if_no_active: true, reopen_last_task: true },
      tasks: 2,
      active: true,
      feed: ['first', 'second'],
    },
    {
      option: { new_task_if_no_active: false, reopen_last_task: true },
      tasks: 1,
      active: true,
      feed: ['first', 'Reopened: the client wrote again', 'second'],
    },
    {
      option: { new_task_if_no_active: false, reopen_last_task: false },
      tasks: 1,
      active: false,
      feed: ['first', 'second'],
    },
  ])('after the task was closed, with $option', async ({ option, tasks, active, feed }) => {
    await setChannel(option)
    const id = await conversation()
    await receive(house.database, id, { text: 'first' })
    await work(id, 1)
    await closeTasks(id)
    await receive(house.database, id, { text: 'second' })
    await work(id, 2)
    const all = await tasksOf(id)
    expect(all).toHaveLength(tasks)
    expect(all.at(-1)?.active).toBe(active)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(feed)
    await setChannel({ new_task_if_no_active: true, reopen_last_task: true })
  })
})

describe('the order and the repetition of steps (P2, P5)', () => {
  it('returns the stored outcome when a step is repeated, and writes nothing twice', async () => {
    const id = await conversation()
    await receive(house.database, id, {
      content: {
        kind: 'image',
        text: null,
        media: { mediaId: '42', mime: 'image/jpeg', sha256: null, fileName: null },
      },
    })
    const first = await work(id, 1, 0)
    expect(first.fetches).toHaveLength(1)
    expect(await work(id, 1, 0)).toEqual(first)
    expect(await feedOf(id)).toHaveLength(1)
  })

  it('works the same number off once when two workers run the same step at once', async () => {
    const id = await conversation()
    for (let n = 0; n < 10; n++) await receive(house.database, id, { text: String(n) })
    const results = await Promise.all([work(id, 10, 0), work(id, 10, 0), work(id, 10, 0)])
    expect(new Set(results.map((r) => JSON.stringify(r))).size).toBe(1)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(await tasksOf(id)).toHaveLength(1)
  })

  it('works a long backlog off in several steps and loses none', async () => {
    const id = await conversation()
    for (let n = 0; n < 45; n++) await receive(house.database, id, { text: String(n) })
    let worked = 0
    const steps: number[] = []
    while (worked < 45) {
      worked = (await work(id, 45, worked)).worked
      steps.push(worked)
    }
    expect(steps).toEqual([20, 40, 45])
    expect(await feedOf(id)).toHaveLength(45)
  })

  it('puts a message before the later one that overtook it, and a very late one at the end', async () => {
    const id = await conversation()
    const noon = new Date('2026-11-22T12:00:00Z')
    const at = (seconds: number) => new Date(noon.getTime() + seconds * 1000)
    await receive(house.database, id, { text: 'second' }, { at: at(2) })
    await receive(house.database, id, { text: 'first' }, { at: at(1) })
    await work(id, 2)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(['first', 'second'])

    await house.database.db
      .updateTable('comments')
      .set({ stored_at: new Date(Date.now() - 3_600_000) } as never)
      .where('conversation_id', '=', id)
      .execute()
    await receive(house.database, id, { text: 'redelivered hours later' }, { at: at(0) })
    await work(id, 3)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(['first', 'second', 'redelivered hours later'])
  })

  it('takes up what is open when its workflow starts afresh', async () => {
    const id = await conversation()
    await receive(house.database, id, {
      content: {
        kind: 'image',
        text: null,
        media: { mediaId: '42', mime: 'image/jpeg', sha256: null, fileName: null },
      },
    })
    const first = await work(id, 1, 0)
    const afresh = await work(id, 1, null)
    expect(afresh.fetches).toEqual(first.fetches)
    expect(afresh.worked).toBe(1)
  })

  it('follows a database that was set back: events that were worked off are gone', async () => {
    const id = await conversation()
    await receive(house.database, id)
    expect(await work(id, 9, 8)).toMatchObject({ worked: 1, stored: 1 })
  })

  it('shows one entry where the same message comes twice under two events', async () => {
    const id = await conversation()
    await receive(house.database, id, { id: wamid('wamid.same') })
    await receive(house.database, id, { id: wamid('wamid.same') })
    await work(id, 2)
    expect(await feedOf(id)).toHaveLength(1)
  })
})

describe('an event that cannot be worked off', () => {
  it('becomes a dead letter with its reason after five tries; those around it are worked off', async () => {
    const id = await conversation()
    await receive(house.database, id, { text: 'before' })
    const poison = await receive(house.database, id, { text: 'poison' })
    await receive(house.database, id, { text: 'after' })
    // A row that no rule can read: what a mistake in an older version could have left behind.
    await house.database.db
      .updateTable('conversation_events')
      .set({ payload: JSON.stringify({ kind: 'message.received', profile: null }) })
      .where('conversation_id', '=', id)
      .where('seq', '=', poison)
      .execute()

    let worked = 0
    let failures = 0
    while (worked < 3) {
      try {
        worked = (await work(id, 3, worked)).worked
      } catch {
        failures++
      }
    }
    expect(failures).toBe(4)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(['before', 'after'])
    const letters = await house.database.db
      .selectFrom('dead_letters')
      .selectAll()
      .where('conversation_id', '=', id)
      .execute()
    expect(letters).toMatchObject([{ reason: 'step_failed', seq: poison, resolved_at: null }])
    expect(letters[0]?.detail).toMatch(/TypeError/)
    const told = await house.database.db
      .selectFrom('live_events')
      .select('data')
      .where('event', '=', 'dead_letter')
      .execute()
    expect(told.map(({ data }) => data)).toEqual([
      { deadLetterId: letters[0]?.id, channelId: letters[0]?.channel_id, state: 'open' },
    ])
  })
})

describe('what clients do to messages', () => {
  const target = async () => {
    const id = await conversation()
    const message = wamid(`wamid.target.${id}`)
    await receive(house.database, id, { id: message, text: 'old words' })
    await work(id, 1)
    return { id, message }
  }
  const content = (text: string) => ({ kind: 'text' as const, text, data: {}, media: null })

  it('an edit replaces the words and keeps the old ones', async () => {
    const { id, message } = await target()
    await appendTo(house.database, id, {
      kind: 'message.edited',
      target: message,
      content: content('new words'),
      by: 'contact',
    })
    await work(id, 2)
    const [comment] = await feedOf(id)
    expect(comment?.text).toBe('new words')
    expect(comment?.edited_at).not.toBeNull()
    const revisions = await house.database.db
      .selectFrom('comment_revisions')
      .selectAll()
      .where('comment_id', '=', comment?.id ?? ('' as never))
      .execute()
    expect(revisions).toMatchObject([{ text: 'old words' }])
  })

  it('a deletion leaves an entry without words; a later edit does not bring them back', async () => {
    const { id, message } = await target()
    await appendTo(house.database, id, { kind: 'message.deleted', target: message, by: 'contact' })
    await appendTo(house.database, id, {
      kind: 'message.edited',
      target: message,
      content: content('back'),
      by: 'contact',
    })
    await work(id, 3)
    expect(await feedOf(id)).toMatchObject([{ text: null, data: {} }])
    expect((await feedOf(id))[0]?.deleted_at).not.toBeNull()
  })

  it('an older edit that comes late does not replace a newer one', async () => {
    const id = await conversation()
    await receive(house.database, id, { id: wamid('wamid.twice-edited'), text: 'one' })
    const edit = (text: string, second: number) =>
      appendTo(
        house.database,
        id,
        {
          kind: 'message.edited',
          target: wamid('wamid.twice-edited'),
          content: arrivedMessage({ text }).content,
          by: 'contact',
        },
        { at: new Date(1760000000000 + second * 1000) },
      )
    await edit('three', 3)
    await edit('two', 2)
    await work(id, 3)
    expect(await feedOf(id)).toMatchObject([{ text: 'three' }])
  })

  it('an edit of a message that never came is shown as a message', async () => {
    const id = await conversation()
    await appendTo(house.database, id, {
      kind: 'message.edited',
      target: wamid('wamid.lost'),
      content: content('edited'),
      by: 'contact',
    })
    await work(id, 1)
    expect((await feedOf(id)).map((c) => c.text)).toEqual(['edited'])
  })

  it('the newest reaction by provider time stands, whatever the order of arrival', async () => {
    const { id, message } = await target()
    const react = (emoji: string | null, second: number) =>
      appendTo(
        house.database,
        id,
        { kind: 'message.reacted', target: message, emoji, by: 'contact' },
        { at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)) },
      )
    await react('👍', 1)
    await react(null, 3)
    await react('❤️', 2)
    await work(id, 4)
    const reactions = await house.database.db
      .selectFrom('reactions as r')
      .innerJoin('comments as c', 'c.id', 'r.comment_id')
      .select(['emoji', 'by'])
      .where('c.conversation_id', '=', id)
      .execute()
    expect(reactions).toEqual([{ emoji: null, by: 'contact' }])
  })

  it('a quoted reply names the entry that it answers', async () => {
    const { id, message } = await target()
    await receive(house.database, id, {
      text: 'this one',
      context: { quoted: message, forwarded: 'no', referral: null, product: null },
    })
    await work(id, 2)
    const [quoted, reply] = await feedOf(id)
    expect(reply?.reply_to).toBe(quoted?.id)
  })
})

describe('echoes from the phone app', () => {
  it('count as an answer, open no reply window, and are shown as written in the app', async () => {
    const id = await conversation()
    await appendTo(house.database, id, {
      kind: 'message.echoed',
      message: arrivedMessage({ text: 'from the phone' }),
      by: 'phone_app',
    })
    await work(id, 1)
    expect(await feedOf(id)).toMatchObject([{ author_kind: 'phone_app', author_name: 'Shop', text: 'from the phone' }])
    expect(await conversationRow(id)).toMatchObject({ last_in_at: null, last_author: 'phone_app' })
    expect(await tasksOf(id)).toHaveLength(1)
  })
})

describe('the reply window', () => {
  it('counts from the newest message of the client, and never from a future that the provider claims', async () => {
    const id = await conversation()
    const past = new Date('2026-11-01T10:00:00Z')
    await receive(house.database, id, {}, { at: past })
    await receive(house.database, id, {}, { at: new Date('2026-11-01T09:00:00Z') })
    await work(id, 2)
    expect((await conversationRow(id)).last_in_at).toEqual(past)

    await receive(house.database, id, {}, { at: new Date(Date.now() + 86_400_000) })
    await work(id, 3)
    expect((await conversationRow(id)).last_in_at?.getTime()).toBeLessThanOrEqual(Date.now())
  })
})

describe('changes of identity', () => {
  it('a new number belongs to the conversation, the old one is retired, and the task is told', async () => {
    const id = await addConversation(house, [{ kind: 'wa_id', value: '16504440001' }])
    await receive(house.database, id)
    await appendTo(house.database, id, {
      kind: 'contact.number_changed',
      from: [{ kind: 'wa_id', value: '16504440001' }],
      to: [{ kind: 'wa_id', value: '16505554321' }],
      note: null,
    })
    await work(id, 2)
    const identities = await house.database.db
      .selectFrom('identities')
      .select(['value', 'retired_at'])
      .where('conversation_id', '=', id)
      .orderBy('value')
      .execute()
    expect(identities.map((i) => [i.value, i.retired_at === null])).toEqual([
      ['16504440001', false],
      ['16505554321', true],
    ])
    const contact = await house.database.db
      .selectFrom('contacts')
      .select('phone')
      .where('id', '=', (await conversationRow(id)).contact_id)
      .executeTakeFirst()
    expect(contact?.phone).toBe('+16505554321')
    expect((await feedOf(id)).at(-1)).toMatchObject({ kind: 'system', data: { change: 'number', to: '+16505554321' } })
  })

  it('a number that already has a conversation is not taken from it', async () => {
    const old = await addConversation(house, [{ kind: 'wa_id', value: '16504440002' }])
    const own = await addConversation(house, [{ kind: 'wa_id', value: '16504440003' }])
    await receive(house.database, old)
    await appendTo(house.database, old, {
      kind: 'contact.number_changed',
      from: [{ kind: 'wa_id', value: '16504440002' }],
      to: [{ kind: 'wa_id', value: '16504440003' }],
      note: null,
    })
    await work(old, 2)
    const identity = await house.database.db
      .selectFrom('identities')
      .select('conversation_id')
      .where('value', '=', '16504440003')
      .executeTakeFirstOrThrow()
    expect(identity.conversation_id).toBe(own)
    const audited = await house.database.db
      .selectFrom('audit_log')
      .select('detail')
      .where('action', '=', 'identity.conflict')
      .execute()
    expect(audited).toEqual([{ detail: { otherConversationId: own } }])
  })

  it('an opt-out of marketing is kept on the contact with its time', async () => {
    const id = await conversation()
    const at = new Date('2026-11-20T10:00:00Z')
    await appendTo(house.database, id, { kind: 'contact.opted_out', scope: 'marketing', note: null }, { at })
    await work(id, 1)
    const contact = await house.database.db
      .selectFrom('contacts')
      .select('opted_out_at')
      .where('id', '=', (await conversationRow(id)).contact_id)
      .executeTakeFirst()
    expect(contact?.opted_out_at).toEqual(at)
    expect(await tasksOf(id)).toHaveLength(0)
  })
})
