import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import { startSession } from '../../src/store/access/sessions.ts'
import { inTransaction, type Role } from '../../src/store/index.ts'
import type { Answered } from '../http/api.ts'
import { numbers, template } from '../http/campaigns/campaign-desk.ts'
import type { OpenTask } from '../http/work/desk.ts'
import { addressOf, type Furnished, openFurnished, PHONE } from './furnished.ts'
import { isAtLeast, LOWEST } from './lowest-roles.ts'
import { documentedRoutes, NOBODYS, type Route } from './whole-app.ts'

/** To whom the thing belongs that a path names by its id. A new one must be decided here. */
const BELONGS: Record<string, 'a channel' | 'a person' | 'the house'> = {
  tasks: 'a channel',
  contacts: 'a channel',
  channels: 'a channel',
  comments: 'a channel',
  deliveries: 'a channel',
  attachments: 'a channel',
  campaigns: 'a channel',
  bulk: 'a channel',
  templates: 'a channel',
  runs: 'a channel',
  'dead-letters': 'a channel',
  me: 'a person',
  views: 'a person',
  // Shared ones are everybody's.
  'quick-replies': 'a person',
  users: 'the house',
  groups: 'the house',
  tokens: 'the house',
  'task-templates': 'the house',
  calendars: 'the house',
  endpoints: 'the house',
  scenarios: 'the house',
  webhooks: 'the house',
  'webhook-deliveries': 'the house',
  'incoming-webhooks': 'the house',
}

/** Bodies with which a route would work, so that nothing but the channel keeps it from doing so. */
const BODIES: Record<string, () => object> = {
  'patch /api/tasks/{id}': () => ({ status: 'done' }),
  'put /api/tasks/{id}/read': () => ({}),
  'put /api/tasks/{id}/snooze': () => ({ until: null }),
  'put /api/tasks/{id}/presence': () => ({ state: 'viewing' }),
  'post /api/tasks/{id}/comments': () => ({ text: 'Hi', notify: { contact: true } }),
  'post /api/tasks/{id}/buttons/{scenarioId}': () => ({}),
  'patch /api/contacts/{id}': () => ({ name: 'Mine' }),
  'post /api/deliveries/{id}/settle': () => ({ outcome: 'sent' }),
  'patch /api/channels/{id}': () => ({ name: 'Mine' }),
  'put /api/campaigns/{id}': () => order(),
  'post /api/campaigns/{id}/test': () => ({ to: '+16505550000' }),
  'patch /api/templates/{id}': () => ({ components: [{ type: 'BODY', text: 'Mine' }] }),
  'post /api/templates/{id}/preview': () => ({ parameters: { body: ['x'] } }),
  'post /api/dead-letters/{id}/resolve': () => ({}),
}
/** What a route has to be asked, beside its path. */
const QUERIES: Record<string, string> = {
  'get /api/channels/{id}/history': `?client=%2B${PHONE}`,
  'get /api/channels/{id}/phone-book': `?q=%2B${PHONE}`,
}
const order = () => ({
  channelId: desk.channel,
  name: 'Mine',
  template: template('plain'),
  recipients: numbers(1),
  draft: true,
})

let desk: Furnished
let routes: Route[]
let elsewhere: ChannelId
let theirs: OpenTask
beforeAll(async () => {
  desk = await openFurnished()
  await desk.database.db.updateTable('channels').set({ name: 'Hidden shop' }).where('id', '=', desk.channel).execute()
  routes = (await documentedRoutes(desk)).routes
  elsewhere = await desk.addChannel()
  theirs = await desk.openTask({ channel: elsewhere, name: 'Visible Vera' })
})
afterAll(() => desk.close())

type Stranger = (method: string, path: string, body?: object) => Promise<Answered>
/** Somebody signed in who may use the other channel alone. */
async function stranger(role: Role): Promise<Stranger> {
  const id = await desk.addUser(role, { channelIds: [elsewhere] })
  const cookie = `parley=${await inTransaction(desk.database.db, (tx) => startSession(tx, id, null))}`
  return (method, path, body) => desk.ask(path, { method, cookie, ...(body && { body }) })
}
const ROLES = ['operator', 'author', 'admin'] as const

