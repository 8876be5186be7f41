import { describe, expect, test } from 'vitest'
import type { OutgoingMessage } from '../../../src/channels/port.ts'
import { twilio } from '../../../src/channels/twilio/adapter.ts'
import { contentUrl, type TwilioAccount, twilioAccount } from '../../../src/channels/twilio/config.ts'
import type { ChannelId, DeliveryId, TemplateId } from '../../../src/domain/ids.ts'
import type { InteractiveMessage } from '../../../src/domain/interactive-message.ts'
import { interactiveProblem } from '../../../src/domain/interactive-message.ts'
import type { TemplateDefinition } from '../../../src/domain/template/definition.ts'
import { fillTemplate } from '../../../src/domain/template/fill.ts'
import type { Template, TemplateParameters } from '../../../src/domain/template/template.ts'
import { templateFields } from '../../../src/domain/template/template-fields.ts'
import { CASES } from '../conformance/cases.ts'
import { GraphServer, json, never, reset, text } from '../whatsapp-cloud/graph-server.ts'

/** Twilio's contents: its templates, and what messages with buttons are sent by. Bodies are those of its documentation. */
const sid = (digit: string) => `HX${digit.repeat(32)}`
const account = (server: GraphServer): TwilioAccount => twilioAccount.parse(CASES.twilio?.account(server.origin))
const api = twilio.templates
if (!api) throw new Error('no templates')
const accepted = json(201, { sid: 'SM1', status: 'queued' })
const error = (status: number, code: number, headers = {}) =>
  json(status, { code, message: `words about ${CASES.twilio?.secrets[0]}`, status }, headers)

const content = (more: object) => ({
  sid: sid('a'),
  friendly_name: 'a name for people',
  language: 'en',
  variables: {},
  types: { 'twilio/text': { body: 'Hello' } },
  approval_requests: { name: 'hello', category: 'UTILITY', status: 'approved', rejection_reason: '' },
  ...more,
})
const page = (contents: unknown[], next: string | null = null) =>
  json(200, { contents, meta: { key: 'contents', next_page_url: next } })

async function listed(...contents: unknown[]) {
  await using server = await GraphServer.start(page(contents))
  const outcome = await api?.list(account(server), never)
  if (!outcome?.ok) throw new Error('no list')
  return outcome.templates
}

/** As it is stored. */
async function template(more: object): Promise<Template> {
  const [one] = await listed(content(more))
  if (!one) throw new Error('not listed')
  return { ...one, id: '1' as TemplateId, channelId: '2' as ChannelId }
}

const message = (body: OutgoingMessage['body']): OutgoingMessage => ({
  deliveryId: '0198f2a4-1111-7222-8333-444455556666' as DeliveryId,
  recipient: [{ kind: 'wa_id', value: '16505551234' }],
  quoted: null,
  reportTo: 'https://parley.example/webhooks/1',
  body,
})

/** From the list to the form that Twilio gets, as the gate and the worker do it. */
async function sent(more: object, parameters: TemplateParameters) {
  const filled = fillTemplate(await template(more), parameters)
  if (!filled.ok) throw new Error(filled.problems.map(({ message: words }) => words).join('; '))
  const { header } = filled.filled
  const ready = { ...filled.filled, header: header?.kind === 'media' ? fileLinked(header) : header }
  await using server = await GraphServer.start(accepted)
  const outcome = await twilio.send(account(server), message({ kind: 'template', template: ready as never }), never)
  const form = Object.fromEntries(new URLSearchParams(server.seen[0]?.body.toString()))
  return { outcome, form, values: JSON.parse(form.ContentVariables ?? 'null'), rendered: filled.rendered }
}
const fileLinked = <T extends object>(header: T) => ({
  ...header,
  source: { mediaId: 'https://parley.example/files/t/a.jpg' },
})

