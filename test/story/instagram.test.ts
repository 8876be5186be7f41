import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChannelId, TaskId } from '../../src/domain/ids.ts'
import { renewTokens } from '../../src/http/token-renewal.ts'
import { startSession } from '../../src/store/access/sessions.ts'
import { channelCache } from '../../src/store/channels/channel-cache.ts'
import { inTransaction } from '../../src/store/index.ts'
import { eventually } from '../kit/eventually.ts'
import { addUser, secrets } from '../kit/house.ts'
import { openRunningHouse, type RunningHouse } from '../kit/running-house.ts'

/** Everything about Instagram through the real doors: the API, signed webhooks, the worker, and Instagram's stand-in. */
let house: RunningHouse
let channel: ChannelId
let cookie: string

const ACCOUNT = '17841405822304914'
const TOKEN = 'IGAA-token-of-the-shop'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
type Json = any
const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${house.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : null) as Json }
}
const api = (method: string, path: string, body?: unknown) => house.api<Json>(method, path, body)
const asAnna = (method: string, path: string, body?: unknown) =>
  call(method, path, body, { cookie, 'sec-fetch-site': 'same-origin' })
const ig = (path: string, body: unknown) => call('POST', `/simulator/instagram/${path}`, body)
const fault = (body: unknown) => ig('faults', body)
const seenBy = async (from: string): Promise<Json[]> =>
  (await call('GET', `/simulator/instagram/messages?from=${from}`)).body.items
const sentTo = async (from: string) => (await seenBy(from)).filter(({ direction }) => direction === 'to_client')

let people = 0
/** A client of their own for each test, who has written. */
async function client(text = 'Hello') {
  const from = `client.${++people}`
  const { body } = await ig('messages', { from, name: `Flora ${people}`, text })
  const task = await eventually(() => taskOf(body.igsid))
  return { from, igsid: body.igsid as string, mid: body.mid as string, task }
}
async function taskOf(igsid: string): Promise<TaskId> {
  const row = await house.database.db
    .selectFrom('identities as i')
    .innerJoin('tasks as t', 't.conversation_id', 'i.conversation_id')
    .select('t.id')
    .where('i.value', '=', igsid)
    .where('i.kind', '=', 'igsid')
    .orderBy('t.number', 'desc')
    .executeTakeFirstOrThrow()
  return row.id
}
const feed = async (task: TaskId): Promise<Json[]> =>
  (await api('GET', `/api/tasks/${task}/comments`)).body.items.filter((one: Json) => one.kind !== 'system')
const answer = (task: TaskId, text: string, more = {}) =>
  asAnna('POST', `/api/tasks/${task}/comments`, { text, notify: { contact: true }, ...more })
const deliveriesOf = (task: TaskId) =>
  house.database.db
    .selectFrom('deliveries as d')
    .innerJoin('comments as m', 'm.id', 'd.comment_id')
    .select(['d.id', 'd.state', 'd.error_code', 'd.body', 'd.provider_message_id', 'd.parked', 'd.attempt'])
    .where('m.task_id', '=', task)
    .orderBy('d.queued_at')
    .orderBy('d.ordinal')
    .execute()
const states = async (task: TaskId) => (await deliveriesOf(task)).map(({ state }) => state)
const longAgo = (igsid: string, hours: number) =>
  house.database.pool.query(
    `update conversations set last_in_at = now() - make_interval(hours => $2)
     where id in (select conversation_id from identities where value = $1)`,
    [igsid, hours],
  )

/** Of the Meta app: a Facebook login is signed with another secret than an Instagram login. */
const PAGE_SECRET = 'secret-of-the-meta-app'
const NEW = { provider: 'instagram', login: 'instagram', appSecret: 'secret-of-instagram', verifyToken: 'word' }

