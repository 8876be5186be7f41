import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { PHONE, startRig, TOKEN, WABA } from '../dev/simulator/harness.ts'
import { type Desk, openDesk } from '../http/work/desk.ts'
import { addTemplate } from '../kit/templates.ts'

let desk: Desk
let server: Server
let url: string
let token: string
let directory: string

beforeAll(async () => {
  ;[desk, directory] = await Promise.all([openDesk(), mkdtemp(join(tmpdir(), 'parley-cli-'))])
  server = createServer(getRequestListener(desk.app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  token = await desk.addToken('author')
  await addTemplate(desk, { name: 'order_ready', body: 'Hi {{1}}, order {{2}} is ready' })
  await addTemplate(desk, {
    name: 'sale',
    category: 'marketing',
    parameterFormat: 'named',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Sale' },
      { type: 'BODY', text: 'Hi {{who}}, today {{what}}' },
    ],
  })
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await desk.close()
  await rm(directory, { recursive: true })
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
    env: options.env ?? { PARLEY_URL: url, PARLEY_TOKEN: token, PARLEY_DATA_DIR: directory },
  })
  const text = out.join('\n')
  const json = args.includes('--json') && code === 0 ? JSON.parse(text) : undefined
  return { code, out: text, err: err.join('\n'), json }
}
/** The answer of a command that must succeed. */
async function answerOf(args: string[], options?: { input?: string }) {
  const ran = await parley([...args, '--json'], options)
  expect([ran.code, ran.err]).toEqual([0, ''])
  return ran.json
}

let clients = 0
const newNumber = () => `+1650777${String(++clients).padStart(4, '0')}`
const to = (number = newNumber()) => ['--channel', 'shop', '--to', number]
const template = (name: string) => ['--template', name, '--language', 'en_US']
const count = async (table: string) =>
  Number((await desk.database.pool.query(`select count(*) from ${table}`)).rows[0].count)

describe('send', () => {
  it('with a template opens the task at once', async () => {
    const number = newNumber()
    const args = [...to(number), ...template('order_ready'), '--param', 'Ann', '--param=-7', '--name', 'Ann Lee']
    const sent = await answerOf(['send', ...args])
    expect(sent).toMatchObject({ taskId: expect.any(String), deliveryId: expect.any(String) })
    const task = (await desk.owner(`/api/tasks/${sent.taskId}`)).json
    expect(task).toMatchObject({ requester: { name: 'Ann Lee', phone: number }, channelId: desk.channel })
    const [comment] = (await desk.owner(`/api/tasks/${sent.taskId}/comments`)).json.items
    expect(comment).toMatchObject({ kind: 'template', text: 'Hi Ann, order -7 is ready' })
    expect((await parley(['send', ...to(), ...template('order_ready'), '--param', 'a', '--param', 'b'])).out).toMatch(
      /^on its way, in task \S+ \(\S+\)$/,
    )
  })

  it('fills named values, and finds the channel by its id', async () => {
    const args = ['--channel', desk.channel, '--to', newNumber(), ...template('sale')]
    const sent = await answerOf(['send', ...args, '--named', 'who=Ann', '--named', 'what=1=1'])
    const [comment] = (await desk.owner(`/api/tasks/${sent.taskId}/comments`)).json.items
    expect(comment.text).toContain('Hi Ann, today 1=1')
  })

  it('tells in words what does not fit the template', async () => {
    const before = await count('deliveries')
    const ran = await parley(['send', ...to(), ...template('order_ready'), '--param', 'Ann'])
    expect([ran.code, ran.out]).toEqual([1, ''])
    expect(ran.err).toContain('(template_parameters)')
    expect(ran.err).toMatch(/\n {2}body: \S/)
    expect(await count('deliveries')).toBe(before)
  })

  it('with a text and a file goes out without a task of its own', async () => {
    const { task, contact } = await desk.openTask({ phone: '16505550888' })
    const file = join(directory, 'price list.txt')
    await writeFile(file, 'Blue: 5\n')
    const before = (await desk.owner(`/api/tasks/${task}/comments`)).json.items.length
    const sent = await answerOf(['send', ...to('+16505550888'), '--text', '-', '--file', file], { input: 'Prices\n' })
    const { rows } = await desk.database.pool.query(
      'select d.body, m.text, m.task_id from deliveries d join comments m on m.id = d.comment_id where d.id = $1',
      [sent.deliveryId],
    )
    expect(rows).toMatchObject([{ text: 'Prices', task_id: null, body: { kind: 'media', fileName: 'price list.txt' } }])
    expect((await desk.owner(`/api/tasks/${task}/comments`)).json.items).toHaveLength(before)
    expect((await desk.owner(`/api/contacts/${contact}`)).status).toBe(200)
  })

  it('with the same key again sends nothing more, files and all', async () => {
    await desk.openTask({ phone: '16505550889' })
    const file = join(directory, 'once.txt')
    await writeFile(file, 'Once\n')
    const args = ['send', ...to('+16505550889'), '--text', 'Once', '--file', file, '--idempotency-key', 'order-7']
    const first = await answerOf(args)
    const before = [await count('deliveries'), await count('attachments')]
    expect(await answerOf(args)).toEqual(first)
    expect([await count('deliveries'), await count('attachments')]).toEqual(before)
    // Without a token every command is somebody new: a key would promise what it cannot keep.
    const env = { PARLEY_URL: url, DATABASE_URL: desk.deps.config.databaseUrl }
    const refused = await parley(args, { env })
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('needs a token')])
    expect(await count('deliveries')).toBe(before[0])
  })

  it.each([
    ['nothing to say', []],
    ['a template and a text', [...template('order_ready'), '--text', 'x']],
    ['a template without its language', ['--template', 'order_ready']],
    ['values without a template', ['--text', 'x', '--param', 'y']],
    ['numbered and named values', [...template('sale'), '--param', 'x', '--named', 'who=y']],
    ['a named value without a name', [...template('sale'), '--named', 'x']],
    ['a named value twice', [...template('sale'), '--named', 'who=x', '--named', 'who=y']],
    ['two headers', [...template('sale'), '--header', 'x', '--header-link', 'https://example.com/a.png']],
    ['a file that is not there', ['--file', 'nowhere.png']],
    ['a task template for a text', ['--text', 'x', '--task-template', 'x']],
  ])('%s: 1, words, and nothing leaves', async (_, args) => {
    const before = await count('deliveries')
    const ran = await parley(['send', ...to(), ...args])
    expect([ran.code, ran.out, ran.err]).toEqual([1, '', expect.stringMatching(/^parley: \S/)])
    expect(await count('deliveries')).toBe(before)
  })

  it('says where a channel is not to be found, or several are called so', async () => {
    const unknown = await parley(['send', '--channel', 'Sheep', '--to', newNumber(), '--text', 'x'])
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('There is no channel “Sheep”')])
    const second = await desk.addChannel()
    const twice = await parley(['send', ...to(), '--text', 'x'])
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('2 channels are called “shop”')])
    await desk.owner(`/api/channels/${second}`, { method: 'DELETE' })
  })
})

