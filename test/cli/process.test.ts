import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/eventually.ts'
import {
  APP_SECRET,
  openServedHouse,
  PHONE_NUMBER_ID,
  type ProcessHouse,
  type ServerProcess,
} from '../kit/process-house.ts'

let house: ProcessHouse
let server: ServerProcess
let databaseUrl: string
beforeAll(async () => {
  ;({ house, server } = await openServedHouse())
  await house.startWorker()
  databaseUrl = house.database.pool.options.connectionString ?? ''
}, 120_000)
afterAll(() => house.close())

interface Ran {
  code: number | null
  out: string
  err: string
}

/** The built command line as a process of its own, in an environment of nothing but what is given. */
function parley(args: string[], { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../dist/cli.js'), ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, PARLEY_URL: server.url, ...env },
    cwd: house.dataDir,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ran: Ran = { code: null, out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (ran.out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (ran.err += chunk.toString('utf8')))
  child.stdin.end(input)
  return new Promise<Ran>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ ...ran, code }))
  })
}

/** The answer of a command that must succeed. */
async function json<T>(args: string[], options?: Parameters<typeof parley>[1]): Promise<T> {
  const ran = await parley([...args, '--json'], options)
  expect([args, ran.code, ran.err]).toEqual([args, 0, ''])
  return JSON.parse(ran.out) as T
}

let clients = 0
const newNumber = () => `1650666${String(++clients).padStart(4, '0')}`

/** One webhook with messages of one client to one number, in their order. */
async function webhook(from: string, texts: string[], elsewhere: { number: string; text: string } | null = null) {
  const change = (number: string, all: string[]) => ({
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { phone_number_id: number },
      contacts: [{ profile: { name: `Client ${from}` }, wa_id: from }],
      messages: all.map((text) => ({
        from,
        id: `wamid.${randomBytes(20).toString('base64')}`,
        timestamp: String(Math.floor(Date.now() / 1_000)),
        type: 'text',
        text: { body: text },
      })),
    },
  })
  const [first, ...rest] = texts
  const changes = [
    change(PHONE_NUMBER_ID, first === undefined ? [] : [first]),
    ...(elsewhere ? [change(elsewhere.number, [elsewhere.text])] : []),
    ...(rest.length > 0 ? [change(PHONE_NUMBER_ID, rest)] : []),
  ]
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] })
  const response = await fetch(server.webhookUrl, {
    method: 'POST',
    headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}` },
    body,
  })
  expect(response.status).toBe(200)
}

interface Task {
  id: string
  channelId: string
  requester: { phone: string }
}
const tasksOf = async (from: string) => (await server.api<{ items: Task[] }>('GET', `/api/tasks?q=${from}`)).body.items
const textsOf = async (task: string) =>
  (await server.api<{ items: { text: string }[] }>('GET', `/api/tasks/${task}/comments`)).body.items.map(
    ({ text }) => text,
  )

async function client() {
  const from = newNumber()
  await house.simulator('POST', '/phone/messages', { from, name: `Client ${from}`, text: 'Hello' })
  return eventually(async () => {
    const [task] = await tasksOf(from)
    if (!task) throw new Error('no task yet')
    return { from, task: task.id }
  })
}

describe('setting up', () => {
  it('migrate has nothing to do, and says so', async () => {
    expect(await parley(['migrate'])).toEqual({ code: 0, out: 'nothing to do\n', err: '' })
    expect(await json(['migrate'])).toEqual({ applied: [] })
  })

  it('token create prints a token that works, and only that', async () => {
    const ran = await parley(['token', 'create', '--name', 'ci', '--role', 'operator'])
    expect(ran).toEqual({ code: 0, out: expect.stringMatching(/^parley_\S+\n$/), err: '' })
    const ask = (token: string) => fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await (await ask(ran.out.trim())).json()).toMatchObject({ name: 'ci', role: 'operator' })
    // The command itself asks with it, and may not do more than it.
    const refused = await parley(['channel', 'pause', house.channelId, '--token', ran.out.trim()])
    expect([refused.code, refused.out, refused.err]).toEqual([1, '', expect.stringContaining('(forbidden)')])
  })

  it('user create and sign-in-link let a person in', async () => {
    const args = ['user', 'create', '--name', 'Ann', '--email', 'ann@example.test', '--role', 'operator']
    const made = await parley([...args, '--password-stdin', '--json'], { input: 'canary long password\n' })
    expect(JSON.parse(made.out)).toMatchObject({ name: 'Ann', role: 'operator' })
    expect(made.out + made.err).not.toContain('canary')
    const signIn = (body: object) =>
      fetch(`${server.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await signIn({ email: 'ann@example.test', password: 'canary long password' })).status).toBe(200)
    const { url } = await json<{ url: string }>(['user', 'sign-in-link', 'ann@example.test'])
    expect((await signIn({ link: url.split('#')[1] })).status).toBe(200)
    expect((await signIn({ link: url.split('#')[1] })).status).not.toBe(200)
  })

  it('channel list and show tell everything but secrets', async () => {
    const listed = await parley(['channel', 'list'])
    const shown = await parley(['channel', 'show', house.channelId])
    const shownJson = await parley(['channel', 'show', house.channelId, '--json'])
    expect(listed.out).toContain(house.channelId)
    expect(shown.out).toContain(server.webhookUrl)
    expect(JSON.parse(shownJson.out)).toMatchObject({ id: house.channelId, state: 'connected' })
    const everything = [listed, shown, shownJson].map(({ out, err }) => out + err).join('')
    for (const secret of ['token-of-the-test', APP_SECRET, 'verify-me']) expect(everything).not.toContain(secret)
  })
})