beforeAll(async () => {
  house = await openRunningHouse()
  await ig('accounts', {
    accountId: ACCOUNT,
    username: 'shop',
    accessToken: TOKEN,
    appSecret: NEW.appSecret,
    humanAgent: true,
  })
  const made = await api('POST', '/api/channels', {
    ...NEW,
    name: 'Shop on Instagram',
    accountId: ACCOUNT,
    accessToken: TOKEN,
    graphUrl: `${house.url}/simulator/instagram`,
  })
  expect([made.status, made.body.state, made.body.messenger, made.body.checked]).toEqual([
    201,
    'connected',
    'instagram',
    true,
  ])
  expect(JSON.stringify(made.body)).not.toMatch(/IGAA|secret-of/)
  channel = made.body.id
  const anna = await addUser(house.database, 'Anna')
  const token = await inTransaction(house.database.db, (tx) => startSession(tx, anna, null))
  cookie = `parley=${token}`
})
afterAll(() => house?.close())
beforeEach(async () => {
  await call('DELETE', '/simulator/instagram/faults')
})

describe('connecting (M5)', () => {
  const connect = (more: Record<string, unknown>) =>
    api('POST', '/api/channels', { ...NEW, name: 'x', graphUrl: `${house.url}/simulator/instagram`, ...more })

  it('refuses a personal account, another account, and a wrong token', async () => {
    await ig('accounts', {
      accountId: '17841400000000009',
      username: 'me',
      kind: 'PERSONAL',
      accessToken: 'token-personal',
      appSecret: 'x'.repeat(8),
    })
    const personal = await connect({ accountId: '17841400000000009', accessToken: 'token-personal' })
    expect([personal.status, personal.body.error.code]).toEqual([422, 'not_a_business_account'])
    const other = await connect({ accountId: '17841400000000008', accessToken: TOKEN })
    expect([other.status, other.body.error.code]).toEqual([422, 'not_a_business_account'])
    const wrong = await connect({ accountId: '17841400000000008', accessToken: 'token-nobody' })
    expect([wrong.status, wrong.body.error.code]).toEqual([422, 'access_token_rejected'])
  })

  it('takes a Facebook login, and sends through its page', async () => {
    await ig('accounts', {
      accountId: '17841400000000007',
      username: 'paged',
      login: 'facebook',
      pageId: '555000111',
      accessToken: 'EAAG-page-token',
      appSecret: PAGE_SECRET,
    })
    const made = await connect({
      accountId: '17841400000000007',
      login: 'facebook',
      pageId: '555000111',
      accessToken: 'EAAG-page-token',
      appSecret: PAGE_SECRET,
    })
    expect(made.status).toBe(201)
    const { body } = await ig('messages', { from: 'paged.client', accountId: '17841400000000007', text: 'Hi' })
    const task = await eventually(() => taskOf(body.igsid))
    await answer(task, 'Hello from the page')
    await eventually(async () => expect(await sentTo('paged.client')).toHaveLength(1))
    const { items } = (await call('GET', '/simulator/instagram/calls')).body
    expect(items.at(-1)).toMatchObject({
      path: expect.stringMatching(/\/v24\.0\/555000111\/messages$/),
      body: { messaging_type: 'RESPONSE', recipient: { id: body.igsid } },
    })
    expect((await api('DELETE', `/api/channels/${made.body.id}`)).status).toBe(204)
  })

  it('turns away a forged event', async () => {
    const forged = await call(
      'POST',
      `/webhooks/${channel}`,
      { object: 'instagram', entry: [] },
      { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
    )
    expect(forged.status).toBe(401)
  })
})

describe('what clients write', () => {
  it('opens a task whose requester has the name and username that Instagram tells on request (M7, M8)', async () => {
    const { task, from } = await client('Do you ship abroad?')
    const seen = await eventually(async () => {
      const { body } = await api('GET', `/api/tasks/${task}`)
      expect(body.requester.name).toBe(`Flora ${people}`)
      return body
    })
    expect(seen.title).toContain(`Flora ${people}`)
    const { body: contact } = await api('GET', `/api/contacts/${seen.requester.id}`)
    expect(contact.identities).toMatchObject([{ kind: 'igsid', label: `@${from}` }])
    expect(await feed(task)).toMatchObject([{ text: 'Do you ship abroad?', author: { name: `Flora ${people}` } }])
  })

  it('keeps several attachments as one entry with several files', async () => {
    const { from, task } = await client()
    await ig('messages', {
      from,
      text: 'two of them',
      attachments: [
        { type: 'image', dataBase64: PNG, mime: 'image/png' },
        { type: 'image', dataBase64: PNG, mime: 'image/png' },
      ],
    })
    await eventually(async () => {
      const entry = (await feed(task)).at(-1)
      expect(entry).toMatchObject({ text: 'two of them', kind: 'image' })
      expect(entry.attachments.map((one: Json) => [one.mime, one.state])).toEqual([
        ['image/png', 'stored'],
        ['image/png', 'stored'],
      ])
    })
  })

  it('says of a file that is gone that it is gone', async () => {
    const { from, task } = await client()
    await ig('messages', {
      from,
      attachments: [{ type: 'story_mention', url: `${house.url}/simulator/instagram/files/404` }],
    })
    await eventually(async () => expect((await feed(task)).at(-1)?.attachments).toMatchObject([{ state: 'failed' }]))
  })

  it('reactions, edits and withdrawals change what they name', async () => {
    const { from, mid, task } = await client('frist')
    await ig('messages', { from, edit: { mid, text: 'first' } })
    await eventually(async () =>
      expect((await feed(task))[0]).toMatchObject({ text: 'first', editedAt: expect.any(String) }),
    )
    await answer(task, 'Thanks')
    const [sent] = await eventually(async () => {
      const all = await sentTo(from)
      expect(all).toHaveLength(1)
      return all
    })
    await ig('messages', { from, reaction: { mid: sent.mid, emoji: '😍' } })
    await eventually(async () =>
      expect((await feed(task))[1]?.reactions).toMatchObject([{ emoji: '😍', by: 'contact' }]),
    )
    await ig('messages', { from, reaction: { mid: sent.mid, emoji: null } })
    await eventually(async () => expect((await feed(task))[1]?.reactions).toEqual([]))
    await ig('messages', { from, unsend: { mid } })
    await eventually(async () =>
      expect((await feed(task))[0]).toMatchObject({ text: null, deletedAt: expect.any(String) }),
    )
  })
})

describe('what is sent', () => {
  it('a long text leaves as several messages in order, by bytes; all are read when the last is seen (P4)', async () => {
    const { from, task } = await client()
    const text = 'слово '.repeat(300).trim()
    expect((await answer(task, text)).status).toBe(201)
    const sent = await eventually(async () => {
      const all = await sentTo(from)
      expect(all.length).toBeGreaterThan(3)
      expect(all.map(({ text: part }) => part).join(' ')).toBe(text)
      return all
    })
    for (const { text: part } of sent) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(1000)
    await eventually(async () => expect(new Set(await states(task))).toEqual(new Set(['accepted'])))
    await ig('read', { from, upTo: sent[1].mid })
    await eventually(async () =>
      expect(await states(task)).toEqual(['read', 'read', ...sent.slice(2).map(() => 'accepted')]),
    )
    await ig('read', { from })
    await eventually(async () => expect(new Set(await states(task))).toEqual(new Set(['read'])))
    expect(await feed(task)).toHaveLength(2)
  })

  it('a message that the owner wrote in the app tells how far a client has read, too', async () => {
    const { from, task } = await client()
    await answer(task, 'over the API')
    await eventually(async () => expect(await states(task)).toEqual(['accepted']))
    const { body } = await ig('echo', { to: from, text: 'in the app' })
    await eventually(async () =>
      expect((await feed(task)).at(-1)).toMatchObject({ text: 'in the app', author: { kind: 'phone_app' } }),
    )
    await ig('read', { from, upTo: body.mid })
    await eventually(async () => expect(await states(task)).toEqual(['read']))
  })

  it('a file goes by a link that Instagram can open', async () => {
    const { from, task } = await client()
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(PNG, 'base64')]), 'price list.png')
    const uploaded = await fetch(`${house.url}/api/attachments`, {
      method: 'POST',
      body: form,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    })
    const { id } = (await uploaded.json()) as Json
    expect((await answer(task, 'Look', { attachmentIds: [id] })).status).toBe(201)
    await eventually(async () => {
      const [text, file] = await sentTo(from)
      expect([text?.text, file?.attachments]).toMatchObject(['Look', [{ type: 'image', mime: 'image/png', size: 70 }]])
    })
  })

  it('an echo that comes before the answer makes no second entry (P2)', async () => {
    const { from, task } = await client()
    await fault({ kind: 'echo_first', ms: 1_500 })
    await answer(task, 'once')
    await eventually(async () => expect(await states(task)).toEqual(['accepted']))
    // What comes behind the echo is not lost, and not before it.
    await ig('messages', { from, text: 'and I?' })
    await eventually(async () =>
      expect((await feed(task)).map(({ text }) => text)).toEqual(['Hello', 'once', 'and I?']),
    )
    expect(await sentTo(from)).toHaveLength(1)
  })

  it('a call without an answer is unknown, and never repeated; the echo of its text settles it (P3)', async () => {
    const { from, task } = await client()
    await fault({ kind: 'no_answer' })
    await answer(task, 'did it arrive?')
    await eventually(async () => expect(await states(task)).toEqual(['sent']))
    expect(await sentTo(from)).toHaveLength(1)
    expect((await feed(task)).map(({ text }) => text)).toEqual(['Hello', 'did it arrive?'])

    await fault({ kind: 'no_answer' })
    await fault({ kind: 'no_echo' })
    await answer(task, 'and this?')
    await eventually(async () => expect(await states(task)).toEqual(['sent', 'unknown']))
    const { body } = await ig('echo', { to: from, text: 'something else' })
    await eventually(async () => expect((await feed(task)).at(-1)?.text).toBe('something else'))
    expect(await states(task)).toEqual(['sent', 'unknown'])
    expect(body.mid).toBeTruthy()
  })

  it.each([
    ['a page in place of an answer', { kind: 'html', status: 502 }, 'unknown', null],
    ['a refusal by a page', { kind: 'html', status: 403 }, 'failed', 'http_403'],
    ['the window', { kind: 'error', status: 403, code: 10, subcode: 2534022 }, 'failed', 'ig_window_closed'],
    ['a person who cannot be reached', { kind: 'error', status: 400, code: 551 }, 'failed', '551'],
    ['a bad value', { kind: 'error', status: 400, code: 100 }, 'failed', '100'],
  ])('%s', async (_, given, state, code) => {
    const { task } = await client()
    await fault(given)
    await answer(task, 'x')
    await eventually(async () => {
      const [delivery] = await deliveriesOf(task)
      expect([delivery?.state, delivery?.error_code, delivery?.attempt]).toEqual([state, code, 1])
    })
  })

  it.each([4, 17, 32, 613])('waits at limit %i, and sends then', async (code) => {
    const { from, task } = await client()
    await fault({ kind: 'error', status: 400, code })
    await answer(task, 'x')
    await eventually(async () => expect(await states(task)).toEqual(['accepted']))
    expect(await sentTo(from)).toHaveLength(1)
    await house.database.pool.query('delete from send_pace')
  })

  it('a token that is refused stops the channel; nothing is lost (190)', async () => {
    const { from, task } = await client()
    await fault({ kind: 'error', status: 401, code: 190 })
    await answer(task, 'later')
    await eventually(async () =>
      expect((await api('GET', `/api/channels/${channel}`)).body.state).toBe('needs_attention'),
    )
    expect(await sentTo(from)).toEqual([])
    await api('POST', `/api/channels/${channel}/resume`)
    await eventually(async () => expect(await sentTo(from)).toHaveLength(1))
  })
})

