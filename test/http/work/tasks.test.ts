import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countQueries, type Desk, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const events = (conversation: string) =>
  desk.database.db
    .selectFrom('conversation_events')
    .select(['kind', 'payload'])
    .where('conversation_id', '=', conversation as never)
    .orderBy('seq')
    .execute()

describe('the list of tasks', () => {
  it('shows a task as the contract has it', async () => {
    const { task, contact, conversation, channel } = await desk.openTask({ phone: '16505550001', name: 'Ada Lovelace' })
    const { json } = await anna.ask('/api/tasks?q=ada')
    expect(json).toEqual({
      items: [
        {
          id: task,
          number: expect.any(Number),
          title: 'WhatsApp: Ada Lovelace',
          status: { key: 'new', name: 'New', active: true },
          requester: { id: contact, name: 'Ada Lovelace', phone: '+16505550001' },
          assignees: [{ id: desk.ownerId, name: 'Person 1' }],
          participants: [],
          channelId: channel,
          conversationId: conversation,
          templateId: desk.template,
          fields: {},
          dueAt: null,
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
          updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          closedAt: null,
          tags: [],
          unread: 1,
          awaitingSince: expect.stringMatching(/^\d{4}-.*Z$/),
          lastMessageAt: expect.stringMatching(/^\d{4}-.*Z$/),
          preview: {
            text: 'Does it come in another color?',
            kind: 'text',
            authorKind: 'contact',
            authorId: null,
            toClient: false,
            at: expect.stringMatching(/^\d{4}-.*Z$/),
          },
          snoozed: null,
        },
      ],
      next: null,
    })
  })

  it('finds by title, name, number and phone, also as the number is written elsewhere', async () => {
    const { task } = await desk.openTask({ phone: '551187654321', name: 'Zoé 100%_sure' })
    const { number } = (await anna.ask(`/api/tasks/${task}`)).json
    const find = async (q: string) =>
      (await anna.ask(`/api/tasks?q=${encodeURIComponent(q)}`)).json.items.map((item: { id: string }) => item.id)
    for (const q of ['zoé', 'WhatsApp: Zoé', `#${number}`, '+55 11 8765-4321', '+55 11 98765-4321', '100%_s']) {
      expect([q, await find(q)]).toEqual([q, expect.arrayContaining([task])])
    }
    expect(await find('100%%sure')).toEqual([])
    expect(await find('Zo_')).toEqual([])
  })

  it('filters by status, contact, channel and assignee', async () => {
    const one = await desk.openTask({ channel: await desk.addChannel() })
    const ids = async (query: string) =>
      (await anna.ask(`/api/tasks?${query}`)).json.items.map((item: { id: string }) => item.id)
    await anna.ask(`/api/tasks/${one.task}`, { method: 'PATCH', body: { status: 'done', assigneeIds: [anna.id] } })
    expect(await ids(`channelId=${one.channel}`)).toEqual([one.task])
    expect(await ids(`channelId=${one.channel}&status=active`)).toEqual([])
    expect(await ids(`channelId=${one.channel}&status=inactive`)).toEqual([one.task])
    expect(await ids(`contactId=${one.contact}`)).toEqual([one.task])
    expect(await ids(`assigneeId=${anna.id}`)).toEqual([one.task])
    expect((await anna.ask('/api/tasks?status=open')).status).toBe(400)
  })

  it('pages through all of them, each once, the newest updated first', async () => {
    const channel = await desk.addChannel()
    for (let i = 0; i < 5; i++) await desk.openTask({ channel })
    // The same millisecond: only microseconds or the id tell them apart.
    await desk.database.db
      .updateTable('tasks')
      .set({ updated_at: new Date('2026-01-01T00:00:00Z') })
      .where('channel_id', '=', channel)
      .execute()
    const all = (await anna.ask(`/api/tasks?channelId=${channel}`)).json.items
    const paged: unknown[] = []
    let cursor = ''
    do {
      const { json } = await anna.ask(`/api/tasks?channelId=${channel}&limit=2${cursor}`)
      paged.push(...json.items)
      cursor = json.next ? `&cursor=${json.next}` : ''
    } while (cursor)
    expect(all).toHaveLength(5)
    expect(paged).toEqual(all)
  })

  it.each(['x', 'WyJ4Il0', 'WyI5OTk5LTk5LTk5VDAwOjAwOjAwWiIsIjAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCJd'])(
    'refuses the made-up cursor %s',
    async (cursor) => {
      const { status, json } = await anna.ask(`/api/tasks?cursor=${cursor}`)
      expect([status, json.error.code]).toEqual([400, 'cursor_invalid'])
    },
  )

  it('takes as many queries for fifty tasks as for one', async () => {
    const channel = await desk.addChannel()
    await desk.openTask({ channel })
    await anna.ask('/api/tasks')
    const forOne = await countQueries(desk, () => anna.ask(`/api/tasks?channelId=${channel}`))
    for (let i = 0; i < 49; i++) await desk.openTask({ channel })
    const forFifty = await countQueries(desk, () => anna.ask(`/api/tasks?channelId=${channel}`))
    expect(forOne).toBeGreaterThan(0)
    expect(forFifty).toBeLessThanOrEqual(forOne + 2) // the session may have to be looked up again
    expect((await anna.ask(`/api/tasks?channelId=${channel}`)).json.items).toHaveLength(50)
  })
})