describe('called wrongly, or in vain', () => {
  it.each([
    ['an unknown command', ['tokne'], 2],
    ['an unknown option', ['channel', 'list', '--nmae'], 2],
    ['a missing argument', ['dead-letters', 'show'], 2],
    ['a role that is none', ['token', 'create', '--name', 'x', '--role', 'king'], 2],
    ['a task that is not there', ['task', 'show', '01900000-0000-7000-8000-000000000000'], 1],
    ['a token that is none', ['task', 'list', '--token', 'canary-token'], 1],
    ['a server that is away', ['task', 'list', '--token', 'canary-token', '--url', 'http://127.0.0.1:9'], 1],
    ['a dead letter that is not there', ['dead-letters', 'replay', '01900000-0000-7000-8000-000000000000'], 1],
    ['a file that is not there', ['comment', 'x', '--attach', 'nowhere.png'], 1],
  ])('%s', async (_, args, code) => {
    const ran = await parley(args, { env: { PARLEY_SECRET_KEY: 'a'.repeat(64) } })
    expect([ran.code, ran.out]).toEqual([code, ''])
    expect(ran.err).toMatch(code === 2 ? /error: / : /^parley: \S/)
    expect(ran.err).not.toMatch(/canary|\bat \S+:\d+:\d+/)
  })

  it('a database that is away: 1, without its password', async () => {
    const env = { DATABASE_URL: 'postgres://u:canary-password@127.0.0.1:9/x' }
    const ran = await parley(['dead-letters', 'list'], { env })
    expect(ran).toEqual({ code: 1, out: '', err: 'parley: The database does not answer. Is Parley running?\n' })
  })
})

describe('comment', () => {
  it('stays inside; with --notify-contact it reaches the phone, with --attach the file goes along', async () => {
    const { from, task } = await client()
    const file = join(house.dataDir, 'price list.txt')
    await writeFile(file, 'Blue: 5\nGreen: 6\n')
    const inside = await parley(['comment', task, '--text', 'For us only', '--attach', file])
    expect(inside).toEqual({ code: 0, out: 'written; it stays inside\n', err: '' })
    const sent = await json<{ delivery: { state: string } }>(['comment', task, '--text', '-', '--notify-contact'], {
      input: 'Yes, in blue\n',
    })
    expect(sent.delivery.state).toBe('queued')
    const withFile = await parley(['comment', task, '--text', 'Our prices', '--attach', file, '--notify-contact'])
    expect(withFile.code).toBe(0)
    await eventually(async () => {
      type Page = { items: { direction: string; kind: string; text: string; media: { name: string } | null }[] }
      const { items } = await house.simulator<Page>('GET', `/phone/messages?from=${from}`)
      const received = items.filter(({ direction }) => direction === 'to_client')
      expect(received.map(({ kind, text, media }) => [kind, text, media?.name ?? null])).toEqual([
        ['text', 'Yes, in blue', null],
        ['document', 'Our prices', 'price list.txt'],
      ])
    })
    const shown = await json<{ task: { id: string }; comments: { text: string }[] }>(['task', 'show', task])
    expect(shown.task.id).toBe(task)
    expect(shown.comments.map(({ text }) => text)).toEqual(['Hello', 'For us only', 'Yes, in blue', 'Our prices'])
    const listed = await json<{ items: Task[] }>(['task', 'list', '--query', from])
    expect(listed.items.map(({ id }) => id)).toEqual([task])
  })

  it('is shown in the order of the feed, also within one second', async () => {
    const from = newNumber()
    const texts = ['one', 'two', 'three', 'four']
    await webhook(from, texts)
    const task = await eventually(async () => {
      const [found] = await tasksOf(from)
      if (!found) throw new Error('no task yet')
      expect(await textsOf(found.id)).toEqual(texts)
      return found.id
    })
    const shown = await json<{ comments: { text: string }[] }>(['task', 'show', task])
    expect(shown.comments.map(({ text }) => text)).toEqual(texts)
  })
})