describe('the list', () => {
  test('has what WhatsApp was asked about, through all pages, and never goes to another host', async () => {
    await using server = await GraphServer.start(
      page(
        [content({}), content({ sid: sid('b'), approval_requests: { status: 'unsubmitted' } }), content({ sid: 'x' })],
        'https://elsewhere.example/v1/ContentAndApprovals?PageSize=200&PageToken=t2',
      ),
      page([
        content({
          sid: sid('c'),
          language: 'pt_BR',
          approval_requests: {
            whatsapp: { name: 'sale', category: 'MARKETING', status: 'rejected', rejection_reason: 'too pushy' },
          },
        }),
        content({ sid: sid('d'), approval_requests: { name: 'new', category: 'UTILITY', status: 'received' } }),
        'nonsense',
      ]),
    )
    expect(await api.list(account(server), never)).toMatchObject({
      ok: true,
      templates: [
        { providerId: sid('a'), name: 'hello', language: 'en', category: 'utility', status: 'approved', reason: null },
        { providerId: sid('c'), name: 'sale', category: 'marketing', status: 'rejected', reason: 'too pushy' },
        { providerId: sid('d'), name: 'new', status: 'pending' },
      ],
    })
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/v1/ContentAndApprovals?PageSize=200',
      '/v1/ContentAndApprovals?PageSize=200&PageToken=t2',
    ])
    expect(server.seen.every(({ headers }) => headers.authorization?.startsWith('Basic '))).toBe(true)
  })

  test('of two with one name the one that can be sent stands', async () => {
    const pending = { name: 'hello', category: 'UTILITY', status: 'pending' }
    const templates = await listed(content({ sid: sid('b'), approval_requests: pending }), content({}))
    expect(templates).toMatchObject([{ providerId: sid('a'), status: 'approved' }])
  })

  test('is asked for at Twilio’s host for contents, in each region', () => {
    const at = (apiUrl: string) => contentUrl({ apiUrl } as TwilioAccount, '/Content', 'v1')
    expect(at('https://api.twilio.com')).toBe('https://content.twilio.com/v1/Content')
    expect(at('https://api.dublin.ie1.twilio.com')).toBe('https://content.dublin.ie1.twilio.com/v1/Content')
    expect(at('https://api.twilio.com.evil.example')).not.toContain('content.')
    expect(at('http://127.0.0.1:9/x')).toBe('http://127.0.0.1:9/x/v1/Content')
  })

  test.each([
    ['an HTML page', text(502, '<html>Bad gateway</html>'), 'network'],
    ['an HTML page that says 200', text(200, '<html>Sign in</html>'), 'network'],
    ['a 200 without a list', json(200, {}), 'unreadable_answer'],
    ['a reset', reset, 'network'],
    ['too many calls', error(429, 20429, { 'retry-after': '17' }), '130429'],
    ['a wrong password', error(401, 20003), 'key_refused'],
  ])('%s is no list', async (_name, answer, code) => {
    await using server = await GraphServer.start(answer)
    const outcome = await api.list(account(server), never)
    expect(outcome).toMatchObject({ ok: false, failure: { code } })
    if (!outcome.ok && code === '130429') expect(outcome.failure.retryAfterSeconds).toBe(17)
    for (const secret of CASES.twilio?.secrets ?? []) expect(JSON.stringify(outcome)).not.toContain(secret)
  })

  test('with pages in a circle has an end', async () => {
    const circle = page([], 'https://content.twilio.com/v1/ContentAndApprovals?PageToken=t')
    await using server = await GraphServer.start(...Array.from({ length: 101 }, () => circle))
    expect(await api.list(account(server), never)).toMatchObject({ ok: false, failure: { code: 'unreadable_answer' } })
    expect(server.seen).toHaveLength(100)
  })
})

