import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import type { Work } from '../../src/http/work/index.ts'
import { workRoutes } from '../../src/http/work/index.ts'
import { type Api, openApi } from '../http/api.ts'
import { type GraphServer, startGraph } from '../http/graph-server.ts'

let api: Api
let graph: GraphServer
let server: Server
let work: Work | undefined
let url: string
let databaseUrl: string
let dataDir: string

beforeAll(async () => {
  ;[api, graph, dataDir] = await Promise.all([
    openApi({
      parts: (deps) => {
        work = workRoutes(deps)
        return [{ mount: (app) => app.route('/api', work?.routes ?? app) }]
      },
    }),
    startGraph(),
    mkdtemp(join(tmpdir(), 'parley-cli-')),
  ])
  server = createServer(getRequestListener(api.app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  databaseUrl = api.deps.config.databaseUrl
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await work?.stop()
  await Promise.all([api.close(), graph.close(), rm(dataDir, { recursive: true })])
})

interface Ran {
  code: number
  out: string
  err: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
  json: any
}

async function parley(args: string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await run(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: async () => options.input ?? '',
    env: options.env ?? {
      DATABASE_URL: databaseUrl,
      PARLEY_URL: url,
      PARLEY_DATA_DIR: dataDir,
      PARLEY_SECRET_KEY: 'a'.repeat(64),
    },
  })
  const text = out.join('\n')
  return {
    code,
    out: text,
    err: err.join('\n'),
    json: args.includes('--json') && code === 0 ? JSON.parse(text) : undefined,
  }
}

describe('called wrongly', () => {
  it.each([
    ['an unknown command', ['tokne']],
    ['an unknown option', ['token', 'create', '--nmae', 'x']],
    ['a missing option', ['token', 'create', '--name', 'x']],
    ['an unknown role', ['token', 'create', '--name', 'x', '--role', 'king']],
    ['no id', ['channel', 'show']],
    ['a wrong id', ['token', 'create', '--name', 'x', '--role', 'owner', '--channels', 'a,b']],
  ])('%s: 2, and words on stderr', async (_, args) => {
    const ran = await parley(args)
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err).toMatch(/error: /)
  })

  it('help is no mistake', async () => {
    const ran = await parley(['--help'])
    expect(ran.code).toBe(0)
    for (const command of [
      'migrate',
      'token',
      'user',
      'channel',
      'task',
      'comment',
      'send',
      'bulk',
      'campaign',
      'dead-letters',
    ])
      expect(ran.out).toContain(command)
  })
})

describe('the installation', () => {
  it('migrate says what it did, and leaves a default task template', async () => {
    expect((await parley(['migrate', '--json'])).json).toEqual({ applied: [] })
    expect((await api.owner('/api/task-templates')).json.items.map((one: { name: string }) => one.name)).toEqual([
      'Client conversation',
    ])
  })

  it('token create prints a token that works', async () => {
    const plain = await parley(['token', 'create', '--name', 'ci', '--role', 'author'])
    expect(plain.code).toBe(0)
    expect((await api.ask('/api/me', { token: plain.out })).json).toMatchObject({ role: 'author', name: 'ci' })
    const { json } = await parley(['token', 'create', '--name', 'ci', '--role', 'operator', '--json'])
    expect(json).toMatchObject({
      name: 'ci',
      role: 'operator',
      channelIds: null,
      token: expect.stringMatching(/^parley_/),
    })
  })

  it('user create and sign-in-link let a person in', async () => {
    const args = ['user', 'create', '--name', 'Ann', '--email', 'ann@example.test', '--role', 'operator']
    const made = await parley([...args, '--password-stdin', '--json'], { input: 'long enough password\n' })
    expect(made.json).toMatchObject({ name: 'Ann', email: 'ann@example.test', role: 'operator' })
    const signIn = { email: 'ann@example.test', password: 'long enough password' }
    expect((await api.ask('/api/session', { body: signIn })).status).toBe(200)
    const twice = await parley(args)
    expect([twice.code, twice.err]).toEqual([1, 'parley: Somebody has the address ann@example.test already.'])

    const link = await parley(['user', 'sign-in-link', 'ANN@example.test'])
    expect(link.out.startsWith(`${url}/sign-in#`)).toBe(true)
    expect((await api.ask('/api/session', { body: { link: link.out.split('#')[1] } })).status).toBe(200)
    expect((await parley(['user', 'sign-in-link', 'nobody@example.test'])).code).toBe(1)
  })

  it('finds the running installation by its data directory', async () => {
    await writeFile(join(dataDir, 'runtime.json'), JSON.stringify({ pid: 1, baseUrl: url, databaseUrl }))
    const ran = await parley(['channel', 'list', '--json'], { env: { PARLEY_DATA_DIR: dataDir } })
    expect(ran.json.items).toEqual([])
    await rm(join(dataDir, 'runtime.json'))
  })

  it('says in words what is missing', async () => {
    const nowhere = await parley(['token', 'create', '--name', 'x', '--role', 'owner'], {
      env: { PARLEY_DATA_DIR: dataDir },
    })
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/^parley: No database is known/)])
    const dead = await parley(['migrate'], { env: { DATABASE_URL: 'postgres://u:canary-password@127.0.0.1:9/x' } })
    expect([dead.code, dead.err]).toEqual([1, 'parley: The database does not answer. Is Parley running?'])
    const away = await parley(['channel', 'list', '--token', 'x', '--url', 'http://127.0.0.1:9'])
    expect([away.code, away.err]).toEqual([1, expect.stringMatching(/^parley: http:\/\/127.0.0.1:9 does not answer/)])
  })
})