interface Letter {
  id: string
  reason: string
  detail: string
  path: string
}
const openLetters = async () => (await json<{ items: Letter[] }>(['dead-letters', 'list'])).items

describe('dead letters', () => {
  it('of a batch: its neighbours arrive, it is named with its reason, and arrives once its cause is gone (P1, P2)', async () => {
    const from = newNumber()
    await webhook(from, ['before', 'after'], { number: '555000111', text: 'to the new number' })
    const own = await eventually(async () => {
      const [task] = await tasksOf(from)
      if (!task) throw new Error('no task yet')
      expect(await textsOf(task.id)).toEqual(['before', 'after'])
      return task
    })
    const [letter, ...others] = await openLetters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ reason: 'unknown_channel', path: '/entry/0/changes/1/value/messages/0' })
    const id = letter?.id ?? ''
    const shown = await json<{ part: { text: { body: string } } }>(['dead-letters', 'show', id])
    expect(shown.part.text.body).toBe('to the new number')

    const env = { PARLEY_SECRET_KEY: house.secretKey }
    const early = await parley(['dead-letters', 'replay', id], { env })
    expect([early.code, early.err]).toEqual([1, expect.stringMatching(/^parley: Nothing has changed.*unknown_channel/)])

    const account = {
      phoneNumberId: '555000111',
      wabaId: '102290129340398',
      accessToken: 'second-token',
      appSecret: APP_SECRET,
      verifyToken: 'verify-me',
    }
    const simulated = { ...account, displayPhone: '+15550783882', name: 'Second', webhookUrl: server.webhookUrl }
    await house.simulator('POST', '/accounts', simulated)
    const second = await json<{ id: string }>(['channel', 'create', '--name', 'Second', '--file', '-'], {
      input: JSON.stringify({ ...account, graphUrl: `${house.simulatorUrl}/graph` }),
    })

    expect(await parley(['dead-letters', 'replay', id], { env })).toEqual({ code: 0, out: 'replayed\n', err: '' })
    const again = await parley(['dead-letters', 'replay', id], { env })
    expect([again.code, again.out]).toEqual([0, 'it was resolved before\n'])
    await eventually(async () => {
      const other = (await tasksOf(from)).filter(({ id: task }) => task !== own.id)
      expect(other.map(({ channelId }) => channelId)).toEqual([second.id])
      expect(await textsOf(other[0]?.id ?? '')).toEqual(['to the new number'])
    }, 40_000)
    expect(await textsOf(own.id)).toEqual(['before', 'after'])
    expect(await openLetters()).toEqual([])
  }, 90_000)

  it('of a step that failed: what came after it is worked off, and it appears once it is replayed (P2, P7)', async () => {
    const { pool } = house.database
    await pool.query(`alter table comments add constraint no_poison check (text <> 'poison') not valid`)
    const from = newNumber()
    await webhook(from, ['before', 'poison', 'after'])
    const task = await eventually(async () => {
      const [found] = await tasksOf(from)
      if (!found) throw new Error('no task yet')
      expect(await textsOf(found.id)).toEqual(['before', 'after'])
      return found.id
    }, 40_000)
    const [letter, ...others] = await openLetters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ reason: 'step_failed', detail: expect.stringContaining('no_poison') })
    const id = letter?.id ?? ''
    const shown = await json<{ part: { text: { body: string } }; seq: number }>(['dead-letters', 'show', id])
    expect([shown.part.text.body, shown.seq]).toEqual(['poison', 2])

    await pool.query('alter table comments drop constraint no_poison')
    const env = { PARLEY_SECRET_KEY: house.secretKey }
    const replays = await Promise.all([1, 2].map(() => parley(['dead-letters', 'replay', id], { env })))
    expect(replays.map(({ code }) => code)).toEqual([0, 0])
    expect(replays.map(({ out }) => out).sort()).toEqual(['it was resolved before\n', 'replayed\n'])
    await eventually(
      async () => expect((await textsOf(task)).toSorted()).toEqual(['after', 'before', 'poison']),
      40_000,
    )
    await webhook(from, ['and on it goes'])
    await eventually(async () => expect(await textsOf(task)).toHaveLength(4))
    expect(await openLetters()).toEqual([])
  }, 120_000)
})
