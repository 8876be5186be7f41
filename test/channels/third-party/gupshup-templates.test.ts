import { describe, expect, test } from 'vitest'
import { gupshup } from '../../../src/channels/gupshup/adapter.ts'
import { type GupshupAccount, gupshupAccount } from '../../../src/channels/gupshup/config.ts'
import type { OutgoingMessage } from '../../../src/channels/port.ts'
import type { ChannelId, DeliveryId, ProviderMessageId, TemplateId } from '../../../src/domain/ids.ts'
import { type InteractiveMessage, interactiveProblem } from '../../../src/domain/interactive-message.ts'
import type { TemplateDefinition } from '../../../src/domain/template/definition.ts'
import { fillTemplate } from '../../../src/domain/template/fill.ts'
import type { Template, TemplateParameters } from '../../../src/domain/template/template.ts'
import { templateFields } from '../../../src/domain/template/template-fields.ts'
import { CASES } from '../conformance/cases.ts'
import { jsonBody } from '../conformance/provider-case.ts'
import { GraphServer, json, never, reset, text } from '../whatsapp-cloud/graph-server.ts'

/** Gupshup's templates, buttons and what comes back of them. Bodies are those of its documentation. */
const APP = '5bae1cea-c3d4-4aa0-a43b-9776711c3e82'
const ID = 'c6aecef6-bcb0-4fb1-8100-28c094e3bc6b'
const account = (server: GraphServer, appId: string | undefined = APP): GupshupAccount =>
  gupshupAccount.parse({ ...CASES.gupshup?.account(server.origin), appId })
const api = gupshup.templates
if (!api) throw new Error('no templates')
const accepted = CASES.gupshup?.send.accepted ?? json(599, {})
const secrets = CASES.gupshup?.secrets ?? []

const item = (more: object = {}, meta: object | null = { data: 'Hello' }) => ({
  appId: APP,
  id: ID,
  elementName: 'hello',
  languageCode: 'en_US',
  category: 'UTILITY',
  status: 'APPROVED',
  templateType: 'TEXT',
  quality: 'UNKNOWN',
  reason: 'NONE',
  ...(meta === null ? {} : { containerMeta: JSON.stringify(meta) }),
  ...more,
})
const page = (templates: unknown[]) => json(200, { status: 'success', templates })

async function template(one: object): Promise<Template> {
  await using server = await GraphServer.start(page([one]))
  const outcome = await api?.list(account(server), never)
  const [first] = outcome?.ok ? outcome.templates : []
  if (!first) throw new Error('not listed')
  return { ...first, id: '1' as TemplateId, channelId: '2' as ChannelId }
}

const message = (body: OutgoingMessage['body'], more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  deliveryId: '0198f2a4-1111-7222-8333-444455556666' as DeliveryId,
  recipient: [{ kind: 'wa_id', value: '16505551234' }],
  quoted: null,
  body,
  ...more,
})

/** What is asked for one message, its JSON read. */
async function asked(of: OutgoingMessage) {
  await using server = await GraphServer.start(accepted)
  const outcome = await gupshup.send(account(server), of, never)
  const [seen] = server.seen
  const form = Object.fromEntries(new URLSearchParams(seen?.body.toString()))
  const read = (name: string) => JSON.parse(form[name] ?? 'null')
  return { outcome, url: seen?.url, form, message: read('message'), template: read('template'), read }
}

/** From the list to the form that Gupshup gets, as the gate and the worker do it. */
async function sent(one: object, parameters: TemplateParameters) {
  const filled = fillTemplate(await template(one), parameters)
  if (!filled.ok) throw new Error(filled.problems.map(({ message: words }) => words).join('; '))
  return asked(message({ kind: 'template', template: filled.filled as never }))
}