describe('campaign', () => {
  const CSV = 'to,name,1,2\n+16505551001,Ann,Ann,A-1\n+16505551002,=cmd(),Bo,A-2\nnobody,Cy,Cy,A-3\n'
  const create = (name: string, ...more: string[]) => [
    ...['campaign', 'create', '--channel', 'Shop', '--name', name, ...template('order_ready'), '--csv', '-'],
    ...more,
  ]
  let id: string
  beforeAll(async () => {
    id = (await answerOf(create('Ready orders', '--draft'), { input: CSV })).id
  })

  it('create says what it made, and who gets nothing', async () => {
    const file = join(directory, 'list.csv')
    await writeFile(file, CSV)
    const args = [...create('From a file', '--schedule-at', '2090-01-31T09:00', '--time-zone', 'Europe/Berlin')]
    const ran = await parley(args.map((arg) => (arg === '-' ? file : arg)))
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toMatch(/^From a file is scheduled \(\S+\)\n/)
    expect(ran.out).toMatch(/^total +3$/m)
    expect(ran.out).toMatch(/^excluded: bad_number +1$/m)
    expect(ran.out).toMatch(/^4 +nobody +\S/m)
  })

  it('create takes consent into account, and stores what it was given', async () => {
    const args = create('With consent', '--draft', '--require-consent', '--param', 'a', '--param', 'b')
    const made = await answerOf(args, { input: 'to\n+16505551003\n' })
    expect(made).toMatchObject({ state: 'draft', excluded: { no_consent: 1 } })
    const shown = await answerOf(['campaign', 'show', made.id])
    expect(shown).toMatchObject({ requireConsent: true, template: { parameters: { body: ['a', 'b'] } } })
  })

  it('list and show read well', async () => {
    expect((await answerOf(['campaign', 'list'])).items.map((one: { name: string }) => one.name)).toContain(
      'Ready orders',
    )
    expect((await parley(['campaign', 'list'])).out).toMatch(/^name +state +reason +scheduled +created +id\n/)
    const shown = await parley(['campaign', 'show', id])
    expect(shown.out).toMatch(/^state +draft$/m)
    expect(shown.out).toMatch(/^queued +2$/m)
    const gone = await parley(['campaign', 'show', 'x'])
    expect([gone.code, gone.err]).toEqual([1, 'parley: The campaign was not found (not_found)'])
  })

  it('recipients are listed, chosen by state, and written as CSV', async () => {
    const all = await answerOf(['campaign', 'recipients', id])
    expect(all.items.map(({ to: number }: { to: string }) => number)).toEqual([
      '+16505551001',
      '+16505551002',
      'nobody',
    ])
    const excluded = await parley(['campaign', 'recipients', id, '--state', 'excluded'])
    expect(excluded.out.split('\n')).toHaveLength(2)
    expect(excluded.out).toContain('nobody')

    const file = join(directory, 'out.csv')
    expect((await parley(['campaign', 'recipients', id, '--csv', file])).out).toBe(`written to ${file}`)
    const written = await readFile(file, 'utf8')
    expect(written).toContain('16505551001')
    expect(written).not.toMatch(/(^|,)"?=cmd/m)
    expect((await parley(['campaign', 'recipients', id, '--csv', '-'])).out).toBe(
      written.replace(/^\ufeff/, '').trimEnd(),
    )
    const some = await parley(['campaign', 'recipients', id, '--state', 'excluded', '--csv', '-'])
    expect(some.out).not.toContain('16505551001')
    expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([])
    const nowhere = await parley(['campaign', 'recipients', id, '--csv', join(directory, 'no', 'out.csv')])
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/^parley: The list could not be written/)])
  })

  it('is started, paused, resumed and stopped; what cannot be is told', async () => {
    for (const [verb, state] of [
      ['start', 'running'],
      ['pause', 'paused'],
      ['resume', 'running'],
      ['stop', 'stopped'],
    ] as const) {
      expect((await parley(['campaign', verb, id])).out).toBe(`Ready orders is ${state}`)
    }
    const again = await parley(['campaign', 'pause', id])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('(campaign_state)')])
    const retry = await parley(['campaign', 'retry-failed', id])
    expect([retry.code, retry.err]).toEqual([1, expect.stringContaining('(nothing_to_retry)')])
  })

  it.each([
    ['without a template', ['--name', 'x', '--csv', '-']],
    [
      'with a file that is not there',
      ['--name', 'x', '--csv', 'nowhere.csv', '--template', 'sale', '--language', 'en_US'],
    ],
  ])('create %s: 1', async (_, args) => {
    const ran = await parley(['campaign', 'create', '--channel', 'Shop', ...args], { input: CSV })
    expect([ran.code, ran.out, ran.err]).toEqual([1, '', expect.stringMatching(/^parley: \S/)])
  })
})