describe('comments under posts', () => {
  it('open a task with a link to the post, and may be answered once in private', async () => {
    const { body } = await ig('comments', { from: 'commenter', text: 'How much?' })
    const task = await eventually(() => taskOf(body.igsid))
    await eventually(async () => {
      const [entry] = await feed(task)
      expect(entry).toMatchObject({
        text: 'How much?',
        author: { name: '@commenter' },
        data: { type: 'comment', link: 'https://www.instagram.com/p/18012345678901234/' },
      })
    })
    expect((await api('GET', `/api/tasks/${task}`)).body.window).toMatchObject({ open: false })
    const long = await answer(task, 'слово '.repeat(200))
    expect([long.status, long.body.error.code]).toEqual([422, 'private_reply_is_one_text'])
    expect((await answer(task, '10 euros')).status).toBe(201)
    await eventually(async () => expect(await states(task)).toEqual(['accepted']))
    expect(await sentTo('commenter')).toMatchObject([{ text: '10 euros', privateReplyTo: body.id }])

    const second = await answer(task, 'and more')
    expect([second.status, second.body.error.code]).toEqual([409, 'window_closed'])
    await ig('messages', { from: 'commenter', text: 'Thanks' })
    await eventually(async () =>
      expect((await api('GET', `/api/tasks/${task}`)).body.window).toMatchObject({ open: true }),
    )
    expect((await answer(task, 'and more')).status).toBe(201)
  })

  it('a scenario can give that one answer, and no second', async () => {
    const scenario = await publish(`
id: price-in-private
name: Price in private
trigger: { event: message.received, when: { field: event.text, is: PRICE } }
steps:
  - { id: one, sendText: { text: It is 10 euros } }
  - { id: two, sendText: { text: Shall I keep one for you?, ifWindowClosed: skip } }
`)
    const { body } = await ig('comments', { from: 'asks.the.price', text: 'PRICE' })
    await eventually(async () =>
      expect(await sentTo('asks.the.price')).toMatchObject([{ text: 'It is 10 euros', privateReplyTo: body.id }]),
    )
    await eventually(async () => {
      const { body: runs } = await api('GET', `/api/runs?scenarioId=${scenario}`)
      expect(runs.items.map(({ state }: Json) => state)).toEqual(['finished'])
    })
    expect(await sentTo('asks.the.price')).toHaveLength(1)
    await api('POST', `/api/scenarios/${scenario}/disable`)
  })

  it('are too old after seven days', async () => {
    const timestamp = new Date(Date.now() - 7 * 86_400_000).toISOString()
    const { body } = await ig('comments', { from: 'late.commenter', text: 'How much?', timestamp })
    const task = await eventually(() => taskOf(body.igsid))
    const refused = await answer(task, 'x')
    expect([refused.status, refused.body.error.code]).toEqual([409, 'window_closed'])
  })
})