describe('a template that is sent', () => {
  test('without values has none', async () => {
    const { form, outcome } = await sent({}, {})
    expect(outcome).toMatchObject({ outcome: 'accepted', providerMessageId: 'SM1' })
    expect(form).toEqual({
      From: 'whatsapp:+15550783881',
      To: 'whatsapp:+16505551234',
      StatusCallback: 'https://parley.example/webhooks/1',
      ContentSid: sid('a'),
    })
  })

  test('has its values by Twilio’s keys, in body and link; its quick replies as they are', async () => {
    const types = {
      'whatsapp/card': {
        body: 'Hi {{2}}, your order {{1}} has left.',
        footer: 'Lucky Shrub',
        actions: [
          { type: 'URL', title: 'Track', url: 'https://shop.example/t/{{3}}' },
          { type: 'PHONE_NUMBER', title: 'Call', phone: '+15550783881' },
          { type: 'QUICK_REPLY', title: 'Thanks', id: 'thanks' },
        ],
      },
    }
    const more = { types, variables: { 1: 'A-1', 2: 'Anna', 3: 'abc' } }
    expect(templateFields(await template(more))).toEqual({
      header: null,
      body: [
        { name: null, example: 'A-1' },
        { name: null, example: 'Anna' },
      ],
      buttons: [
        { index: 0, kind: 'url', text: 'Track', example: 'abc', required: true },
        { index: 2, kind: 'quick_reply', text: 'Thanks', example: null, required: false },
      ],
      unsupported: [],
    })
    const { values, rendered } = await sent(more, { body: ['A-1042', 'Bob'], buttons: ['x7'] })
    expect(values).toEqual({ 1: 'A-1042', 2: 'Bob', 3: 'x7' })
    expect(rendered).toMatchObject({
      body: 'Hi Bob, your order A-1042 has left.',
      footer: 'Lucky Shrub',
      buttons: [{ url: 'https://shop.example/t/x7' }, { phone: '+15550783881' }, { text: 'Thanks' }],
    })
  })

  test('whose variables are not counted from 1 takes them by name', async () => {
    const card = { header_text: 'Order {{1}}', body: 'Hi {{name}}', actions: [] }
    const more = { types: { 'whatsapp/card': card }, variables: { 1: 'A-1', name: 'Anna' } }
    expect(await template(more)).toMatchObject({ parameterFormat: 'named' })
    const { values } = await sent(more, { header: ['A-2'], body: { name: 'Bob' } })
    expect(values).toEqual({ 1: 'A-2', name: 'Bob' })
  })

  test('with a file in a variable gets its link; a file of its own is not asked for', async () => {
    const body = 'Look, {{1}}'
    const ofVariable = {
      types: { 'whatsapp/card': { body, media: ['{{2}}'] } },
      variables: { 1: 'Anna', 2: 'https://x.example/plan.pdf' },
    }
    expect(await template(ofVariable)).toMatchObject({ components: [{ type: 'HEADER', format: 'DOCUMENT' }, {}] })
    const { values } = await sent(ofVariable, { header: [{ link: 'https://y.example/f.pdf' }], body: ['Bob'] })
    expect(values).toEqual({ 1: 'Bob', 2: 'https://parley.example/files/t/a.jpg' })

    const ofItsOwn = { types: { 'twilio/media': { body, media: ['https://x.example/a.jpg'] } } }
    expect(templateFields(await template(ofItsOwn)).header).toBeNull()
    expect((await sent(ofItsOwn, { body: ['Bob'] })).values).toEqual({ 1: 'Bob' })
  })

  test('with a coupon has its code where Twilio keeps it', async () => {
    const action = { type: 'COPY_CODE', title: 'Copy', code: '{{2}}' }
    const types = (code: string) => ({
      'twilio/call-to-action': { body: 'For you, {{1}}!', actions: [{ ...action, code }] },
    })
    const { values } = await sent({ types: types('{{2}}') }, { body: ['Anna'], buttons: ['SALE25'] })
    expect(values).toEqual({ 1: 'Anna', 2: 'SALE25' })
    expect((await sent({ types: types('FIXED') }, { body: ['Anna'] })).values).toEqual({ 1: 'Anna' })
  })

  test('with a code for signing in has it once', async () => {
    const type = {
      add_security_recommendation: true,
      code_expiration_minutes: 5,
      actions: [{ type: 'COPY_CODE', copy_code_text: 'Copy' }],
    }
    const more = {
      types: { 'whatsapp/authentication': type },
      approval_requests: { name: 'code', category: 'AUTHENTICATION', status: 'approved' },
    }
    const { values, rendered } = await sent(more, { body: ['123456'] })
    expect(values).toEqual({ 1: '123456' })
    expect(rendered.body).toContain('*123456* is your verification code.')
  })

  test.each([
    ['cards', { 'twilio/carousel': { body: 'a', cards: [] } }, 'twilio/carousel'],
    ['half an address of a file', { 'twilio/media': { body: 'a', media: ['https://x.example/{{1}}'] } }, 'half an'],
    ['a variable in the footer', { 'whatsapp/card': { body: 'a', footer: 'b {{1}}' } }, 'variable outside'],
    ['nothing', {}, 'unknown'],
  ])('is none with %s: Twilio’s sample would go to the client', async (_name, types, words) => {
    expect(templateFields(await template({ types })).unsupported).toEqual(
      expect.arrayContaining([expect.stringContaining(words)]),
    )
  })

  test('does not leave with what its content has no place for, or without one', async () => {
    const given = { name: 'a', language: 'en', category: 'utility', header: null, body: [], buttons: [] }
    await using server = await GraphServer.start()
    const send = (more: object) =>
      twilio.send(account(server), message({ kind: 'template', template: { ...given, ...more } as never }), never)
    const payload = [{ index: 0, kind: 'quick_reply', value: 'yes' }]
    const place = { kind: 'location', latitude: 1, longitude: 2, name: 'a', address: 'b' }
    const two = [{ index: 0, kind: 'url', value: 'x' }]
    expect(await send({ providerId: sid('a'), buttons: payload })).toMatchObject({ failure: { code: 'not_offered' } })
    expect(await send({ providerId: sid('a'), header: place })).toMatchObject({ failure: { code: 'not_offered' } })
    expect(await send({ providerId: sid('a'), body: [{ name: null, text: 'y' }], buttons: two })).toMatchObject({
      failure: { code: 'bad_request' },
    })
    for (const providerId of [undefined, null, '4711']) {
      expect(await send({ providerId })).toMatchObject({ failure: { code: '132001', class: 'fix' } })
    }
    expect(server.seen).toEqual([])
  })

  test.each([
    [21655, '132001'],
    [63027, '132001'],
    [63028, '132000'],
    [21656, '132012'],
  ])('is refused with %i as WhatsApp would: %s', async (code, ours) => {
    await using server = await GraphServer.start(error(400, code))
    const body = { kind: 'template' as const, template: { ...(await template({})), providerId: sid('a') } }
    const ready = { ...body, template: { ...body.template, header: null, body: [], buttons: [] } } as never
    expect(await twilio.send(account(server), message(ready), never)).toMatchObject({
      outcome: 'rejected',
      failure: { code: ours, class: 'fix', detail: expect.stringContaining(String(code)) },
    })
  })

  test.each([
    ['63041', '132015'],
    ['63042', '132016'],
    ['63049', '131049'],
  ])('fails later with %s as WhatsApp would: %s', (code, ours) => {
    const form = new URLSearchParams({
      MessageSid: 'SM1',
      MessageStatus: 'undelivered',
      From: 'whatsapp:+15550783881',
      To: 'whatsapp:+16505551234',
      ErrorCode: code,
    })
    const items = twilio.parse(Buffer.from(form.toString()), 'application/x-www-form-urlencoded')
    expect(items).toMatchObject([{ status: { state: 'failed', errors: [{ code: ours }] } }])
  })
})