describe('bulk', () => {
  it('lists mailings and shows their messages', async () => {
    const number = newNumber()
    await desk.openTask({ phone: number.slice(1) })
    const { deliveryId } = await answerOf(['send', ...to(number), '--text', 'Sale today'])
    const { pool } = desk.database
    const cluster = crypto.randomUUID()
    await pool.query(`insert into bulk_clusters (id, channel_id, fingerprint) values ($1, $2, 'text:1')`, [
      cluster,
      desk.channel,
    ])
    await pool.query(
      `update outgoing_messages set cluster_id = $1, state = 'held'
        where comment_id = (select comment_id from deliveries where id = $2)`,
      [cluster, deliveryId],
    )
    expect((await answerOf(['bulk', 'list', '--channel', 'shop'])).items).toMatchObject([{ id: cluster, held: 1 }])
    const listed = await parley(['bulk', 'list'])
    expect(listed.out).toMatch(/^first +type +messages +held +replied +expired +campaign +id\n/)
    expect(listed.out).toMatch(new RegExp(` text:1 +1 +1 +0 +0 +– +${cluster}$`))
    const { items } = await answerOf(['bulk', 'show', cluster])
    expect(items).toMatchObject([{ text: 'Sale today', state: 'held', delivery: { id: deliveryId } }])
    const shown = await parley(['bulk', 'show', cluster])
    expect(shown.out).toMatch(/^at +client +phone +text +state +delivery +task\n\S+ +.*Sale today +held +queued +–$/)
    expect((await parley(['bulk', 'show', 'x'])).code).toBe(1)
  })
})

describe('template', () => {
  it('list and sync take a channel by its name, too', async () => {
    const rig = await startRig()
    const made = await desk.owner('/api/channels', {
      body: {
        provider: 'whatsapp-cloud',
        name: 'Branch',
        phoneNumberId: PHONE,
        wabaId: WABA,
        accessToken: TOKEN,
        appSecret: 'secret',
        verifyToken: 'verify-me',
        graphUrl: `${rig.url}/graph`,
      },
    })
    expect(made.status).toBe(201)
    const synced = await answerOf(['template', 'sync', 'branch'])
    expect(synced).toMatchObject({ channelId: made.json.id, count: expect.any(Number) })
    expect(await answerOf(['template', 'sync', made.json.id])).toMatchObject({ channelId: made.json.id })
    const { items } = await answerOf(['template', 'list', '--channel', 'Branch'])
    expect(items).toHaveLength(synced.count)
    expect(await answerOf(['template', 'list', '--channel', made.json.id])).toMatchObject({ items })
    for (const args of [
      ['sync', 'nowhere'],
      ['list', '--channel', 'nowhere'],
    ]) {
      const ran = await parley(['template', ...args])
      expect([ran.code, ran.out, ran.err]).toEqual([1, '', expect.stringContaining('There is no channel “nowhere”')])
    }
  })
})