describe('after the reply window', () => {
  it('nothing can be sent, and no template is offered', async () => {
    const { igsid, task } = await client()
    await longAgo(igsid, 25)
    const refused = await answer(task, 'x')
    expect([refused.status, refused.body.error]).toMatchObject([
      409,
      { code: 'window_closed', message: expect.stringContaining('until they write again'), details: { templates: [] } },
    ])
  })

  it("an employee's own words may, for seven days, where Meta has granted that; nobody else's", async () => {
    const on = await api('PATCH', `/api/channels/${channel}`, { humanAgent: true })
    expect([on.status, on.body.settings.humanAgent]).toEqual([200, true])
    const { igsid, from, task } = await client()
    await longAgo(igsid, 25)
    const timestamp = new Date(Date.now() - 25 * 3_600_000).toISOString()
    await backdate(from, timestamp)

    const byToken = await api('POST', `/api/tasks/${task}/comments`, { text: 'x', notify: { contact: true } })
    expect([byToken.status, byToken.body.error.code]).toEqual([409, 'window_closed'])
    expect(byToken.body.error.details.personsUntil).toBeTruthy()
    expect((await answer(task, 'Sorry for the wait')).status).toBe(201)
    await eventually(async () => expect(await states(task)).toEqual(['accepted']))
    expect(await sentTo(from)).toMatchObject([{ text: 'Sorry for the wait', tag: 'HUMAN_AGENT' }])

    await longAgo(igsid, 7 * 24)
    expect((await answer(task, 'too late')).body.error.code).toBe('window_closed')
    await api('PATCH', `/api/channels/${channel}`, { humanAgent: false })
  })
})

