import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import type { Role } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { type Desk, type OpenTask, openDesk, PNG } from '../http/work/desk.ts'

/** The lowest role that may use each route; a new route must be decided here. `open`: nobody has to be signed in. */
const LOWEST: Record<string, Role | 'open'> = {
  'post /api/session': 'open',
  'delete /api/session': 'operator',
  'get /api/me': 'operator',
  'post /api/me/password': 'operator',
  'get /api/tasks': 'operator',
  'get /api/tasks/{id}': 'operator',
  'patch /api/tasks/{id}': 'operator',
  'get /api/tasks/{id}/comments': 'operator',
  'post /api/tasks/{id}/comments': 'operator',
  'get /api/tasks/{id}/buttons': 'operator',
  'post /api/tasks/{id}/buttons/{scenarioId}': 'operator',
  'get /api/explain': 'operator',
  'post /api/outbound': 'operator',
  'post /api/messages': 'operator',
  'get /api/bulk': 'operator',
  'get /api/bulk/{id}': 'operator',
  'get /api/bulk/{id}/messages': 'operator',
  'get /api/contacts': 'operator',
  'get /api/contacts/{id}': 'operator',
  'patch /api/contacts/{id}': 'operator',
  'post /api/contacts/merge': 'operator',
  'post /api/contacts/unmerge': 'operator',
  'get /api/deliveries': 'operator',
  'get /api/deliveries/{id}': 'operator',
  'post /api/deliveries/{id}/retry': 'operator',
  'post /api/deliveries/{id}/settle': 'operator',
  'post /api/deliveries/{id}/undo': 'operator',
  'post /api/attachments': 'operator',
  'get /api/attachments/{id}/content': 'operator',
  'get /api/live': 'operator',
  'get /api/channels': 'operator',
  'get /api/channels/{id}': 'operator',
  'post /api/channels': 'admin',
  'patch /api/channels/{id}': 'admin',
  'delete /api/channels/{id}': 'admin',
  'post /api/channels/{id}/disconnect': 'admin',
  'post /api/channels/{id}/pause': 'admin',
  'post /api/channels/{id}/resume': 'admin',
  'get /api/users': 'operator',
  'get /api/users/{id}': 'operator',
  'post /api/users': 'admin',
  'patch /api/users/{id}': 'admin',
  'delete /api/users/{id}': 'admin',
  'post /api/users/{id}/sign-in-link': 'admin',
  'get /api/groups': 'operator',
  'get /api/groups/{id}': 'operator',
  'post /api/groups': 'admin',
  'patch /api/groups/{id}': 'admin',
  'delete /api/groups/{id}': 'admin',
  'get /api/tokens': 'admin',
  'get /api/tokens/{id}': 'admin',
  'post /api/tokens': 'admin',
  'delete /api/tokens/{id}': 'admin',
  'get /api/task-templates': 'operator',
  'get /api/task-templates/{id}': 'operator',
  'post /api/task-templates': 'author',
  'patch /api/task-templates/{id}': 'author',
  'delete /api/task-templates/{id}': 'author',
  'get /api/settings': 'operator',
  'patch /api/settings': 'admin',
  'get /api/calendars': 'operator',
  'get /api/calendars/{id}': 'operator',
  'post /api/calendars': 'author',
  'patch /api/calendars/{id}': 'author',
  'delete /api/calendars/{id}': 'author',
  'get /api/endpoints': 'admin',
  'get /api/endpoints/{id}': 'admin',
  'post /api/endpoints': 'admin',
  'patch /api/endpoints/{id}': 'admin',
  'delete /api/endpoints/{id}': 'admin',
  'get /api/quick-replies': 'operator',
  'get /api/quick-replies/folders': 'operator',
  'get /api/quick-replies/{id}': 'operator',
  'post /api/quick-replies': 'operator',
  'patch /api/quick-replies/{id}': 'operator',
  'delete /api/quick-replies/{id}': 'operator',
  'get /api/tasks/{id}/quick-replies/{quickReplyId}': 'operator',
  'post /api/tasks/{id}/quick-replies/{quickReplyId}': 'operator',
  'get /api/templates': 'operator',
  'get /api/templates/{id}': 'operator',
  'post /api/templates': 'author',
  'patch /api/templates/{id}': 'author',
  'delete /api/templates/{id}': 'author',
  'post /api/templates/sync': 'operator',
  'post /api/templates/{id}/preview': 'operator',
  'get /api/campaigns': 'operator',
  'get /api/campaigns/{id}': 'operator',
  'get /api/campaigns/{id}/recipients': 'operator',
  'get /api/campaigns/{id}/recipients.csv': 'operator',
  'post /api/campaigns': 'author',
  'post /api/campaigns/preview': 'author',
  'post /api/campaigns/{id}/test': 'author',
  'post /api/campaigns/{id}/start': 'author',
  'post /api/campaigns/{id}/pause': 'author',
  'post /api/campaigns/{id}/resume': 'author',
  'post /api/campaigns/{id}/stop': 'author',
  'post /api/campaigns/{id}/retry-failed': 'author',
  'get /api/scenarios/schema.json': 'operator',
  'get /api/scenarios': 'operator',
  'get /api/scenarios/{id}': 'operator',
  'post /api/scenarios': 'author',
  'put /api/scenarios/{id}': 'author',
  'delete /api/scenarios/{id}': 'author',
  'post /api/scenarios/check': 'author',
  'post /api/scenarios/{id}/check': 'author',
  'post /api/scenarios/dry-run': 'author',
  'post /api/scenarios/{id}/dry-run': 'author',
  'get /api/scenarios/{id}/shadow': 'author',
  'post /api/scenarios/{id}/shadow': 'author',
  'delete /api/scenarios/{id}/shadow': 'author',
  'post /api/scenarios/{id}/publish': 'author',
  'post /api/scenarios/{id}/publish/preview': 'author',
  'post /api/scenarios/{id}/enable': 'author',
  'post /api/scenarios/{id}/disable': 'author',
  'get /api/scenarios/{id}/versions': 'operator',
  'get /api/scenarios/{id}/versions/{version}': 'operator',
  'get /api/house-events': 'author',
  'get /api/runs': 'operator',
  'get /api/runs/{id}': 'operator',
  'post /api/runs/{id}/stop': 'author',
  'post /api/runs/{id}/resume': 'author',
  'get /api/webhooks': 'admin',
  'get /api/webhooks/{id}': 'admin',
  'post /api/webhooks': 'admin',
  'patch /api/webhooks/{id}': 'admin',
  'delete /api/webhooks/{id}': 'admin',
  'post /api/webhooks/{id}/rotate-secret': 'admin',
  'post /api/webhooks/{id}/test': 'admin',
  'get /api/webhooks/{id}/deliveries': 'admin',
  'post /api/webhook-deliveries/{id}/retry': 'admin',
  'get /api/incoming-webhooks': 'admin',
  'get /api/incoming-webhooks/{id}': 'admin',
  'post /api/incoming-webhooks': 'admin',
  'delete /api/incoming-webhooks/{id}': 'admin',
  'post /api/incoming-webhooks/{id}/rotate-secret': 'admin',
  'get /api/incoming-webhooks/{id}/events': 'admin',
  'get /api/dead-letters': 'admin',
  'get /api/dead-letters/{id}': 'admin',
  'post /api/dead-letters/{id}/resolve': 'admin',
}
const RANKS: Role[] = ['operator', 'author', 'admin', 'owner']