describe('a new template', () => {
  const definition = (components: unknown[], more: Partial<TemplateDefinition> = {}): TemplateDefinition => ({
    name: 'order_left',
    language: 'en',
    category: 'utility',
    parameterFormat: 'positional',
    components: components as TemplateDefinition['components'],
    ...more,
  })
  const body = { type: 'BODY', text: 'Hi {{1}}, it has left.', example: { body_text: [['Anna']] } }
  const received = json(201, { status: 'received', category: 'UTILITY', name: 'order_left' })
  const made = json(201, { sid: sid('f') })

  async function created(of: TemplateDefinition) {
    await using server = await GraphServer.start(made, received)
    const outcome = await api?.create(account(server), of, never)
    return { outcome, calls: server.seen.map(({ method, url }) => `${method} ${url}`), json: jsonOf(server) }
  }
  const jsonOf = (server: GraphServer) => JSON.parse(server.seen[0]?.body.toString() || 'null')

  test('is a content, and a question to WhatsApp', async () => {
    const link = { type: 'url', text: 'Track', url: 'https://a.example/{{1}}', example: ['https://a.example/x1'] }
    const { outcome, calls, json: asked } = await created(definition([body, { type: 'BUTTONS', buttons: [link] }]))
    expect(outcome).toEqual({ ok: true, providerId: sid('f'), status: 'pending', category: 'utility' })
    expect(calls).toEqual(['POST /v1/Content', `POST /v1/Content/${sid('f')}/ApprovalRequests/whatsapp`])
    expect(asked).toEqual({
      friendly_name: 'order_left',
      language: 'en',
      variables: { 1: 'Anna', 2: 'x1' },
      types: {
        'twilio/call-to-action': {
          body: 'Hi {{1}}, it has left.',
          actions: [{ type: 'URL', title: 'Track', url: 'https://a.example/{{2}}' }],
        },
      },
    })
  })

  test.each<[string, unknown[], object]>([
    ['words', [{ type: 'body', text: 'Hi' }], { 'twilio/text': { body: 'Hi' } }],
    [
      'replies',
      [
        { type: 'body', text: 'Hi' },
        { type: 'buttons', buttons: [{ type: 'quick_reply', text: 'Yes' }] },
      ],
      { 'twilio/quick-reply': { body: 'Hi', actions: [{ type: 'QUICK_REPLY', title: 'Yes', id: 'Yes' }] } },
    ],
    [
      'a headline with the same number as the body, and a footer',
      [
        { type: 'header', format: 'text', text: 'Order {{1}}', example: { header_text: ['A-1'] } },
        body,
        { type: 'footer', text: 'Lucky Shrub' },
      ],
      { 'whatsapp/card': { body: body.text, header_text: 'Order {{2}}', footer: 'Lucky Shrub' } },
    ],
  ])('of %s takes the plainest type', async (_name, components, types) => {
    expect((await created(definition(components))).json.types).toEqual(types)
  })

  test('for codes has no words of ours', async () => {
    const otp = { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] }
    const parts = [{ type: 'BODY', add_security_recommendation: true }, otp]
    const { json: asked } = await created(definition(parts, { category: 'authentication' }))
    expect(asked.types).toEqual({
      'whatsapp/authentication': {
        add_security_recommendation: true,
        actions: [{ type: 'COPY_CODE', copy_code_text: 'Copy' }],
      },
    })
  })

  test('with what only the console makes is refused before any call', async () => {
    await using server = await GraphServer.start()
    for (const odd of [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'CAROUSEL' },
      { type: 'BUTTONS', buttons: [{ type: 'FLOW' }] },
    ]) {
      const outcome = await api.create(account(server), definition([odd, body]), never)
      expect(outcome).toMatchObject({ ok: false, failure: { code: 'not_offered' } })
    }
    expect(server.seen).toEqual([])
  })

  test('that WhatsApp is not asked about leaves no content; where nobody knows, it stays', async () => {
    const calls = async (answer: ReturnType<typeof json>) => {
      await using server = await GraphServer.start(made, answer, text(204, ''))
      expect((await api.create(account(server), definition([body]), never)).ok).toBe(false)
      return server.seen.map(({ method }) => method)
    }
    expect(await calls(error(400, 92010))).toEqual(['POST', 'POST', 'DELETE'])
    expect(await calls(text(502, '<html>'))).toEqual(['POST', 'POST'])
  })

  test('goes again, in one language or in all; is never edited', async () => {
    const other = content({ sid: sid('b'), language: 'ru' })
    await using server = await GraphServer.start(
      text(204, ''),
      page([content({}), other, content({ sid: sid('c'), approval_requests: { name: 'x', status: 'approved' } })]),
      text(204, ''),
      error(404, 20404),
      error(401, 20003),
    )
    expect(await api.remove(account(server), 'hello', sid('a'), never)).toEqual({ ok: true })
    expect(await api.remove(account(server), 'hello', null, never)).toEqual({ ok: true })
    expect(await api.remove(account(server), 'hello', sid('a'), never)).toMatchObject({
      failure: { code: 'key_refused' },
    })
    expect(server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      `DELETE /v1/Content/${sid('a')}`,
      'GET /v1/ContentAndApprovals',
      `DELETE /v1/Content/${sid('a')}`,
      `DELETE /v1/Content/${sid('b')}`,
      `DELETE /v1/Content/${sid('a')}`,
    ])
    expect(await api.edit(account(server), sid('a'), {}, never)).toMatchObject({ failure: { code: 'not_offered' } })
  })
})