/** The simulated Instagram believes that the client wrote then. */
async function backdate(from: string, timestamp: string): Promise<void> {
  await ig('backdate', { from, timestamp })
}

describe('bulk messages (M17, M18)', () => {
  it('four of the same in five minutes, over the API or written in the app, are held until the client answers', async () => {
    const clients = await Promise.all([client(), client(), client(), client()])
    for (const [index, { from, igsid }] of clients.entries()) {
      if (index % 2 === 0) await ig('echo', { to: from, text: 'Spring sale: everything at half price' })
      else {
        const queued = await api('POST', '/api/messages', {
          channelId: channel,
          to: igsid,
          text: 'Spring sale: everything at half price',
        })
        expect(queued.status).toBe(202)
      }
    }
    await eventually(async () => {
      for (const { from, task } of clients) {
        expect((await sentTo(from)).map(({ text }) => text)).toEqual(['Spring sale: everything at half price'])
        expect((await feed(task)).map(({ text }) => text)).toEqual(['Hello'])
      }
    })
    const [first] = clients
    await ig('messages', { from: first?.from, text: 'How long?' })
    await eventually(async () =>
      expect((await feed(first?.task as TaskId)).map(({ text }) => text)).toEqual([
        'Hello',
        'Spring sale: everything at half price',
        'How long?',
      ]),
    )
  })

  it('nobody can be written to first', async () => {
    const refused = await api('POST', '/api/messages', { channelId: channel, to: '+16505550199', text: 'x' })
    expect([refused.status, refused.body.error.code]).toEqual([409, 'window_closed'])
  })
})