let desk: Desk
let routes: { route: string; method: string; path: string; takesBody: boolean }[]
beforeAll(async () => {
  desk = await openDesk()
  const { json } = await desk.owner('/api/openapi.json')
  type Operation = { requestBody?: object }
  routes = Object.entries(json.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      route: `${method} ${path}`,
      method: method.toUpperCase(),
      path,
      takesBody: requestBody !== undefined,
    })),
  )
})
afterAll(() => desk.close())

/** Asks without reading the answer to its end: live updates have none. */
async function statusOf(path: string, method: string, token: string | null, body?: unknown): Promise<number> {
  const response = await desk.app.request(path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  await response.body?.cancel()
  return response.status
}
const NOBODYS = '01900000-0000-7000-8000-000000000000'
const about = (path: string, id: string = NOBODYS) => path.replace('{id}', id)

describe('every route of the OpenAPI document', () => {
  it('has its role in the table', () => {
    expect(routes.map(({ route }) => route).toSorted()).toEqual(Object.keys(LOWEST).sort())
  })

  it('answers 401 to nobody, and to a credential that is none', async () => {
    for (const token of [null, 'guessed', 'parley_guessed']) {
      for (const { route, method, path, takesBody } of routes) {
        if (LOWEST[route] === 'open') continue
        expect([route, await statusOf(about(path), method, token, takesBody ? {} : undefined)]).toEqual([route, 401])
      }
    }
  })

  it.each(RANKS)('lets the %s in where the table says, and nowhere else', async (role) => {
    const token = await desk.addToken(role)
    for (const { route, method, path, takesBody } of routes) {
      const lowest = LOWEST[route]
      if (lowest === 'open' || lowest === undefined) continue
      const status = await statusOf(about(path), method, token, takesBody ? {} : undefined)
      const allowed = RANKS.indexOf(role) >= RANKS.indexOf(lowest)
      expect([route, status < 500, status === 403]).toEqual([route, true, !allowed])
      expect([route, status]).not.toEqual([route, 401])
    }
  })
})

describe('somebody whose channels exclude one', () => {
  let hidden: OpenTask
  let elsewhere: ChannelId
  let ids: Record<string, string>
  beforeAll(async () => {
    elsewhere = await desk.addChannel()
    const visible = await desk.openTask({ channel: elsewhere, name: 'Visible Vera' })
    hidden = await desk.openTask({ name: 'Hidden Henry', phone: '16505550777' })
    const anna = await desk.addWorker()
    const file = await desk.upload(anna, PNG, 'hidden-henry.png')
    const written = await anna.ask(`/api/tasks/${hidden.task}/comments`, {
      body: { text: 'Hidden answer', attachmentIds: [file.json.id], notify: { contact: true } },
    })
    await desk.database.db.updateTable('channels').set({ name: 'Hidden shop' }).where('id', '=', desk.channel).execute()
    const letter = newId()
    await desk.database.pool.query(
      `insert into dead_letters (id, channel_id, path, reason, detail) values ($1, $2, '', 'not_json', 'Hidden letter')`,
      [letter, desk.channel],
    )
    ids = {
      tasks: hidden.task,
      contacts: hidden.contact,
      deliveries: written.json.delivery.id,
      attachments: file.json.id,
      comments: written.json.id,
      channels: desk.channel,
      'dead-letters': letter,
      visible: visible.contact,
    }
  })

  /** A body with which the route would work, so that nothing but the channel keeps it from doing so. */
  const BODIES: Record<string, () => unknown> = {
    'patch /api/tasks/{id}': () => ({ status: 'done' }),
    'post /api/tasks/{id}/comments': () => ({ text: 'Hi', notify: { contact: true } }),
    'patch /api/contacts/{id}': () => ({ name: 'Mine' }),
    'post /api/contacts/merge': () => ({ intoId: ids.visible, fromId: ids.contacts }),
    'post /api/contacts/unmerge': () => ({ mergeId: NOBODYS }),
    'post /api/deliveries/{id}/settle': () => ({ outcome: 'sent' }),
    'patch /api/channels/{id}': () => ({ name: 'Mine' }),
    'post /api/dead-letters/{id}/resolve': () => ({}),
  }

  /** What other systems are told, and say, of the clients of every channel. */
  const EVERYWHERE = /^\/api\/(incoming-)?webhooks/

  it.each(['operator', 'author', 'admin'] as const)('never gets its data as %s, nor changes it', async (role) => {
    const token = await desk.addToken(role, [elsewhere])
    const before = await picture()
    for (const { route, method, path } of routes) {
      const kind = path.split('/')[2] ?? ''
      if (kind === 'live' || (path.includes('{id}') && !(kind in ids))) continue
      if (!path.includes('{id}') && method !== 'GET' && !(route in BODIES)) continue
      const body = BODIES[route]?.()
      const query = route === 'get /api/explain' ? `?commentId=${ids.comments}` : ''
      const answer = await desk.ask(`${about(path, ids[kind])}${query}`, {
        method,
        token,
        ...(body === undefined ? {} : { body }),
      })
      expect([route, answer.text]).not.toEqual([route, expect.stringMatching(/hidden|16505550777/i)])
      for (const id of [hidden.conversation, ids.deliveries, ids['dead-letters']]) {
        expect([route, answer.text.includes(id ?? '')]).toEqual([route, false])
      }
      const forbidden = RANKS.indexOf(role) < RANKS.indexOf(LOWEST[route] as Role) || EVERYWHERE.test(path)
      const isAsked = path.includes('{id}') || method !== 'GET' || query !== ''
      const expected = forbidden ? 403 : isAsked ? 404 : 200
      expect([route, answer.status]).toEqual([route, expected])
    }
    expect(await picture()).toEqual(before)
  })

  async function picture() {
    const { pool } = desk.database
    const tables = ['tasks', 'comments', 'contacts', 'deliveries', 'attachments', 'channels', 'dead_letters']
    const all = []
    for (const table of tables) all.push((await pool.query(`select * from ${table} order by id`)).rows)
    return all
  }

  it('hears nothing of it live', async () => {
    const token = await desk.addToken('operator', [elsewhere])
    const response = await desk.app.request('/api/live', { headers: { authorization: `Bearer ${token}` } })
    const reader = response.body?.getReader()
    if (!reader) throw new Error('no stream')
    const anna = await desk.addWorker()
    const note = (task: string, text: string) => anna.ask(`/api/tasks/${task}/comments`, { body: { text } })
    await note(hidden.task, 'Hidden news')
    const { task } = await desk.openTask({ channel: elsewhere })
    await note(task, 'Visible news')
    let heard = ''
    // What is visible was written last: once it is heard, what is hidden would have been.
    while (!heard.includes(task)) heard += Buffer.from((await reader.read()).value ?? []).toString('utf8')
    await reader.cancel()
    expect(heard).not.toContain(hidden.task)
    expect(heard).not.toContain(hidden.conversation)
  })
})
