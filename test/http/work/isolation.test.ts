import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, type OpenTask, openDesk, type Worker } from './desk.ts'

let desk: Desk
let anna: Worker
/** May see another channel only. */
let stranger: Worker
let at: OpenTask
let delivery: string
let comment: string
let mergeId: string
let quickReply: string
let other: OpenTask

beforeAll(async () => {
  desk = await openDesk()
  anna = await desk.addWorker()
  const elsewhere = await desk.addChannel()
  stranger = await desk.addWorker([elsewhere])
  other = await desk.openTask({ channel: elsewhere, name: 'Visible' })
  at = await desk.openTask({ name: 'Hidden' })
  const written = await anna.ask(`/api/tasks/${at.task}/comments`, { body: { text: 'Hi', notify: { contact: true } } })
  delivery = written.json.delivery.id
  comment = written.json.id
  quickReply = (await stranger.ask('/api/quick-replies', { body: { title: 'Mine', text: '{{contact.name}}' } })).json.id
  const [a, b] = [await desk.openTask(), await desk.openTask()]
  mergeId = (await anna.ask('/api/contacts/merge', { body: { intoId: a.contact, fromId: b.contact } })).json.mergeId
})
afterAll(() => desk.close())

describe('who may see one channel', () => {
  it('is tested here for every route of the daily work', async () => {
    const { json } = await anna.ask('/api/openapi.json')
    const own = /^\/api\/(tasks|comments|contacts|deliveries|attachments|live)\b/
    const routes = Object.entries(json.paths as Record<string, object>)
      .filter(([path]) => own.test(path))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    expect(routes.toSorted()).toEqual([
      'delete /api/tasks/{id}/presence',
      'delete /api/tasks/{id}/read',
      'delete /api/tasks/{id}/snooze',
      'get /api/attachments/{id}/content',
      'get /api/comments/{id}/revisions',
      'get /api/contacts',
      'get /api/contacts/tags',
      'get /api/contacts/{id}',
      'get /api/deliveries',
      'get /api/deliveries/{id}',
      'get /api/live',
      'get /api/tasks',
      'get /api/tasks/counts',
      'get /api/tasks/{id}',
      'get /api/tasks/{id}/buttons',
      'get /api/tasks/{id}/comments',
      'get /api/tasks/{id}/history',
      'get /api/tasks/{id}/presence',
      'get /api/tasks/{id}/quick-replies/{quickReplyId}',
      'patch /api/contacts/{id}',
      'patch /api/tasks/{id}',
      'post /api/attachments',
      'post /api/attachments/{id}/retry',
      'post /api/contacts/merge',
      'post /api/contacts/unmerge',
      'post /api/deliveries/{id}/attend',
      'post /api/deliveries/{id}/retry',
      'post /api/deliveries/{id}/send-now',
      'post /api/deliveries/{id}/settle',
      'post /api/deliveries/{id}/undo',
      'post /api/tasks/change',
      'post /api/tasks/mark',
      'post /api/tasks/{id}/buttons/{scenarioId}',
      'post /api/tasks/{id}/comments',
      'post /api/tasks/{id}/quick-replies/{quickReplyId}',
      'put /api/tasks/{id}/presence',
      'put /api/tasks/{id}/read',
      'put /api/tasks/{id}/snooze',
    ])
  })

  it('gets 404 for everything of another, as if it were not there', async () => {
    const asked: [string, string, unknown?][] = [
      ['GET', `/api/tasks/${at.task}`],
      ['PATCH', `/api/tasks/${at.task}`, { status: 'done' }],
      ['GET', `/api/tasks/${at.task}/comments`],
      ['GET', `/api/tasks/${at.task}/history`],
      ['POST', `/api/tasks/${at.task}/comments`, { text: 'Hi', notify: { contact: true } }],
      ['GET', `/api/tasks/${at.task}/buttons`],
      ['PUT', `/api/tasks/${at.task}/read`, {}],
      ['DELETE', `/api/tasks/${at.task}/read`],
      ['PUT', `/api/tasks/${at.task}/snooze`, { until: null }],
      ['DELETE', `/api/tasks/${at.task}/snooze`],
      ['GET', `/api/tasks/${at.task}/presence`],
      ['PUT', `/api/tasks/${at.task}/presence`, { state: 'viewing' }],
      ['DELETE', `/api/tasks/${at.task}/presence`],
      ['POST', `/api/tasks/${at.task}/buttons/${quickReply}`, {}],
      ['GET', `/api/tasks/${at.task}/quick-replies/${quickReply}`],
      ['POST', `/api/tasks/${at.task}/quick-replies/${quickReply}`],
      ['GET', `/api/contacts/${at.contact}`],
      ['PATCH', `/api/contacts/${at.contact}`, { name: 'Mine' }],
      ['POST', '/api/contacts/merge', { intoId: other.contact, fromId: at.contact }],
      ['POST', '/api/contacts/merge', { intoId: at.contact, fromId: other.contact }],
      ['POST', '/api/contacts/unmerge', { mergeId }],
      ['GET', `/api/deliveries/${delivery}`],
      ['POST', `/api/deliveries/${delivery}/retry`, {}],
      ['POST', `/api/deliveries/${delivery}/settle`, { outcome: 'sent' }],
      ['POST', `/api/deliveries/${delivery}/undo`, {}],
      ['POST', `/api/deliveries/${delivery}/send-now`, {}],
      ['POST', `/api/deliveries/${delivery}/attend`, {}],
      ['GET', `/api/comments/${comment}/revisions`],
      ['GET', `/api/channels/${at.channel}/send-limits`],
    ]
    const made = '01900000-0000-7000-8000-000000000000'
    for (const [method, path, body] of asked) {
      const foreign = await stranger.ask(path, { method, ...(body === undefined ? {} : { body }) })
      expect([method, path, foreign.status, foreign.json.error.code]).toEqual([method, path, 404, 'not_found'])
      const absent = await stranger.ask(path.replace(/[0-9a-f-]{36}/, made), {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.parse(JSON.stringify(body).replace(at.contact, made).replace(mergeId, made)) }),
      })
      expect([method, path, absent.text]).toEqual([method, path, foreign.text])
    }
  })

  it('finds in lists what is theirs, and nothing else', async () => {
    const tasks = (await stranger.ask('/api/tasks')).json.items
    expect(tasks.map(({ id }: { id: string }) => id)).toEqual([other.task])
    const contacts = (await stranger.ask('/api/contacts')).json.items
    expect(contacts.map(({ id }: { id: string }) => id)).toEqual([other.contact])
    expect((await stranger.ask('/api/deliveries')).json.items).toEqual([])
    for (const query of [`contactId=${at.contact}`, `channelId=${at.channel}`, 'q=Hidden']) {
      expect((await stranger.ask(`/api/tasks?${query}`)).json.items).toEqual([])
    }
    expect((await stranger.ask('/api/contacts?q=Hidden')).json.items).toEqual([])
  })

  it('cannot answer a hidden comment from a visible task', async () => {
    const { status } = await stranger.ask(`/api/tasks/${other.task}/comments`, {
      body: { text: 'x', replyTo: comment },
    })
    expect(status).toBe(422)
  })

  it('sees of a shared contact only the names on their channel', async () => {
    const shared = await desk.openTask({ channel: other.channel, phone: '16505559999' })
    const hidden = await desk.openTask({ phone: '16505559999' })
    expect(hidden.contact).toBe(shared.contact)
    const { json } = await stranger.ask(`/api/contacts/${shared.contact}`)
    expect(json.identities.map(({ channelId }: { channelId: string }) => channelId)).toEqual([other.channel])
  })

  it('holds for API tokens too', async () => {
    const token = await desk.addToken('operator', [other.channel])
    expect((await desk.ask(`/api/tasks/${at.task}`, { token })).status).toBe(404)
    expect((await desk.ask(`/api/tasks/${other.task}`, { token })).status).toBe(200)
    const none = await desk.addToken('operator', [])
    expect((await desk.ask('/api/tasks', { token: none })).json.items).toEqual([])
  })
})