describe('what can be tapped', () => {
  it('goes as quick replies, and comes back as what was tapped', async () => {
    const { from, task } = await client()
    const scenario = await publish(`
id: colours
name: Colours
trigger: { event: message.received, when: { field: event.text, is: colour } }
steps:
  - id: ask
    sendInteractive:
      text: Which one?
      buttons: [ { id: BLUE, title: Blue }, { id: RED, title: Red }, { id: GREEN, title: Green }, { id: GREY, title: Grey } ]
`)
    // More than WhatsApp takes: its channel is named before the scenario is used.
    const { body: checked } = await api('POST', `/api/scenarios/${scenario}/check`)
    expect(JSON.stringify(checked)).toContain('not on “Shop”. There may be 3 buttons at most')
    await ig('messages', { from, text: 'colour' })
    await eventually(async () =>
      expect(await sentTo(from)).toMatchObject([
        {
          text: 'Which one?',
          quickReplies: [
            { title: 'Blue', payload: 'BLUE' },
            { title: 'Red', payload: 'RED' },
            { title: 'Green', payload: 'GREEN' },
            { title: 'Grey', payload: 'GREY' },
          ],
        },
      ]),
    )
    await ig('messages', { from, text: 'Blue', quickReply: 'BLUE' })
    await eventually(async () =>
      expect((await feed(task)).at(-1)).toMatchObject({ kind: 'interactive', text: 'Blue', data: { id: 'BLUE' } }),
    )
    await api('POST', `/api/scenarios/${scenario}/disable`)
  })
})

async function publish(text: string): Promise<string> {
  const made = await api('POST', '/api/scenarios', { document: text })
  expect(made.status).toBe(201)
  const published = await api('POST', `/api/scenarios/${made.body.id}/publish`, { inFlight: 'pin' })
  expect([published.status, published.body.error?.message]).toEqual([200, undefined])
  return made.body.id
}

describe('looking at a connection', () => {
  it('says what is good, and what Meta does not tell', async () => {
    const { status, body } = await api('POST', `/api/channels/${channel}/check`)
    expect(status).toBe(200)
    expect(body.steps.map((one: Json) => [one.step, one.state])).toEqual(
      expect.arrayContaining([
        ['token', 'good'],
        ['account', 'good'],
        ['subscription', 'good'],
        ['message_access', 'unknown'],
      ]),
    )
    expect(body.account).toMatchObject({ name: '@shop' })
  })
})

