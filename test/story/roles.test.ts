import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelId } from '../../src/domain/ids.ts'
import type { Role } from '../../src/store/index.ts'
import { newId } from '../../src/store/new-id.ts'
import { LOWEST, RANKS } from '../attacks/lowest-roles.ts'
import { type Desk, type OpenTask, openDesk, PNG } from '../http/work/desk.ts'

let desk: Desk
let routes: { route: string; method: string; path: string; takesBody: boolean }[]
beforeAll(async () => {
  desk = await openDesk()
  const { json } = await desk.owner('/api/openapi.json')
  type Operation = { requestBody?: object }
  // What bridges call asks for no role, but for the secret of a channel.
  const ofTheApi = Object.entries(json.paths as Record<string, Record<string, Operation>>).filter(([path]) =>
    path.startsWith('/api/'),
  )
  routes = ofTheApi.flatMap(([path, methods]) =>
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
    'put /api/tasks/{id}/snooze': () => ({ until: null }),
    'put /api/tasks/{id}/presence': () => ({ state: 'viewing' }),
    'post /api/tasks/{id}/comments': () => ({ text: 'Hi', notify: { contact: true } }),
    'patch /api/contacts/{id}': () => ({ name: 'Mine' }),
    'post /api/contacts/merge': () => ({ intoId: ids.visible, fromId: ids.contacts }),
    'post /api/contacts/unmerge': () => ({ mergeId: NOBODYS }),
    'post /api/deliveries/{id}/settle': () => ({ outcome: 'sent' }),
    'patch /api/channels/{id}': () => ({ name: 'Mine' }),
    'post /api/dead-letters/{id}/resolve': () => ({}),
  }

  /** What a route has to be asked about something, beside its path. */
  const QUERIES: Record<string, () => string> = {
    'get /api/explain': () => `?commentId=${ids.comments}`,
    'get /api/scenarios/moments': () => `?taskId=${ids.tasks}`,
    'get /api/channels/{id}/history': () => '?client=%2B16505550777',
    'get /api/channels/{id}/phone-book': () => '?q=Henry',
  }

  /** What people keep for themselves: a token is no person, and is told so before anything is looked for. */
  const PERSONAL = /^(put|delete) \/api\/tasks\/\{id\}\/(read|snooze|presence)$/

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
      const query = QUERIES[route]?.() ?? ''
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
      const expected = forbidden ? 403 : PERSONAL.test(route) ? 422 : isAsked ? 404 : 200
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