describe('one task', () => {
  it('says what its composer needs', async () => {
    const { task } = await desk.openTask()
    const { json } = await anna.ask(`/api/tasks/${task}`)
    expect(json.suggestedNotify).toEqual({ contact: false, employeeIds: [] })
    expect(json.window.open).toBe(true)
    expect(new Date(json.window.closesAt).getTime()).toBeGreaterThan(Date.now() + 23 * 3600_000)
    expect(json.statuses.map((status: { key: string }) => status.key)).toEqual([
      'new',
      'in_progress',
      'waiting',
      'done',
      'cancelled',
    ])
  })

  it('suggests the client to an assignee, and to nobody who joins a colleague', async () => {
    const { task } = await desk.openTask()
    const boris = await desk.addWorker()
    await anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { assigneeIds: [anna.id, boris.id] } })
    const suggested = async (who: Worker) => (await who.ask(`/api/tasks/${task}`)).json.suggestedNotify
    expect(await suggested(anna)).toEqual({ contact: true, employeeIds: [] })
    await anna.ask(`/api/tasks/${task}/comments`, { body: { text: 'Hello', notify: { contact: true } } })
    expect(await suggested(anna)).toEqual({ contact: true, employeeIds: [] })
    expect(await suggested(boris)).toEqual({ contact: false, employeeIds: [] })

    await anna.ask(`/api/tasks/${task}/comments`, {
      body: { text: 'Which price?', notify: { employeeIds: [boris.id] } },
    })
    expect(await suggested(boris)).toEqual({ contact: false, employeeIds: [anna.id] })
    await boris.ask(`/api/tasks/${task}/comments`, { body: { text: 'Ten', notify: { employeeIds: [anna.id] } } })
    expect(await suggested(boris)).toEqual({ contact: false, employeeIds: [] })
    expect(await suggested(anna)).toEqual({ contact: false, employeeIds: [boris.id] })
  })

  it('answers 404 for what is no id, and for what is not there', async () => {
    for (const id of ['7', 'new', '01900000-0000-7000-8000-000000000000']) {
      expect((await anna.ask(`/api/tasks/${id}`)).status).toBe(404)
    }
  })
})