describe('one person on two messengers', () => {
  it('is merged and unmerged, and each task keeps its own channel', async () => {
    const insta = await client('over Instagram')
    await house.phone({ from: '16505557788', name: 'Flora', text: 'over WhatsApp' })
    const whatsapp = await eventually(async () => {
      const { body } = await api('GET', '/api/tasks?q=16505557788')
      expect(body.items).toHaveLength(1)
      return body.items[0]
    })
    const { body: before } = await api('GET', `/api/tasks/${insta.task}`)
    const merged = await api('POST', '/api/contacts/merge', {
      intoId: whatsapp.requester.id,
      fromId: before.requester.id,
    })
    expect(merged.status).toBe(200)
    const both = async () =>
      Promise.all([insta.task, whatsapp.id].map(async (id) => (await api('GET', `/api/tasks/${id}`)).body))
    const [one, two] = await both()
    expect([one.requester.id, two.requester.id]).toEqual([whatsapp.requester.id, whatsapp.requester.id])
    expect([one.channelId, two.channelId]).toEqual([channel, house.channel])

    const reply = async (round: string) => {
      await answer(insta.task, `${round} for Instagram`)
      await answer(whatsapp.id, `${round} for WhatsApp`)
      await eventually(async () => {
        expect((await sentTo(insta.from)).map(({ text }) => text)).toContain(`${round} for Instagram`)
        const phone = (await house.phoneMessages('16505557788')).map(({ text }) => text)
        expect(phone).toContain(`${round} for WhatsApp`)
      })
    }
    await reply('merged')
    await ig('messages', { from: insta.from, text: 'again over Instagram' })
    await eventually(async () => expect((await feed(insta.task)).at(-1)?.text).toBe('again over Instagram'))
    expect((await feed(whatsapp.id)).map(({ text }) => text)).not.toContain('again over Instagram')

    expect((await api('POST', '/api/contacts/unmerge', { mergeId: merged.body.mergeId })).status).toBe(200)
    const [alone, other] = await both()
    expect([alone.requester.id, other.requester.id]).toEqual([before.requester.id, whatsapp.requester.id])
    await reply('apart')
    expect((await sentTo(insta.from)).map(({ text }) => text)).toEqual(['merged for Instagram', 'apart for Instagram'])
  })
})

describe('the access token', () => {
  const DAY = 86_400_000
  const renew = (now: number) =>
    renewTokens({ database: house.database, secrets, log: pino({ level: 'silent' }) }, now, AbortSignal.timeout(20_000))
  const tokenNow = async () => {
    channelCache(house.database, secrets).forget()
    return (await channelCache(house.database, secrets).byId(channel))?.config.accessToken
  }

  it('is renewed once it is a day old, and then when half of its life is over', async () => {
    const start = Date.now()
    await renew(start)
    await renew(start + DAY - 60_000)
    expect(await tokenNow()).toBe(TOKEN)
    await renew(start + DAY + 60_000)
    const second = await tokenNow()
    expect(second).toMatch(/^IGAA/)
    expect(second).not.toBe(TOKEN)
    const { body } = await api('GET', `/api/channels/${channel}`)
    expect(Date.parse(body.account.tokenExpiresAt)).toBe(start + DAY + 60_000 + 60 * DAY)
    expect(body.state).toBe('connected')

    await renew(start + 25 * DAY)
    expect(await tokenNow()).toBe(second)
    await renew(start + 40 * DAY)
    expect(await tokenNow()).not.toBe(second)

    const { from, task } = await client()
    await answer(task, 'with the new one')
    await eventually(async () => expect(await sentTo(from)).toHaveLength(1))
  })

  it('that cannot be renewed is told two weeks before its end, while the channel goes on; refused, it stops', async () => {
    const { body } = await api('GET', `/api/channels/${channel}`)
    const ends = Date.parse(body.account.tokenExpiresAt)
    const good = await tokenNow()
    const point = (graphUrl: string) =>
      house.database.pool.query(
        `update channels set config = config || jsonb_build_object('graphUrl', $2::text) where id = $1`,
        [channel, graphUrl],
      )
    await point('http://127.0.0.1:9')
    await renew(ends - 25 * DAY)
    expect((await api('GET', `/api/channels/${channel}`)).body).toMatchObject({ state: 'connected', stateReason: null })
    await renew(ends - 13 * DAY)
    expect((await api('GET', `/api/channels/${channel}`)).body).toMatchObject({
      state: 'connected',
      stateReason: expect.stringContaining(`It ends on ${new Date(ends).toISOString().slice(0, 10)}`),
    })
    await point(`${house.url}/simulator/instagram`)
    await ig('accounts', {
      accountId: ACCOUNT,
      username: 'shop',
      accessToken: 'another-token',
      appSecret: NEW.appSecret,
    })
    await renew(ends - 12 * DAY)
    expect((await api('GET', `/api/channels/${channel}`)).body).toMatchObject({ state: 'needs_attention' })
    expect(await tokenNow()).toBe(good)
  })
})