describe('buttons', () => {
  const ask = (words: string, choice?: InteractiveMessage['choice']): InteractiveMessage => ({
    text: words,
    header: null,
    footer: null,
    choice: choice ?? { kind: 'buttons', buttons: [{ id: 'yes-1', title: 'Yes' }] },
  })
  const none = json(200, { contents: [], meta: {} })
  const made = (digit: string) => json(201, { sid: sid(digit) })
  const send = (server: GraphServer, words: InteractiveMessage) =>
    twilio.send(account(server), message({ kind: 'interactive', message: words }), never)
  const calls = (server: GraphServer) => server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`)
  const MESSAGES = expect.stringMatching(/^POST \/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\.json$/)

  test('are a content, made once for all messages that say the same', async () => {
    await using server = await GraphServer.start(none, made('1'), accepted, accepted)
    expect(await send(server, ask('Come today?'))).toMatchObject({ outcome: 'accepted', providerMessageId: 'SM1' })
    expect(await send(server, ask('Come today?'))).toMatchObject({ outcome: 'accepted' })
    expect(calls(server)).toEqual(['GET /v2/Content', 'POST /v1/Content', MESSAGES, MESSAGES])
    expect(JSON.parse(server.seen[1]?.body.toString() ?? '')).toEqual({
      friendly_name: expect.stringMatching(/^parley_[0-9a-f]{40}$/),
      language: 'en',
      types: {
        'twilio/quick-reply': {
          body: 'Come today?',
          actions: [{ type: 'QUICK_REPLY', title: 'Yes', id: 'yes-1' }],
        },
      },
    })
    expect(new URLSearchParams(server.seen[3]?.body.toString()).get('ContentSid')).toBe(sid('1'))
  })

  test('that another process made are found by their name', async () => {
    await using server = await GraphServer.start((seen, response) => {
      const name = new URL(seen.url, 'http://a').searchParams.get('ContentName')
      json(200, {
        contents: [
          { sid: sid('9'), friendly_name: `${name}x` },
          { sid: sid('2'), friendly_name: name },
        ],
      })(seen, response)
    }, accepted)
    expect(await send(server, ask('Made elsewhere?'))).toMatchObject({ outcome: 'accepted' })
    expect(new URLSearchParams(server.seen[1]?.body.toString()).get('ContentSid')).toBe(sid('2'))
  })

  test.each<[InteractiveMessage['choice'], object]>([
    [
      {
        kind: 'list',
        button: 'Choose',
        sections: [{ title: null, rows: [{ id: 'r1', title: 'Red', description: 'dark' }] }],
      },
      {
        'twilio/list-picker': {
          body: 'Which?',
          button: 'Choose',
          items: [{ id: 'r1', item: 'Red', description: 'dark' }],
        },
      },
    ],
    [
      { kind: 'link', title: 'Open', url: 'https://shop.example/a' },
      {
        'twilio/call-to-action': {
          body: 'Which?',
          actions: [{ type: 'URL', title: 'Open', url: 'https://shop.example/a' }],
        },
      },
    ],
  ])('or a choice of another kind: %o', async (choice, types) => {
    await using server = await GraphServer.start(none, made('3'), accepted)
    const { interactive } = twilio.capabilities
    expect(interactive && interactiveProblem(ask('Which?', choice), interactive)).toBeNull()
    expect(await send(server, ask('Which?', choice))).toMatchObject({ outcome: 'accepted' })
    expect(JSON.parse(server.seen[1]?.body.toString() ?? '').types).toEqual(types)
  })

  test('whose content somebody deleted go out by another, once', async () => {
    const gone = error(400, 21655)
    await using server = await GraphServer.start(none, made('4'), gone, none, made('5'), accepted)
    expect(await send(server, ask('Deleted?'))).toMatchObject({ outcome: 'accepted' })
    const contents = server.seen.map(({ body }) => new URLSearchParams(body.toString()).get('ContentSid'))
    expect(contents.filter((one) => one !== null)).toEqual([sid('4'), sid('5')])

    await using always = await GraphServer.start(none, made('6'), gone, none, made('7'), gone, accepted)
    expect(await send(always, ask('Deleted?'))).toMatchObject({ outcome: 'rejected', failure: { code: '132001' } })
    expect(calls(always)).toHaveLength(6)
  })

  test.each([
    ['an HTML page', text(502, '<html>'), 'retry'],
    ['a reset', reset, 'retry'],
    ['too many calls', error(429, 20429, { 'retry-after': '17' }), 'retry'],
    ['a wrong password', error(401, 20003), 'channel_down'],
    ['a content that Twilio does not take', error(400, 20001), 'fix'],
    ['a 200 that says nothing', json(200, {}), 'retry'],
  ])('whose content is answered with %s have certainly not left', async (name, answer, kind) => {
    await using server = await GraphServer.start(text(500, '<html>'), answer)
    const outcome = await send(server, ask(`Not made: ${name}`))
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { class: kind } })
    expect(calls(server)).toEqual(['GET /v2/Content', 'POST /v1/Content'])
    for (const secret of CASES.twilio?.secrets ?? []) expect(JSON.stringify(outcome)).not.toContain(secret)
  })

  test('beside words that Twilio would fill in do not leave', async () => {
    await using server = await GraphServer.start()
    expect(await send(server, ask('Write {{1}} here'))).toMatchObject({
      failure: { code: 'bad_request', class: 'fix' },
    })
    expect(server.seen).toEqual([])
  })

  test.each([
    ['a headline', { header: 'h' }],
    ['a title of a section', { choice: sections([{ title: 's' }]) }],
    ['two sections', { choice: sections([{ title: null }, { title: null }]) }],
  ])('know no %s', (_name, more) => {
    const { interactive } = twilio.capabilities
    expect(interactive && interactiveProblem({ ...ask('a'), ...more } as never, interactive)).not.toBeNull()
  })
})

function sections(given: { title: string | null }[]): InteractiveMessage['choice'] {
  const rows = (place: number) => [{ id: `r${place}`, title: `Row ${place}`, description: null }]
  return { kind: 'list', button: 'b', sections: given.map(({ title }, place) => ({ title, rows: rows(place) })) }
}