async function picture() {
  const { pool } = desk.database
  const all: Record<string, unknown> = {}
  const ofChannels = ['tasks', 'comments', 'contacts', 'deliveries', 'channels', 'dead_letters', 'campaigns', 'runs']
  for (const table of [...ofChannels, 'attachments', 'templates', 'conversations', 'conversation_events', 'users']) {
    const { rows } = await pool.query(
      `select to_jsonb(t) as row from ${table} t where to_jsonb(t)->>'email' is null order by 1`,
    )
    all[table] = rows
  }
  return all
}
/** Ids, names and numbers of what is hidden. */
const hidden = (): string[] => {
  const ofChannel = Object.entries(desk.ids).flatMap(([kind, id]) => (BELONGS[kind] === 'a channel' ? [id] : []))
  return [...ofChannel, desk.at.conversation, PHONE, 'Hidden']
}
const shows = (text: string, asked: string) => hidden().filter((part) => text.includes(part) && !asked.includes(part))

describe('what belongs to a channel that somebody may not use (S11)', () => {
  it('is known: every kind of thing that a path names has its place in the table', () => {
    const kinds = new Set(routes.filter(({ path }) => path.includes('{')).map(({ path }) => path.split('/')[2]))
    expect([...kinds].toSorted()).toEqual(Object.keys(BELONGS).toSorted())
  })

  it('is there for whoever may use every channel', async () => {
    for (const { route, method, path } of routes) {
      const address = addressOf(path, desk.ids)
      if (method !== 'GET' || !path.includes('{') || BELONGS[path.split('/')[2] ?? ''] !== 'a channel') continue
      if (address === null) continue
      const { status } = await desk.owner(`${address}${QUERIES[route] ?? ''}`)
      // A campaign that was not planned as a draft has no order any more.
      expect([route, status]).toEqual([route, route.endsWith('/order') ? expect.any(Number) : 200])
    }
  })

  it.each(ROLES)('is not there for an %s, by its id on any route, as if it had never been', async (role) => {
    const ask = await stranger(role)
    const before = await picture()
    let asked = 0
    for (const { route, method, path } of routes) {
      const kind = path.split('/')[2] ?? ''
      const address = addressOf(path, desk.ids)
      if (!path.includes('{') || BELONGS[kind] !== 'a channel' || address === null) continue
      const query = QUERIES[route] ?? ''
      const isAllowed = isAtLeast(role, LOWEST[route] as Role)
      const about = (id: string) => ask(method, `${id}${query}`, BODIES[route]?.())
      const foreign = await about(address)
      const [status, code] = isAllowed ? [404, 'not_found'] : [403, 'forbidden']
      expect([route, foreign.status, foreign.json.error.code]).toEqual([route, status, code])
      expect([route, shows(foreign.text, '')]).toEqual([route, []])
      // Nobody learns that it is there: the answer is that of an id which nothing has.
      const absent = await about(address.replace(desk.ids[kind] ?? '', NOBODYS))
      expect([route, absent.status, absent.text]).toEqual([route, status, foreign.text])
      asked++
    }
    expect(asked).toBeGreaterThan(40)
    expect(await picture()).toEqual(before)
  })

  it.each(['operator', 'admin'] as const)(
    'is in no list, no search and no export of an %s',
    async (role) => {
      const ask = await stranger(role)
      for (const { route, method, path, operation } of routes) {
        if (method !== 'GET' || path.includes('{') || path === '/api/live') continue
        if (!isAtLeast(role, LOWEST[route] as Role)) continue
        const plain = await ask('GET', path)
        expect([route, shows(plain.text, '')]).toEqual([route, []])
        for (const { in: place, name } of (operation.parameters ?? []) as { in: string; name: string }[]) {
          if (place !== 'query') continue
          const words = ['Hidden', 'hid', PHONE, PHONE.slice(-7), `+${PHONE}`]
          for (const value of name.endsWith('Id') ? hidden() : words) {
            const at = `${path}?${name}=${encodeURIComponent(value)}`
            const answer = await ask('GET', at)
            expect([at, answer.status]).toEqual([at, expect.toBeOneOf([200, 400, 403, 404])])
            expect([at, shows(answer.text, value)]).toEqual([at, []])
          }
        }
      }
    },
    60_000,
  )

  it('cannot be named in a body: not to write, to send, to merge, to count, nor to give it to somebody', async () => {
    const ask = await stranger('admin')
    const channelId = desk.channel
    const to = `+${PHONE}`
    const filled = template('plain')
    const before = await picture()
    const attempts: [string, string, object][] = [
      ['POST', '/api/outbound', { channelId, to, template: filled }],
      ['POST', '/api/messages', { channelId, to, text: 'Hi' }],
      ['POST', '/api/campaigns', order()],
      ['POST', '/api/campaigns/preview', order()],
      ['POST', '/api/templates/sync', { channelId }],
      [
        'POST',
        '/api/templates',
        { channelId, name: 'mine', language: 'en', category: 'utility', components: [{ type: 'BODY', text: 'x' }] },
      ],
      ['POST', '/api/contacts/merge', { intoId: theirs.contact, fromId: desk.at.contact }],
      ['POST', '/api/contacts/merge', { intoId: desk.at.contact, fromId: theirs.contact }],
      ['POST', `/api/tasks/${theirs.task}/comments`, { text: 'x', attachmentIds: [desk.ids.attachments] }],
      ['POST', `/api/tasks/${theirs.task}/comments`, { text: 'x', replyTo: desk.ids.comments }],
      ['POST', '/api/users', { name: 'M', email: 'mine@example.test', role: 'operator', channelIds: [channelId] }],
      ['POST', '/api/users', { name: 'M', email: 'mine@example.test', role: 'operator', channelIds: null }],
      ['POST', '/api/tokens', { name: 'mine', role: 'operator', channelIds: [channelId] }],
      ['POST', '/api/tokens', { name: 'mine', role: 'operator' }],
      ['POST', '/api/channels/check', { provider: 'whatsapp-cloud', channelId }],
    ]
    for (const [method, path, body] of attempts) {
      const { status, text } = await ask(method, path, body)
      const at = `${path} ${JSON.stringify(body).slice(0, 120)}`
      expect([at, status]).toEqual([at, expect.toBeOneOf([400, 403, 404, 422])])
      expect([at, shows(text, JSON.stringify(body))]).toEqual([at, []])
    }
    expect(await picture()).toEqual(before)
  })
})