describe('channels', () => {
  it('are made, shown, paused, resumed, disconnected and deleted', async () => {
    const body = {
      phoneNumberId: '1',
      wabaId: '2',
      accessToken: 'canary-token',
      appSecret: 'canary-secret',
      verifyToken: 'canary-verify',
      graphUrl: graph.url,
    }
    const made = await parley(['channel', 'create', '--name', 'Shop', '--file', '-', '--json'], {
      input: JSON.stringify(body),
    })
    expect(made.json).toMatchObject({ name: 'Shop', state: 'connected' })
    const { id } = made.json
    const shown = await parley(['channel', 'show', id])
    expect(shown.out).toContain(made.json.webhookUrl)
    expect(made.out + shown.out).not.toContain('canary')
    expect((await parley(['channel', 'list'])).out).toMatch(/^name +provider +phone +state/)
    const usual = graph.answer
    graph.answer = (method, path) => {
      const data = path.endsWith('/phone_numbers')
        ? [{ id: '1' }]
        : path.endsWith('/subscribed_apps')
          ? [{ override_callback_uri: made.json.webhookUrl }]
          : null
      return data ? { status: 200, body: { data } } : usual(method, path)
    }
    const healthy = await parley(['channel', 'doctor', id])
    graph.answer = usual
    expect([healthy.code, healthy.out]).toEqual([0, expect.stringMatching(/^what +state +found\n.*Access token/)])
    for (const [action, state] of [
      ['pause', 'paused'],
      ['resume', 'connected'],
      ['disconnect', 'disconnected'],
    ] as const) {
      expect((await parley(['channel', action, id, '--json'])).json.state).toBe(state)
    }
    const ill = await parley(['channel', 'doctor', id, '--json'])
    expect([ill.code, JSON.parse(ill.out).ok, ill.err]).toEqual([1, false, 'parley: Not in order: Access token.'])
    expect((await parley(['channel', 'delete', id])).out).toBe('deleted')
    const gone = await parley(['channel', 'show', id])
    expect([gone.code, gone.err]).toEqual([1, 'parley: This channel was not found (not_found)'])
  })

  it('that the API refuses are told with the field', async () => {
    const ran = await parley(['channel', 'create', '--name', 'Shop', '--phone-number-id', 'a b'])
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('phoneNumberId: must be an id as Meta shows it')
  })

  it('never quote a file that is no JSON', async () => {
    const ran = await parley(['channel', 'create', '--file', '-'], { input: 'canary-token' })
    expect([ran.code, ran.err]).toEqual([1, 'parley: Standard input cannot be read as JSON.'])
  })
})

describe('tasks', () => {
  let task: string
  beforeAll(async () => {
    const { pool } = api.database
    const channel = crypto.randomUUID()
    const [contact, conversation] = [crypto.randomUUID(), crypto.randomUUID()]
    task = crypto.randomUUID()
    await pool.query(
      `insert into channels (id, provider, name, account_id, config, secrets, app_secret_hash) values ($1, 'whatsapp-cloud', 'C', '9', '{}', '', '')`,
      [channel],
    )
    await pool.query(`insert into contacts (id, name, phone) values ($1, $2, '+15550001')`, [
      contact,
      'Clara\u001b[31m',
    ])
    await pool.query('insert into conversations (id, channel_id, contact_id) values ($1, $2, $3)', [
      conversation,
      channel,
      contact,
    ])
    const statuses = JSON.stringify([{ key: 'new', name: 'New', active: true }])
    await pool.query(
      `insert into tasks (id, title, requester_id, channel_id, conversation_id, statuses, status, active) values ($1, 'A question', $2, $3, $4, $5, 'new', true)`,
      [task, contact, channel, conversation, statuses],
    )
  })

  it('are listed, without control characters for the terminal', async () => {
    const ran = await parley(['task', 'list'])
    expect(ran.out).toContain('A question')
    expect(ran.out).not.toContain('\u001b')
    expect((await parley(['task', 'list', '--json'])).json.items[0].id).toBe(task)
  })

  it('take an internal comment, and show it', async () => {
    const ran = await parley(['comment', task, '--text', 'Looks good', '--json'])
    expect(ran.json).toMatchObject({ taskId: task, text: 'Looks good', notified: [] })
    const shown = await parley(['task', 'show', task])
    expect(shown.out).toContain('Looks good')
    expect((await parley(['comment', task])).code).toBe(1)
  })

  it('leave no token behind that a command made for itself', async () => {
    const tokens = (await api.owner('/api/tokens?limit=200')).json.items
    const own = tokens.filter((one: { name: string }) => one.name.startsWith('command line'))
    expect(own.length).toBeGreaterThan(5)
    expect(own.every((one: { revokedAt: string | null }) => one.revokedAt !== null)).toBe(true)
  })
})

describe('dead letters', () => {
  it('are listed, shown, and put away; one whose body is gone cannot be replayed', async () => {
    const id = crypto.randomUUID()
    await api.database.pool.query(
      `insert into dead_letters (id, path, reason, detail) values ($1, '', 'not_json', 'nothing to read')`,
      [id],
    )
    expect((await parley(['dead-letters', 'list', '--json'])).json.items).toMatchObject([{ id, reason: 'not_json' }])
    expect((await parley(['dead-letters', 'show', id])).out).toContain('nothing to read')
    const replay = await parley(['dead-letters', 'replay', id])
    expect([replay.code, replay.err]).toEqual([1, expect.stringMatching(/cannot be tried again/)])
    expect((await parley(['dead-letters', 'resolve', id, '--note', 'a test'])).out).toBe('resolved: a test')
    expect((await parley(['dead-letters', 'list'])).out).toBe('none')
    expect((await parley(['dead-letters', 'show', 'x'])).code).toBe(1)
  })
})
