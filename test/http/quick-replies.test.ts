import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSession } from '../../src/store/access/sessions.ts'
import { inTransaction } from '../../src/store/index.ts'
import type { Answered, Asking } from './api.ts'
import { type Desk, openDesk, PNG, type Worker } from './work/desk.ts'

let desk: Desk
let anna: Worker
let ben: Worker
/** may manage shared ones */
let author: Worker

beforeAll(async () => {
  desk = await openDesk()
  ;[anna, ben] = [await desk.addWorker(), await desk.addWorker()]
  const id = await desk.addUser('author')
  const cookie = `parley=${await inTransaction(desk.database.db, (tx) => startSession(tx, id, null))}`
  author = { id, cookie, ask: (path, asking) => desk.ask(path, { cookie, ...asking }) }
})
afterAll(() => desk.close())

type Ask = (path: string, asking?: Asking) => Promise<Answered>
const create = ({ ask }: { ask: Ask }, body: object) => ask('/api/quick-replies', { body })
const change = ({ ask }: { ask: Ask }, id: string, body: object) =>
  ask(`/api/quick-replies/${id}`, { method: 'PATCH', body })
const remove = ({ ask }: { ask: Ask }, id: string) => ask(`/api/quick-replies/${id}`, { method: 'DELETE' })
const titles = async (who: Worker, query = '') =>
  (await who.ask(`/api/quick-replies?${query}`)).json.items.map(({ title }: { title: string }) => title)