describe('what a person keeps for themselves (S11)', () => {
  it('is not there for anybody else, be they an owner', async () => {
    const anna = await desk.addWorker()
    const own = {
      views: (await anna.ask('/api/views', { body: { name: 'Mine', filter: {} } })).json.id,
      'quick-replies': (
        await anna.ask('/api/quick-replies', { body: { title: 'Own', text: 'x', shared: false, attachmentIds: [] } })
      ).json.id,
      me: (await anna.ask('/api/me/sessions')).json.items[0].id,
    }
    for (const [kind, id] of Object.entries(own)) expect([kind, id]).toEqual([kind, expect.any(String)])
    const id = await desk.addUser('owner')
    const cookie = `parley=${await inTransaction(desk.database.db, (tx) => startSession(tx, id, null))}`
    for (const { route, method, path } of routes) {
      const kind = path.split('/')[2] ?? ''
      const address = addressOf(path, { ...own, '{quickReplyId}': NOBODYS })
      if (BELONGS[kind] !== 'a person' || !path.includes('{') || address === null) continue
      const body = method === 'PATCH' ? { [kind === 'views' ? 'name' : 'title']: 'Taken' } : undefined
      const { status } = await desk.ask(address, { method, cookie, ...(body && { body }) })
      expect([route, status]).toEqual([route, 404])
    }
    expect((await anna.ask('/api/me/sessions')).status).toBe(200)
  })
})
