import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
})
afterAll(() => desk.close())

const merge = (intoId: string, fromId: string) => anna.ask('/api/contacts/merge', { body: { intoId, fromId } })
const unmerge = (mergeId: string) => anna.ask('/api/contacts/unmerge', { body: { mergeId } })
const task = async (id: string) => (await anna.ask(`/api/tasks/${id}`)).json

describe('contacts', () => {
  it('have the contract’s form', async () => {
    const at = await desk.openTask({ phone: '16505550100', name: 'Grace Hopper' })
    const { json } = await anna.ask(`/api/contacts/${at.contact}`)
    expect(json).toEqual({
      id: at.contact,
      name: 'Grace Hopper',
      phone: '+16505550100',
      identities: [
        {
          id: expect.any(String),
          channelId: at.channel,
          kind: 'wa_id',
          value: '16505550100',
          label: null,
          retiredAt: null,
        },
      ],
      optedOut: false,
      optedOutAt: null,
      consent: false,
      consentAt: null,
      fields: {},
      tags: [],
      mergedInto: null,
      merges: [],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    const { merges: _, ...listed } = json
    expect((await anna.ask('/api/contacts?q=grace')).json).toEqual({ items: [listed], next: null })
  })

  it('are found by part of a name and by a number in any form', async () => {
    const { contact } = await desk.openTask({ phone: '5215512345678', name: 'Frida Kahlo' })
    const find = async (q: string) =>
      (await anna.ask(`/api/contacts?q=${encodeURIComponent(q)}`)).json.items.map((item: { id: string }) => item.id)
    for (const q of ['frida', 'KAHLO', '+52 55 1234 5678', '5215512345678', '55 1234', '0052-55-1234-5678']) {
      expect([q, await find(q)]).toEqual([q, [contact]])
    }
    expect(await find('%')).toEqual([])
  })

  it('page, the newest first', async () => {
    const all = (await anna.ask('/api/contacts')).json.items.map(({ id }: { id: string }) => id)
    const first = (await anna.ask('/api/contacts?limit=1')).json
    const second = (await anna.ask(`/api/contacts?limit=200&cursor=${first.next}`)).json
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all)
  })

  it('are changed by people, whose name for a client stands', async () => {
    const { contact } = await desk.openTask()
    const { status, json } = await anna.ask(`/api/contacts/${contact}`, {
      method: 'PATCH',
      body: { name: 'Sheena (wholesale)', fields: { city: 'Oslo' }, tags: ['vip', 'vip'], optedOut: true },
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({ name: 'Sheena (wholesale)', fields: { city: 'Oslo' }, tags: ['vip'], optedOut: true })
    const row = await desk.database.db
      .selectFrom('contacts')
      .select('name_by')
      .where('id', '=', contact)
      .executeTakeFirstOrThrow()
    expect(row.name_by).toBe('employee')
    const back = await anna.ask(`/api/contacts/${contact}`, { method: 'PATCH', body: { optedOut: false } })
    expect(back.json).toMatchObject({ name: 'Sheena (wholesale)', tags: ['vip'], optedOut: false })
  })
})

describe('what a client wants of marketing', () => {
  const patch = (id: string, body: object) => anna.ask(`/api/contacts/${id}`, { method: 'PATCH', body })
  const feed = async (id: string) =>
    (await anna.ask(`/api/tasks/${id}/comments`)).json.items.map(
      ({ author, kind, text, data }: Record<string, unknown>) => ({ author, kind, text, data }),
    )

  it('is recorded with its time, which saying it again does not move', async () => {
    const { contact } = await desk.openTask()
    const agreed = (await patch(contact, { consent: true })).json
    expect(agreed).toMatchObject({ consent: true, consentAt: expect.any(String), optedOut: false, optedOutAt: null })
    expect((await patch(contact, { consent: true })).json.consentAt).toBe(agreed.consentAt)
    const out = (await patch(contact, { optedOut: true })).json
    expect(out).toMatchObject({ consent: true, optedOut: true, optedOutAt: expect.any(String) })
    expect((await patch(contact, { optedOut: true, consent: false })).json).toMatchObject({
      consent: false,
      consentAt: null,
      optedOutAt: out.optedOutAt,
    })
    const { rows } = await desk.database.pool.query(
      `select detail from audit_log where action = 'contact.changed' and subject_id = $1 order by id`,
      [contact],
    )
    const decided = rows.map(({ detail: { optedOut, consent } }) => ({ optedOut, consent }))
    expect(decided).toEqual([
      { consent: true },
      { consent: true },
      { optedOut: true },
      { optedOut: true, consent: false },
    ])
  })

  it('is told to their active tasks, once, where they opt out or in again', async () => {
    const at = await desk.openTask()
    const closed = await desk.openTask({ channel: await desk.addChannel() })
    await merge(at.contact, closed.contact)
    await anna.ask(`/api/tasks/${closed.task}`, { method: 'PATCH', body: { status: 'done' } })
    const before = [await feed(at.task), await feed(closed.task)]
    await patch(at.contact, { consent: true, tags: ['x'] })
    await patch(at.contact, { optedOut: false })
    expect([await feed(at.task), await feed(closed.task)]).toEqual(before)
    await patch(at.contact, { optedOut: true })
    await patch(at.contact, { optedOut: true })
    await patch(at.contact, { optedOut: false })
    const line = (text: string, to: boolean) => ({
      author: { kind: 'employee', id: anna.id, name: expect.any(String) },
      kind: 'system',
      text,
      data: { change: 'optedOut', to },
    })
    expect(await feed(at.task)).toEqual([
      ...before[0],
      line('The client stopped marketing messages', true),
      line('The client allows marketing messages again', false),
    ])
    expect(await feed(closed.task)).toEqual(before[1])
  })
})

describe('merging contacts', () => {
  it('moves conversations and requesters, and routes no task elsewhere', async () => {
    const [one, two] = [await desk.openTask({ name: 'One' }), await desk.openTask({ name: 'Two' })]
    const before = await task(two.task)
    const { status, json } = await merge(one.contact, two.contact)
    expect(status).toBe(200)
    expect(json).toMatchObject({ mergeId: expect.any(String), contact: { id: one.contact, name: 'One' } })
    expect(json.contact.identities).toHaveLength(2)
    expect(await task(two.task)).toMatchObject({
      requester: { id: one.contact, name: 'One' },
      channelId: before.channelId,
      conversationId: before.conversationId,
      updatedAt: before.updatedAt,
    })
    expect((await anna.ask(`/api/contacts/${two.contact}`)).json).toMatchObject({
      id: two.contact,
      name: 'Two',
      identities: [],
      mergedInto: one.contact,
    })
    const found = (await anna.ask('/api/contacts?limit=200')).json.items.map(({ id }: { id: string }) => id)
    expect(found).toContain(one.contact)
    expect(found).not.toContain(two.contact)
    const change = await anna.ask(`/api/contacts/${two.contact}`, { method: 'PATCH', body: { name: 'X' } })
    expect([change.status, change.json.error.details]).toEqual([409, { mergedInto: one.contact }])

    const back = await unmerge(json.mergeId)
    expect([back.status, back.json.contact.id, back.json.into.id]).toEqual([200, two.contact, one.contact])
    expect((await task(two.task)).requester).toMatchObject({ id: two.contact, name: 'Two' })
    expect((await anna.ask(`/api/contacts/${two.contact}`)).json.mergedInto).toBeNull()
  })

  it('refuses what cannot be', async () => {
    const [a, b, c] = [await desk.openTask(), await desk.openTask(), await desk.openTask()]
    const self = await merge(a.contact, a.contact)
    expect([self.status, self.json.error.code]).toEqual([422, 'same_contact'])
    expect((await merge(a.contact, '01900000-0000-7000-8000-000000000000')).status).toBe(404)
    const { json } = await merge(a.contact, b.contact)
    for (const answer of [await merge(c.contact, b.contact), await merge(b.contact, c.contact)]) {
      expect([answer.status, answer.json.error.code, answer.json.error.details]).toEqual([
        409,
        'contact_merged',
        { contactId: b.contact, mergedInto: a.contact },
      ])
    }
    expect((await unmerge(json.mergeId)).status).toBe(200)
    const twice = await unmerge(json.mergeId)
    expect([twice.status, twice.json.error.code]).toEqual([409, 'merge_undone'])
    expect((await unmerge('01900000-0000-7000-8000-000000000000')).status).toBe(404)
  })

  it('carries a refusal of marketing along, and gives it back', async () => {
    const [a, b] = [await desk.openTask(), await desk.openTask()]
    await anna.ask(`/api/contacts/${b.contact}`, { method: 'PATCH', body: { optedOut: true } })
    const { json } = await merge(a.contact, b.contact)
    expect(json.contact.optedOut).toBe(true)
    const back = await unmerge(json.mergeId)
    expect([back.json.contact.optedOut, back.json.into.optedOut]).toEqual([true, false])
  })

  it('happens once for one Idempotency-Key', async () => {
    const [a, b] = [await desk.openTask(), await desk.openTask()]
    const ask = () =>
      anna.ask('/api/contacts/merge', {
        body: { intoId: a.contact, fromId: b.contact },
        headers: { 'idempotency-key': 'merge-1' },
      })
    const [first, second] = [await ask(), await ask()]
    expect([first.status, second.text]).toEqual([200, first.text])
  })

  it('lets only one of two opposite merges happen', async () => {
    const [a, b] = [await desk.openTask(), await desk.openTask()]
    const answers = await Promise.all([merge(a.contact, b.contact), merge(b.contact, a.contact)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
  })
})