describe('the list', () => {
  test('is the app’s, page by page', async () => {
    const full = Array.from({ length: 100 }, (_none, index) => item({ elementName: `t${index}` }))
    await using server = await GraphServer.start(page(full), page([item(), { nameless: true }, 'nonsense']))
    const outcome = await api.list(account(server), never)
    expect(outcome.ok && outcome.templates).toHaveLength(101)
    expect(outcome.ok && outcome.templates.at(-1)).toMatchObject({
      providerId: ID,
      name: 'hello',
      language: 'en_US',
      category: 'utility',
      status: 'approved',
      reason: null,
      parameterFormat: 'positional',
    })
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /wa/app/${APP}/template?pageNo=0&pageSize=100`,
      `GET /wa/app/${APP}/template?pageNo=1&pageSize=100`,
    ])
    expect(server.seen[0]?.headers.apikey).toBe('gupshup-api-key-canary')
  })
  test('ends where pages are not known, or come again', async () => {
    const many = (count: number) =>
      page(Array.from({ length: count }, (_none, index) => item({ elementName: `t${index}` })))
    await using all = await GraphServer.start(many(250))
    expect(await api.list(account(all), never)).toMatchObject({ ok: true })
    await using again = await GraphServer.start(many(100), many(100))
    expect(await api.list(account(again), never)).toMatchObject({ ok: true })
    expect([all.seen.length, again.seen.length]).toEqual([1, 2])
  })
  test('is asked for by the app’s name where its id is not known', async () => {
    await using server = await GraphServer.start(page([item()]))
    const named = gupshupAccount.parse(CASES.gupshup?.account(server.origin))
    expect(await api.list(named, never)).toMatchObject({ ok: true, templates: [{ name: 'hello' }] })
    expect(server.seen[0]?.url).toBe('/sm/api/v1/template/list/LuckyShrubApp')
  })
  test('tells why one was rejected', async () => {
    expect(await template(item({ status: 'REJECTED', reason: 'INVALID_FORMAT' }))).toMatchObject({
      status: 'rejected',
      reason: 'INVALID_FORMAT',
    })
  })
  test.each([
    ['a refusal that says 200', json(200, { status: 'error', message: 'Invalid App Details' }), 'api_refused'],
    ['an HTML page', text(502, '<html>'), 'network'],
    ['a 200 without a list', json(200, { status: 'success' }), 'unreadable_answer'],
    ['a reset', reset, 'network'],
    ['a wrong key', json(401, { status: 'error', message: `of ${secrets[0]}` }), 'key_refused'],
  ])('%s is none', async (_name, answer, code) => {
    await using server = await GraphServer.start(answer)
    const outcome = await api.list(account(server), never)
    expect(outcome).toMatchObject({ ok: false, failure: { code } })
    for (const secret of secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
  })
})

const FULL = {
  data: 'Hi {{1}}, your order {{2}} has left.',
  header: 'Order {{1}}',
  footer: 'Lucky Shrub',
  sampleText: 'Hi Anna, your order A-1 has left.',
  sampleHeader: 'Order A-1',
  buttons: [
    { type: 'QUICK_REPLY', text: 'Thanks' },
    { type: 'URL', text: 'Track', url: 'https://shop.example/t/{{1}}', example: ['https://shop.example/t/a'] },
    { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+15550783881' },
  ],
}

describe('a template that is sent', () => {
  test('goes by its id, with its values in the order in which they occur, and what a tap answers', async () => {
    const one = item({}, FULL)
    expect(templateFields(await template(one))).toMatchObject({
      header: { kind: 'text', example: 'A-1' },
      body: [{ example: 'Anna' }, { example: 'A-1' }],
      buttons: [
        { index: 0, kind: 'quick_reply', required: false },
        { index: 1, kind: 'url', required: true },
      ],
      unsupported: [],
    })
    const values = { header: ['A-2'], body: ['Bob', 'A-3'], buttons: [{ index: 0, value: 'thanks-1' }, 'x7'] }
    const { outcome, url, form, template: named, message: media, read } = await sent(one, values)
    expect(outcome).toMatchObject({ outcome: 'accepted', providerMessageId: CASES.gupshup?.send.id })
    expect(url).toBe('/wa/api/v1/template/msg')
    expect(form).toMatchObject({
      channel: 'whatsapp',
      source: '15550783881',
      destination: '16505551234',
      'src.name': 'LuckyShrubApp',
    })
    expect(named).toEqual({ id: ID, params: ['A-2', 'Bob', 'A-3', 'x7'] })
    expect(read('postbackTexts')).toEqual([{ index: 0, text: 'thanks-1' }])
    expect(media).toBeNull()
  })
  test.each<[string, TemplateParameters['header'], object]>([
    ['IMAGE', [{ link: 'https://a.example/f.jpg' }], { type: 'image', image: { link: 'https://a.example/f.jpg' } }],
    [
      'DOCUMENT',
      [{ link: 'https://a.example/f.pdf', fileName: 'plan.pdf' }],
      { type: 'document', document: { link: 'https://a.example/f.pdf', filename: 'plan.pdf' } },
    ],
    [
      'LOCATION',
      [{ latitude: 1.5, longitude: 2, name: 'Shop', address: 'Street' }],
      { type: 'location', location: { latitude: 1.5, longitude: 2, name: 'Shop', address: 'Street' } },
    ],
  ])('with a header of the kind %s has it beside', async (templateType, header, expected) => {
    const { message: media, template: named } = await sent(item({ templateType }), { header })
    expect(media).toEqual(expected)
    expect(named).toEqual({ id: ID, params: [] })
  })
  test('for signing in has its code twice: in the text and below it', async () => {
    const meta = {
      data: '{{1}} is your verification code.',
      buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }],
    }
    const { template: named } = await sent(item({ category: 'AUTHENTICATION' }, meta), { body: ['123456'] })
    expect(named).toEqual({ id: ID, params: ['123456', '123456'] })
  })
  test('of which only the whole text is told, is its text; its buttons would be lost', async () => {
    const data = 'Hi {{1}} | [Yes] | [Shop,https://a.example]'
    const [bare, buttoned] = [item({ data }, null), item({ data, buttonSupported: 'QR' }, null)]
    expect(await template(bare)).toMatchObject({ components: [{ type: 'BODY', text: 'Hi {{1}}' }] })
    expect(templateFields(await template(buttoned)).unsupported).toHaveLength(1)
  })
  test('is none where it is of cards, or its JSON is none', async () => {
    const cards = item({ templateType: 'CAROUSEL' })
    expect(templateFields(await template(cards)).unsupported).toEqual([expect.stringContaining('carousel')])
    for (const containerMeta of ['{', '[]', '"x"', '{"data":7,"buttons":"x","header":[]}']) {
      expect(await template({ ...item(), containerMeta })).toMatchObject({ name: 'hello' })
    }
  })
  test('without an id leaves nowhere', async () => {
    const bare = { name: 'a', language: 'en', category: 'utility', header: null, body: [], buttons: [] }
    await using server = await GraphServer.start()
    const body = { kind: 'template' as const, template: bare }
    expect(await gupshup.send(account(server), message(body), never)).toMatchObject({
      outcome: 'rejected',
      failure: { code: '132001', class: 'fix' },
    })
    expect(server.seen).toEqual([])
  })
  test.each([
    ['refused', json(400, { status: 'error', message: 'Template not found' }), { outcome: 'rejected' }],
    ['refused with a 200', json(200, { status: 'error', message: 'no' }), { outcome: 'rejected' }],
    ['limited', json(429, {}, { 'retry-after': '9' }), { failure: { class: 'wait', retryAfterSeconds: 9 } }],
    ['answered by an HTML page', text(502, '<html>'), { outcome: 'unknown' }],
    ['taken, by another word', json(202, { status: 'success', messageId: 'gs-1' }), { outcome: 'accepted' }],
  ])('is %s', async (_name, answer, expected) => {
    await using server = await GraphServer.start(answer)
    const named = {
      providerId: ID,
      name: 'a',
      language: 'en',
      category: 'utility',
      header: null,
      body: [],
      buttons: [],
    }
    const body = { kind: 'template' as const, template: named }
    expect(await gupshup.send(account(server), message(body), never)).toMatchObject(expected)
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
  const body = { type: 'body', text: 'Hi {{1}}, it has left.', example: { body_text: [['Anna']] } }

  test('is a form, with the whole text as its example', async () => {
    await using server = await GraphServer.start(
      json(200, { status: 'success', template: { id: ID, status: 'PENDING', category: 'UTILITY' } }),
    )
    const buttons = [{ type: 'quick_reply', text: 'Thanks' }]
    const parts = [body, { type: 'footer', text: 'Lucky Shrub' }, { type: 'buttons', buttons }]
    expect(await api.create(account(server), definition(parts), never)).toEqual({
      ok: true,
      providerId: ID,
      status: 'pending',
      category: 'utility',
    })
    expect(server.seen[0]?.url).toBe(`/wa/app/${APP}/template`)
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]?.body.toString()))).toMatchObject({
      elementName: 'order_left',
      languageCode: 'en',
      category: 'UTILITY',
      templateType: 'TEXT',
      content: 'Hi {{1}}, it has left.',
      example: 'Hi Anna, it has left.',
      footer: 'Lucky Shrub',
      buttons: '[{"type":"QUICK_REPLY","text":"Thanks"}]',
    })
  })
  test('with what is made on the dashboard alone is refused before any call', async () => {
    await using server = await GraphServer.start()
    for (const of of [
      definition([body], { parameterFormat: 'named' }),
      definition([{ type: 'header', format: 'image' }, body]),
      definition([body, { type: 'carousel' }]),
    ]) {
      expect(await api.create(account(server), of, never)).toMatchObject({ failure: { code: 'not_offered' } })
    }
    const nameless = gupshupAccount.parse(CASES.gupshup?.account(server.origin))
    expect(await api.create(nameless, definition([body]), never)).toMatchObject({ failure: { code: 'not_offered' } })
    expect(server.seen).toEqual([])
  })
  test('goes in all its languages, by its name', async () => {
    await using server = await GraphServer.start(json(200, { status: 'success' }), json(400, { message: 'no' }))
    expect(await api.remove(account(server), 'order_left', null, never)).toEqual({ ok: true })
    expect(await api.remove(account(server), 'order_left', null, never)).toMatchObject({ ok: false })
    expect(await api.remove(account(server), 'order_left', ID, never)).toMatchObject({
      failure: { code: 'not_offered' },
    })
    expect(await api.edit(account(server), ID, {}, never)).toMatchObject({ failure: { code: 'not_offered' } })
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `DELETE /wa/app/${APP}/template/order_left`,
      `DELETE /wa/app/${APP}/template/order_left`,
    ])
  })
})

test('an app of which the id is known is checked by its templates', async () => {
  await using server = await GraphServer.start(page([]))
  expect(await gupshup.check(account(server), never)).toMatchObject({ ok: true })
  expect(server.seen[0]?.url).toBe(`/wa/app/${APP}/template?pageNo=0&pageSize=1`)
  const { success } = gupshupAccount.safeParse({ ...CASES.gupshup?.account(server.origin), appId: 'MyApp' })
  expect(success).toBe(false)
})

describe('buttons and quotes', () => {
  const ask = (choice: InteractiveMessage['choice'], more: Partial<InteractiveMessage> = {}): InteractiveMessage => ({
    text: 'Which?',
    header: 'Colours',
    footer: null,
    choice,
    ...more,
  })
  const buttons: InteractiveMessage['choice'] = { kind: 'buttons', buttons: [{ id: 'r-1', title: 'Red' }] }
  const list: InteractiveMessage['choice'] = {
    kind: 'list',
    button: 'Choose',
    sections: [{ title: 'Warm', rows: [{ id: 'r-1', title: 'Red', description: 'dark' }] }],
  }
  const rules = gupshup.capabilities.interactive
  const problem = (of: InteractiveMessage) => rules && interactiveProblem(of, rules)

  test('are a quick reply, with the id as what a tap answers', async () => {
    const of = ask(buttons, { footer: 'Lucky Shrub' })
    expect(problem(of)).toBeNull()
    expect((await asked(message({ kind: 'interactive', message: of }))).message).toEqual({
      type: 'quick_reply',
      content: { type: 'text', text: 'Which?', header: 'Colours', caption: 'Lucky Shrub' },
      options: [{ type: 'text', title: 'Red', postbackText: 'r-1' }],
    })
  })
  test('or a list', async () => {
    expect(problem(ask(list))).toBeNull()
    expect((await asked(message({ kind: 'interactive', message: ask(list) }))).message).toEqual({
      type: 'list',
      title: 'Colours',
      body: 'Which?',
      globalButtons: [{ type: 'text', title: 'Choose' }],
      items: [{ title: 'Warm', options: [{ type: 'text', title: 'Red', description: 'dark', postbackText: 'r-1' }] }],
    })
  })
  test('but no link, and no footer below a list: said before anything is stored', async () => {
    const link = ask({ kind: 'link', title: 'Open', url: 'https://a.example' })
    expect(problem(link)).toMatchObject({ en: 'This channel knows no links' })
    expect(problem(ask(list, { footer: 'f' }))).not.toBeNull()
    await using server = await GraphServer.start()
    expect(await gupshup.send(account(server), message({ kind: 'interactive', message: link }), never)).toMatchObject({
      failure: { code: 'not_offered' },
    })
    expect(server.seen).toEqual([])
  })
  test('a quote is named by the id that we know of it', async () => {
    const quoted = 'wamid.Q' as ProviderMessageId
    const words = await asked(message({ kind: 'text', text: 'Yes' }, { quoted }))
    expect(words.message).toEqual({ type: 'text', text: 'Yes', context: { msgId: 'wamid.Q' } })
    const answer = await asked(message({ kind: 'interactive', message: ask(buttons) }, { quoted }))
    expect(answer.message).toMatchObject({ type: 'quick_reply', context: { msgId: 'wamid.Q' } })
  })
})

describe('what comes back', () => {
  const envelope = (type: string, payload: object) =>
    gupshup.parse(
      jsonBody({ app: 'LuckyShrubApp', timestamp: 1712230664720, version: 2, type, payload }).bytes,
      'application/json',
    )
  const written = (type: string, payload: object, context: object = {}) =>
    envelope('message', {
      id: 'wamid.IN',
      source: '16505551234',
      type,
      payload,
      sender: { phone: '16505551234', name: 'Sheena Nelson' },
      context,
    })

  test.each<[string, string, object, object]>([
    [
      'a tap on a template',
      'quick_reply',
      { text: 'Thanks', type: 'button', postbackText: 'thanks-1' },
      { kind: 'button', text: 'Thanks', data: { payload: 'thanks-1' } },
    ],
    [
      'a tap on a template, by its other word',
      'text',
      { text: 'Thanks', type: 'button' },
      { kind: 'button', text: 'Thanks', data: { text: 'Thanks' } },
    ],
    [
      'a tap on a button',
      'button_reply',
      { title: 'Red', id: 'msg-1', reply: 'Red 1', postbackText: 'r-1' },
      { kind: 'interactive', text: 'Red', data: { type: 'button_reply', id: 'r-1', title: 'Red' } },
    ],
    [
      'a row of a list',
      'list_reply',
      { title: 'Red', id: 'msg-1', reply: 'Red 1', postbackText: 'r-1', description: 'dark' },
      { kind: 'interactive', text: 'Red', data: { type: 'list_reply', id: 'r-1' } },
    ],
  ])('%s', (_name, type, payload, content) => {
    const context = { id: 'gBEG', gsId: 'gs-1', forwarded: false, frequently_forwarded: false }
    expect(written(type, payload, context)).toMatchObject([
      { opensWindow: true, event: { message: { content, context: { quoted: 'gs-1', forwarded: 'no' } } } },
    ])
  })
  test('a message that went through many hands', () => {
    expect(written('text', { text: 'a' }, { forwarded: true, frequently_forwarded: true })).toMatchObject([
      { event: { message: { context: { forwarded: 'frequently' } } } },
    ])
  })
  test('a sign on one of ours, on one of the client’s, taken back; without a message it is a dead letter', () => {
    const reacted = (payload: object) => written('reaction', payload)
    expect(reacted({ gsId: 'gs-1', id: 'gBEG', emoji: '👍' })).toMatchObject([
      { opensWindow: true, event: { kind: 'message.reacted', target: 'gs-1', emoji: '👍', by: 'contact' } },
    ])
    expect(reacted({ id: 'wamid.A', emoji: '' })).toMatchObject([
      { opensWindow: false, event: { kind: 'message.reacted', target: 'wamid.A', emoji: null } },
    ])
    expect(reacted({ emoji: '👍' })).toMatchObject([{ to: 'dead_letter', reason: 'malformed_item' }])
  })

  test.each<[string, object, object]>([
    ['approved', { status: 'approved' }, { what: 'status', status: 'approved', reason: null }],
    [
      'rejected, and why',
      { status: 'rejected', rejectedReason: 'INVALID_FORMAT' },
      { what: 'status', status: 'rejected', reason: 'INVALID_FORMAT' },
    ],
    [
      'paused, and why',
      { type: 'status-update', status: 'paused', description: 'for 3 hours' },
      { what: 'status', status: 'paused', reason: 'for 3 hours' },
    ],
    ['changed in a way that the list tells', { type: 'quality-update' }, { what: 'unclear' }],
  ])('a template that was %s', (_name, more, change) => {
    const named = { id: ID, elementName: 'hello', languageCode: 'en_US' }
    expect(envelope('template-event', { ...named, ...more })).toMatchObject([
      {
        to: 'channel',
        account: { accountId: 'LuckyShrubApp' },
        event: {
          kind: 'template-event',
          effect: { does: 'template', template: { providerId: ID, name: 'hello', language: 'en_US' }, change },
        },
      },
    ])
    expect(envelope('template-event', more)).toMatchObject([{ event: { effect: { does: 'nothing' } } }])
  })

  test('who wants no advertising any more; each by itself', () => {
    const preference = (more: object) => ({ wa_id: '16505551234', category: 'marketing_messages', ...more })
    const of = (list: unknown) =>
      envelope('preference-event', { type: 'user_preferences', payload: { user_preferences: list } })
    const stop = preference({ value: 'stop', detail: 'User requested to stop marketing messages' })
    expect(of([stop, 7, preference({ value: 'resume', wa_id: null, userid: 'US.1' })])).toMatchObject([
      {
        to: 'conversation',
        account: 'LuckyShrubApp',
        path: '/payload/payload/user_preferences/0',
        identities: [{ kind: 'wa_id', value: '16505551234' }],
        opensWindow: false,
        event: { kind: 'contact.opted_out', scope: 'marketing' },
      },
      { to: 'dead_letter', path: '/payload/payload/user_preferences/1' },
      { identities: [{ kind: 'bsuid', value: 'US.1' }], event: { kind: 'contact.opted_in' } },
    ])
    for (const odd of [undefined, [], 'x', [{ ...stop, value: 'perhaps' }], [{ ...stop, wa_id: '' }]]) {
      expect(of(odd)).toMatchObject([{ to: 'dead_letter', reason: 'malformed_item' }])
    }
    expect(of([stop])).toEqual(of([stop]))
  })
})