describe('changing a task', () => {
  it('records a new status as an event, a line in the feed, audit and live updates', async () => {
    const { task, conversation, channel } = await desk.openTask()
    desk.signalled.length = 0
    const { status, json } = await anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { status: 'done' } })
    expect([status, json.status, json.closedAt !== null]).toEqual([
      200,
      { key: 'done', name: 'Done', active: false },
      true,
    ])
    expect((await events(conversation)).at(-1)?.payload).toEqual({
      kind: 'task.status_changed',
      task,
      from: 'new',
      to: 'done',
      by: anna.id,
    })
    expect(desk.signalled).toEqual([conversation])
    const feed = (await anna.ask(`/api/tasks/${task}/comments`)).json.items
    expect(feed.at(-1)).toMatchObject({
      kind: 'system',
      author: { kind: 'employee', id: anna.id },
      text: 'Status: New → Done',
      data: { change: 'status', from: 'new', to: 'done' },
    })
    const live = await desk.database.db.selectFrom('live_events').selectAll().orderBy('id', 'desc').limit(2).execute()
    expect(live.map(({ event }) => event).toSorted()).toEqual(['comment', 'task'])
    for (const { data } of live)
      expect(data).toMatchObject({ taskId: task, conversationId: conversation, channelId: channel })
    const entry = await desk.database.db
      .selectFrom('audit_log')
      .selectAll()
      .where('subject_id', '=', task)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(entry).toMatchObject({ action: 'task.status_changed', actor_kind: 'employee', actor_id: anna.id })

    const reopened = await anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { status: 'waiting' } })
    expect(reopened.json).toMatchObject({ status: { key: 'waiting', active: true }, closedAt: null })
  })

  it('says which statuses there are when it does not know one', async () => {
    const { task, conversation } = await desk.openTask()
    const before = (await events(conversation)).length
    const { status, json } = await anna.ask(`/api/tasks/${task}`, {
      method: 'PATCH',
      body: { status: 'solved', title: 'x' },
    })
    expect([status, json.error.code]).toEqual([422, 'unknown_status'])
    expect(json.error.details.allowed).toEqual(['new', 'in_progress', 'waiting', 'done', 'cancelled'])
    expect((await anna.ask(`/api/tasks/${task}`)).json.title).not.toBe('x')
    expect(await events(conversation)).toHaveLength(before)
  })

  it('changes title, people and fields, and only what is named', async () => {
    const { task, conversation } = await desk.openTask()
    const boris = await desk.addWorker()
    const change = (body: unknown) => anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body })
    await change({ fields: { order: 7, size: 'M' } })
    const { json } = await change({
      title: ' Blue shirt ',
      assigneeIds: [anna.id, anna.id],
      participantIds: [boris.id],
      fields: { size: null, color: 'blue' },
    })
    expect(json).toMatchObject({
      title: 'Blue shirt',
      assignees: [{ id: anna.id }],
      participants: [{ id: boris.id }],
      fields: { order: 7, color: 'blue' },
    })
    expect(json.fields).not.toHaveProperty('size')
    expect(json.assignees).toHaveLength(1)
    expect((await events(conversation)).at(-1)?.payload).toMatchObject({
      kind: 'task.changed',
      fields: ['title', 'assignees', 'participants', 'fields'],
    })
    const feed = (await anna.ask(`/api/tasks/${task}/comments`)).json.items
    expect(feed.at(-1)).toMatchObject({
      kind: 'system',
      data: { change: 'assignees', added: [{ id: anna.id }], removed: [{ id: desk.ownerId }] },
    })
  })

  it('takes a due date with its offset, and takes it away', async () => {
    const { task, conversation } = await desk.openTask()
    const change = (dueAt: unknown) => anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { dueAt } })
    expect((await change('2026-12-24T18:00:00+01:00')).json.dueAt).toBe('2026-12-24T17:00:00.000Z')
    const before = (await events(conversation)).length
    expect((await change('2026-12-24T17:00:00Z')).json.dueAt).toBe('2026-12-24T17:00:00.000Z')
    expect(await events(conversation)).toHaveLength(before)
    for (const wrong of [
      'tomorrow',
      '2026-12-24',
      '2026-12-24T18:00:00',
      '0000-01-01T00:00:00Z',
      7,
      '9999-12-31T23:59:59-14:00',
    ]) {
      expect((await change(wrong)).status).toBe(400)
    }
    expect((await change(null)).json.dueAt).toBeNull()
    expect((await events(conversation)).map(({ payload }) => payload).slice(-2)).toMatchObject([
      { kind: 'task.changed', fields: ['dueAt'] },
      { kind: 'task.changed', fields: ['dueAt'] },
    ])
    const audited = await desk.database.db
      .selectFrom('audit_log')
      .select('detail')
      .where('subject_id', '=', task)
      .where('action', '=', 'task.changed')
      .execute()
    expect(audited.map(({ detail }) => detail.fields)).toEqual([['dueAt'], ['dueAt']])
  })

  it('does nothing when nothing changes', async () => {
    const { task, conversation } = await desk.openTask()
    const before = await events(conversation)
    desk.signalled.length = 0
    await anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { status: 'new', assigneeIds: [desk.ownerId] } })
    expect(await events(conversation)).toEqual(before)
    expect(desk.signalled).toEqual([])
  })

  it('refuses people who are not there, have left, or have no access', async () => {
    const { task } = await desk.openTask()
    const left = await desk.addWorker()
    await desk.database.db.updateTable('users').set({ active: false }).where('id', '=', left.id).execute()
    const stranger = await desk.addWorker([await desk.addChannel()])
    const code = async (id: string) =>
      (await anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { assigneeIds: [id] } })).json.error.code
    expect(await code(left.id)).toBe('unknown_employee')
    expect(await code('01900000-0000-7000-8000-000000000000')).toBe('unknown_employee')
    expect(await code(stranger.id)).toBe('employee_without_access')
  })

  it('refuses misspelt keys', async () => {
    const { task } = await desk.openTask()
    expect((await anna.ask(`/api/tasks/${task}`, { method: 'PATCH', body: { staus: 'done' } })).status).toBe(400)
  })
})