const outcome = ({ status, json }: Answered) => [status, json?.error?.code ?? null]
const upload = async (who: Worker, name = 'price.png') => (await desk.upload(who, PNG, name)).json.id as string
const content = async (who: Worker, id: string) => {
  const answer = await desk.app.request(`/api/attachments/${id}/content`, { headers: { cookie: who.cookie } })
  return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()).equals(PNG) : answer.status
}
const storedFiles = async () =>
  (await readdir(desk.filesDirectory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    .length

describe('a quick reply', () => {
  it('has the contract’s form', async () => {
    const file = await upload(author)
    const { status, json } = await create(author, {
      title: ' Delivery ',
      shortcut: 'Доставка',
      folder: 'Orders',
      text: 'Hello {{contact.firstName | there}}',
      attachmentIds: [file, file],
      shared: true,
    })
    expect([status, json]).toEqual([
      201,
      {
        id: expect.any(String),
        title: 'Delivery',
        shortcut: 'доставка',
        folder: 'Orders',
        text: 'Hello {{contact.firstName | there}}',
        attachmentIds: [file],
        attachments: [
          { id: file, name: 'price.png', mime: 'image/png', size: PNG.length, url: `/api/attachments/${file}/content` },
        ],
        shared: true,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ])
    expect((await anna.ask(`/api/quick-replies/${json.id}`)).json).toEqual(json)
    expect((await remove(author, json.id)).status).toBe(204)
    expect(outcome(await anna.ask(`/api/quick-replies/${json.id}`))).toEqual([404, 'not_found'])
  })

  it('of one’s own is nobody else’s to see or change', async () => {
    const { json } = await create(anna, { title: 'Own', text: 'Private words' })
    expect(json.shared).toBe(false)
    for (const other of [ben, author]) {
      expect(outcome(await other.ask(`/api/quick-replies/${json.id}`))).toEqual([404, 'not_found'])
      expect(outcome(await change(other, json.id, { title: 'Mine' }))).toEqual([404, 'not_found'])
      expect(outcome(await remove(other, json.id))).toEqual([404, 'not_found'])
      expect(await titles(other)).not.toContain('Own')
    }
    expect((await change(anna, json.id, { text: 'Other words' })).json.text).toBe('Other words')
    expect((await remove(anna, json.id)).status).toBe(204)
  })

  it('shared with everybody is kept by authors, and used by all', async () => {
    const { json } = await create(author, { title: 'Ours', text: 'x', shared: true })
    expect(await titles(ben)).toContain('Ours')
    expect(outcome(await change(anna, json.id, { title: 'Mine' }))).toEqual([403, 'forbidden'])
    expect(outcome(await change(anna, json.id, { shared: false }))).toEqual([403, 'forbidden'])
    expect(outcome(await remove(anna, json.id))).toEqual([403, 'forbidden'])
    expect(outcome(await create(anna, { title: 'Ours too', text: 'x', shared: true }))).toEqual([403, 'forbidden'])
    const own = (await create(anna, { title: 'Own', text: 'x' })).json.id
    expect(outcome(await change(anna, own, { shared: true }))).toEqual([403, 'forbidden'])
    expect((await change(author, json.id, { shared: false })).json.shared).toBe(false)
    expect(await titles(ben)).not.toContain('Ours')
    expect(await titles(author)).toContain('Ours')
    await Promise.all([remove(anna, own), remove(author, json.id)])
  })

  it('of a token is a shared one: a token is nobody', async () => {
    const token = await desk.addToken('author')
    const ask: Ask = (path, asking) => desk.ask(path, { token, ...asking })
    expect(outcome(await create({ ask }, { title: 'x', text: 'x' }))).toEqual([422, 'no_owner'])
    const { status, json } = await create({ ask }, { title: 'x', text: 'x', shared: true })
    expect(status).toBe(201)
    expect(outcome(await change({ ask }, json.id, { shared: false }))).toEqual([422, 'no_owner'])
    const own = (await create(anna, { title: 'Own', text: 'x' })).json.id
    expect((await ask('/api/quick-replies')).json.items.map(({ id }: { id: string }) => id)).toEqual([json.id])
    expect((await ask(`/api/quick-replies/${own}`)).status).toBe(404)
    await Promise.all([remove({ ask }, json.id), remove(anna, own)])
  })

  it.each([
    [{ text: 'x' }, 400, 'invalid_request'],
    [{ title: ' ', text: 'x' }, 400, 'invalid_request'],
    [{ title: 'x', text: 'x', shortcut: 'two words' }, 400, 'invalid_request'],
    [{ title: 'x', text: 'x', shortcut: '/x' }, 400, 'invalid_request'],
    [{ title: 'x', text: 'x', shortcut: 'x'.repeat(51) }, 400, 'invalid_request'],
    [{ title: 'x', text: 'x'.repeat(10_001) }, 400, 'invalid_request'],
    [{ title: 'x', text: 'x', colour: 'red' }, 400, 'invalid_request'],
    [{ title: 'x', text: 'x', attachmentIds: ['x'] }, 400, 'invalid_request'],
    [{ title: 'x', text: ' ' }, 422, 'empty_quick_reply'],
    [{ title: 'x', text: 'x', attachmentIds: ['01900000-0000-7000-8000-000000000000'] }, 422, 'unknown_attachment'],
  ])('%j is refused', async (body, status, code) => {
    expect(outcome(await create(anna, body))).toEqual([status, code])
  })

  it('with a variable that there is not is refused, with its place', async () => {
    const text = 'Hi {{contact.name}}\n{{contact.nme}}'
    const { status, json } = await create(anna, { title: 'x', text })
    expect([status, json.error.code]).toEqual([400, 'unknown_variable'])
    expect(json.error.details).toEqual([
      {
        in: 'json',
        path: 'text',
        code: 'unknown_variable',
        variable: 'contact.nme',
        position: 20,
        line: 2,
        column: 1,
        message: expect.stringContaining('contact.firstName'),
      },
    ])
    const own = (await create(anna, { title: 'x', text: 'x' })).json.id
    expect(outcome(await change(anna, own, { text }))).toEqual([400, 'unknown_variable'])
    expect(outcome(await change(anna, own, { text: '{{me.name' }))).toEqual([400, 'variable_not_closed'])
    expect(outcome(await change(anna, own, { text: '' }))).toEqual([422, 'empty_quick_reply'])
    await remove(anna, own)
  })

  it('is made once for one Idempotency-Key', async () => {
    const ask = () =>
      anna.ask('/api/quick-replies', { body: { title: 'Once', text: 'x' }, headers: { 'idempotency-key': 'once' } })
    const [first, second] = [await ask(), await ask()]
    expect([first.status, second.text]).toEqual([201, first.text])
    expect((await titles(anna)).filter((title: string) => title === 'Once')).toHaveLength(1)
    await remove(anna, first.json.id)
  })
})

describe('shortcuts', () => {
  it('are one of each owner, in any case', async () => {
    const shared = (await create(author, { title: 'Shared', text: 'x', shortcut: 'Hi', shared: true })).json.id
    const own = (await create(anna, { title: 'Own', text: 'x', shortcut: 'hi' })).json.id
    const taken = await create(anna, { title: 'Own', text: 'x', shortcut: 'HI' })
    expect([...outcome(taken), taken.json.error.details]).toEqual([409, 'shortcut_taken', { quickReplyId: own }])
    const other = (await create(anna, { title: 'Other', text: 'x', shortcut: 'hello' })).json.id
    expect(outcome(await change(anna, other, { shortcut: 'hi' }))).toEqual([409, 'shortcut_taken'])
    expect((await change(anna, own, { shortcut: 'hi', title: 'Still mine' })).status).toBe(200)
    expect((await change(anna, own, { shortcut: null })).json.shortcut).toBeNull()
    expect((await change(anna, other, { shortcut: 'hi' })).status).toBe(200)
    const personal = (await create(author, { title: 'Author’s', text: 'x', shortcut: 'hi' })).json.id
    expect(outcome(await change(author, shared, { shared: false }))).toEqual([409, 'shortcut_taken'])
    await Promise.all([remove(author, shared), remove(author, personal), remove(anna, own), remove(anna, other)])
  })

  it('asked for by several at once go to one of them', async () => {
    const body = { title: 'Race', text: 'x', shortcut: 'race' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(anna, body)))
    expect(answers.map(outcome).toSorted()).toEqual([[201, null], ...Array(7).fill([409, 'shortcut_taken'])])
    for (const { json } of answers) if (json.id) await remove(anna, json.id)
  })
})

describe('the list', () => {
  it('is sorted by title, searched, folded and paged', async () => {
    const made = []
    for (const [title, folder, text, shortcut] of [
      ['b second', 'Orders', '100% sure', 'two'],
      ['A first', 'orders', 'Hello', null],
      ['C third', 'Orders', 'Привет', 'three'],
      ['a first', null, 'Bye', null],
    ]) {
      made.push((await create(ben, { title, folder, text, shortcut })).json.id)
    }
    expect(await titles(ben)).toEqual(['A first', 'a first', 'b second', 'C third'])
    expect(await titles(ben, 'q=FIRST')).toEqual(['A first', 'a first'])
    expect(await titles(ben, `q=${encodeURIComponent('привет')}`)).toEqual(['C third'])
    expect(await titles(ben, 'q=three')).toEqual(['C third'])
    expect(await titles(ben, 'q=%25')).toEqual(['b second'])
    expect(await titles(ben, 'folder=Orders')).toEqual(['b second', 'C third'])
    expect((await ben.ask('/api/quick-replies/folders')).json).toEqual({
      items: [
        { name: 'Orders', count: 2 },
        { name: 'orders', count: 1 },
      ],
      next: null,
    })
    expect((await anna.ask('/api/quick-replies/folders')).json.items).toEqual([])
    const paged: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Answered = await ben.ask(`/api/quick-replies?limit=1${cursor && `&cursor=${cursor}`}`)
      paged.push(...page.json.items.map(({ title }: { title: string }) => title))
      cursor = page.json.next
    }
    expect(paged).toEqual(await titles(ben))
    expect(outcome(await ben.ask('/api/quick-replies?cursor=x'))).toEqual([400, 'cursor_invalid'])
    const long = (await create(ben, { title: '😀'.repeat(100), text: 'x' })).json.id
    const next = (await ben.ask('/api/quick-replies?limit=1&q=x')).json.next
    expect(next).toBeNull()
    for (const id of [...made, long]) await remove(ben, id)
  })
})

describe('files', () => {
  it('are one’s own uploads, kept by the quick reply and by nothing else', async () => {
    const [mine, bens, used] = [await upload(anna), await upload(ben), await upload(anna)]
    const { task } = await desk.openTask()
    await anna.ask(`/api/tasks/${task}/comments`, { body: { attachmentIds: [used] } })
    for (const file of [bens, used]) {
      const refused = await create(anna, { title: 'x', attachmentIds: [mine, file] })
      expect([...outcome(refused), refused.json.error.details]).toEqual([422, 'unknown_attachment', { ids: [file] }])
    }
    const own = (await create(anna, { title: 'x', attachmentIds: [mine] })).json.id
    expect(outcome(await create(anna, { title: 'y', attachmentIds: [mine] }))).toEqual([422, 'unknown_attachment'])
    const taken = await anna.ask(`/api/tasks/${task}/comments`, { body: { attachmentIds: [mine] } })
    expect(outcome(taken)).toEqual([422, 'unknown_attachment'])
    expect(await content(anna, mine)).toBe(true)
    expect(await content(ben, mine)).toBe(404)
    await remove(anna, own)
  })

  it('of a shared one are everybody’s to see, and go when it lets go of them', async () => {
    const before = await storedFiles()
    const [one, two] = [await upload(author), await upload(author)]
    const { id } = (await create(author, { title: 'Shared', attachmentIds: [one, two], shared: true })).json
    expect([await content(ben, one), await content(ben, two)]).toEqual([true, true])
    const three = await upload(author)
    const changed = await change(author, id, { attachmentIds: [three, two] })
    expect(changed.json.attachmentIds).toEqual([three, two])
    expect([await content(author, one), await content(ben, three)]).toEqual([404, true])
    await remove(author, id)
    expect(await storedFiles()).toBe(before)
  })
})

describe('in a task', () => {
  const of = (task: string, id: string) => `/api/tasks/${task}/quick-replies/${id}`

  it('it reads as it would be written, and nothing changes', async () => {
    const { task, contact } = await desk.openTask({ name: 'Grace Hopper', phone: '16505550321' })
    await anna.ask(`/api/contacts/${contact}`, { method: 'PATCH', body: { fields: { city: '{{me.name}}' } } })
    const text =
      '{{contact.firstName}} {{contact.phone}} {{contact.fields.city}} {{channel.name}}: {{task.title}}{{task.fields.x}}'
    const { id } = (await create(anna, { title: 'x', text })).json
    const expected = {
      text: 'Grace +16505550321 {{me.name}} Shop: WhatsApp: Grace Hopper',
      missing: ['task.fields.x'],
      attachments: [],
    }
    const feed = (await anna.ask(`/api/tasks/${task}/comments`)).text
    const [looked, inserted] = [await anna.ask(of(task, id)), await anna.ask(of(task, id), { method: 'POST' })]
    expect([looked.status, looked.json, inserted.status, inserted.json]).toEqual([200, expected, 201, expected])
    expect((await anna.ask(`/api/tasks/${task}/comments`)).text).toBe(feed)
    const deliveries = await desk.database.pool.query('select from deliveries')
    expect(deliveries.rowCount).toBe(0)
    await remove(anna, id)
  })

  it('names whoever asks, and leaves a token’s name out', async () => {
    const { task } = await desk.openTask()
    const { id } = (await create(author, { title: 'x', text: 'I am {{me.name}}', shared: true })).json
    const me = (await anna.ask('/api/me')).json.name
    expect((await anna.ask(of(task, id))).json.text).toBe(`I am ${me}`)
    const token = await desk.addToken('operator')
    expect((await desk.ask(of(task, id), { token })).json).toMatchObject({ text: 'I am ', missing: ['me.name'] })
    await remove(author, id)
  })

  it('its files become fresh uploads for one comment each, as often as it is inserted', async () => {
    const file = await upload(author, 'прайс.png')
    const { id } = (await create(author, { title: 'x', attachmentIds: [file], shared: true })).json
    const { task } = await desk.openTask()
    expect((await anna.ask(of(task, id))).json.attachments).toMatchObject([{ id: file }])
    const copies: string[] = []
    for (const who of [anna, anna, ben]) {
      const { json } = await who.ask(of(task, id), { method: 'POST' })
      expect(json.attachments).toMatchObject([{ name: 'прайс.png', mime: 'image/png', size: PNG.length }])
      copies.push(json.attachments[0].id)
      const comment = await who.ask(`/api/tasks/${task}/comments`, { body: { attachmentIds: [copies.at(-1)] } })
      expect([comment.status, comment.json.attachments.length]).toEqual([201, 1])
    }
    expect(new Set([file, ...copies]).size).toBe(4)
    await remove(author, id)
    for (const copy of copies) expect(await content(ben, copy)).toBe(true)
  })

  it('is inserted once for one Idempotency-Key, and leaves no bytes behind', async () => {
    const { id } = (await create(author, { title: 'x', attachmentIds: [await upload(author)], shared: true })).json
    const { task } = await desk.openTask()
    const before = await storedFiles()
    const ask = () => anna.ask(of(task, id), { method: 'POST', headers: { 'idempotency-key': 'insert' } })
    const answers = [...(await Promise.all([ask(), ask(), ask()])), await ask()]
    const ids = answers.flatMap(({ json }) => (json.attachments ?? []).map((one: { id: string }) => one.id))
    expect(new Set(ids).size).toBe(1)
    expect(answers.every(({ status, json }) => status === 201 || json.error.code === 'idempotency_in_flight')).toBe(
      true,
    )
    expect(await storedFiles()).toBe(before + 1)
    expect(await content(anna, ids[0])).toBe(true)
    await remove(author, id)
  })

  it('is refused where a file is lost, and leaves nothing behind', async () => {
    const [kept, lost] = [await upload(author), await upload(author)]
    const { id } = (await create(author, { title: 'x', attachmentIds: [kept, lost], shared: true })).json
    const { task } = await desk.openTask()
    await desk.deps.files.remove(lost)
    const before = await storedFiles()
    expect(outcome(await anna.ask(of(task, id), { method: 'POST' }))).toEqual([409, 'file_missing'])
    expect(await storedFiles()).toBe(before)
    await remove(author, id)
  })

  it('needs a task and a quick reply that one may see', async () => {
    const { task } = await desk.openTask()
    const { id } = (await create(ben, { title: 'x', text: 'x' })).json
    const shared = (await create(author, { title: 'x', text: 'x', shared: true })).json.id
    const stranger = await desk.addWorker([await desk.addChannel()])
    for (const method of ['GET', 'POST']) {
      expect(outcome(await anna.ask(of(task, id), { method }))).toEqual([404, 'not_found'])
      expect(outcome(await anna.ask(of(task, 'x'), { method }))).toEqual([404, 'not_found'])
      expect(outcome(await ben.ask(of('x', id), { method }))).toEqual([404, 'not_found'])
      expect(outcome(await stranger.ask(of(task, shared), { method }))).toEqual([404, 'not_found'])
    }
  })
})
