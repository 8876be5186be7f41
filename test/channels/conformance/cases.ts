import { createHash, createHmac } from 'node:crypto'
import { ANY_ACCOUNT, OWN_ACCOUNT } from '../../../src/channels/port.ts'
import { graphError, json, text } from '../whatsapp-cloud/graph-server.ts'
import { type Body, fixture, formBody, HOOK, jsonBody, type ProviderCase } from './provider-case.ts'

const KEY = 'key-of-the-events-0001'
const TOKEN = 'EAAtokentokentokentokentoken'
const file = text(200, 'file', { 'content-type': 'image/jpeg' })
const wait = { 'retry-after': '17' }

const metaProof = ({ bytes }: Body, key: string, hook = HOOK) => ({
  url: new URL(hook),
  headers: new Headers({ 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(bytes).digest('hex')}` }),
})
const addressProof = (_body: Body, key: string, hook = HOOK) => ({
  url: new URL(`${hook}?key=${encodeURIComponent(key)}`),
  headers: new Headers(),
})
const fromFile = (name: string): Body => ({ bytes: fixture(name), contentType: 'application/json' })

/** Two messages with a bad one between them, in Meta's envelope. */
const metaBatch = (): ProviderCase['batch'] => {
  const message = (id: string) => ({
    from: '16505551234',
    id,
    timestamp: '1760000000',
    type: 'text',
    text: { body: 'a' },
  })
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
    messages: [message('wamid.1'), { type: 'text' }, message('wamid.2')],
  }
  const entry = [{ id: '102290129340398', changes: [{ field: 'messages', value }] }]
  const body = jsonBody({ object: 'whatsapp_business_account', entry })
  return { body, bad: '/entry/0/changes/0/value/messages/1', alive: 2 }
}

const metaInbound = (): ProviderCase['inbound'] => ({
  account: '106540352242922',
  text: fromFile('in_text.json'),
  media: fromFile('in_image.json'),
  status: fromFile('st_read.json'),
  failure: fromFile('st_failed_131047_window.json'),
  unknown: jsonBody({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ field: 'messages', value: { messages: 'nonsense' } }] }],
  }),
})

const metaSend = (): ProviderCase['send'] => ({
  accepted: json(200, { contacts: [{ wa_id: '16505551234' }], messages: [{ id: 'wamid.OUT' }] }),
  id: 'wamid.OUT',
  refused: graphError(400, 131047),
  rateLimited: graphError(429, 130429, wait),
  revoked: graphError(401, 190),
})

const whatsAppCloud: ProviderCase = {
  account: (origin) => ({
    phoneNumberId: '106540352242922',
    wabaId: '102290129340398',
    accessToken: TOKEN,
    appSecret: KEY,
    verifyToken: 'verify-canary-0001',
    graphUrl: origin,
  }),
  secrets: [TOKEN, KEY, 'verify-canary-0001'],
  proof: metaProof,
  provesBody: true,
  inbound: metaInbound(),
  batch: metaBatch(),
  send: metaSend(),
  gone: { mediaId: () => '77', answers: [graphError(404, 131052)] },
  there: {
    mediaId: () => '77',
    answers: (origin) => [(seen, response) => json(200, { url: `${origin()}/f` })(seen, response), file],
  },
}

const dialog360: ProviderCase = {
  account: (origin) => ({
    phoneNumberId: '106540352242922',
    wabaId: '102290129340398',
    apiKey: 'd360-api-key-canary',
    webhookKey: KEY,
    apiUrl: origin,
  }),
  secrets: ['d360-api-key-canary', KEY],
  proof: (_body, key, hook = HOOK) => ({ url: new URL(hook), headers: new Headers({ 'x-parley-key': key }) }),
  provesBody: false,
  inbound: metaInbound(),
  batch: metaBatch(),
  send: { ...metaSend(), revoked: text(401, 'Invalid api key d360-api-key-canary') },
  gone: { mediaId: () => '77', answers: [json(200, { url: 'https://lookaside.fbsbx.com/f?mid=1' }), text(404, '')] },
  there: {
    mediaId: () => '77',
    answers: () => [json(200, { url: 'https://lookaside.fbsbx.com/f?mid=1' }), file],
  },
}

const SID = `AC${'0123456789abcdef'.repeat(2)}`
const twilioError = (status: number, code: number, headers = {}) =>
  json(status, { code, message: `words about ${TOKEN}`, more_info: 'https://www.twilio.com', status }, headers)
const twilioForm = (name: string): Body =>
  formBody((JSON.parse(fixture(name).toString()) as { form: Record<string, string> }).form)
const twilioMedia = (origin: string) => `${origin}/2010-04-01/Accounts/${SID}/Messages/MM1/Media/ME1`
const twilioNames = {
  MessageSid: 'MM00000000000000000000000000000001',
  AccountSid: SID,
  From: 'whatsapp:+16505551234',
  To: 'whatsapp:+15550783881',
}

const twilio: ProviderCase = {
  account: (origin) => ({ phone: '+1 555 078 3881', accountSid: SID, authToken: TOKEN, apiUrl: origin }),
  secrets: [TOKEN, Buffer.from(`${SID}:${TOKEN}`).toString('base64')],
  proof: ({ bytes, contentType }, key, hook = HOOK) => {
    const isForm = contentType !== 'application/json'
    const url = new URL(isForm ? hook : `${hook}?bodySHA256=${createHash('sha256').update(bytes).digest('hex')}`)
    const form = isForm ? [...new URLSearchParams(bytes.toString())].sort(([a], [b]) => (a < b ? -1 : 1)) : []
    const signed = `${url.href}${form.map(([name, value]) => name + value).join('')}`
    const signature = createHmac('sha1', key).update(signed).digest('base64')
    return { url, headers: new Headers({ 'x-twilio-signature': signature }) }
  },
  provesBody: true,
  inbound: {
    account: '+15550783881',
    text: twilioForm('provider_twilio_inbound_form.json'),
    media: formBody({
      ...twilioNames,
      SmsStatus: 'received',
      Body: 'look',
      NumMedia: '1',
      MediaUrl0: twilioMedia('https://api.twilio.com'),
      MediaContentType0: 'image/jpeg',
    }),
    status: formBody({ ...twilioNames, From: twilioNames.To, To: twilioNames.From, MessageStatus: 'read' }),
    failure: twilioForm('provider_twilio_status_form.json'),
    unknown: formBody({ EventType: 'onSomethingNew', AccountSid: SID }),
  },
  batch: null,
  send: {
    accepted: json(201, { sid: 'SM00000000000000000000000000000009', status: 'queued' }),
    id: 'SM00000000000000000000000000000009',
    refused: twilioError(400, 63016),
    rateLimited: twilioError(429, 20429, wait),
    revoked: twilioError(401, 20003),
  },
  gone: { mediaId: twilioMedia, answers: [text(404, '')] },
  there: { mediaId: twilioMedia, answers: () => [text(307, '', { location: '/store/f' }), file] },
}

const gupshupEvent = (type: string, payload: object) =>
  jsonBody({ app: 'LuckyShrubApp', timestamp: 1760000000000, version: 2, type, payload })

const gupshup: ProviderCase = {
  account: (origin) => ({
    appName: 'LuckyShrubApp',
    phone: '+15550783881',
    apiKey: 'gupshup-api-key-canary',
    webhookKey: KEY,
    apiUrl: origin,
  }),
  secrets: ['gupshup-api-key-canary', KEY],
  proof: addressProof,
  provesBody: false,
  inbound: {
    account: 'LuckyShrubApp',
    text: fromFile('provider_gupshup_v2_inbound.json'),
    media: gupshupEvent('message', {
      id: 'ABEG1',
      source: '16505551234',
      type: 'image',
      payload: { url: 'https://filemanager.gupshup.io/wa/1/f', contentType: 'image/jpeg', caption: 'look' },
      sender: { phone: '16505551234', name: 'Sheena Nelson' },
    }),
    status: gupshupEvent('message-event', {
      id: 'gBEGkYaYVSEEAgnZxQ3JmKK6Wvg',
      gsId: 'ee4a68a0-1203-4c85-8dc3-49d0b3226a35',
      type: 'read',
      destination: '16505551234',
      payload: { ts: 1760000001 },
    }),
    failure: fromFile('provider_gupshup_v2_status.json'),
    unknown: jsonBody({ hello: 'world' }),
  },
  batch: null,
  send: {
    accepted: json(202, { status: 'submitted', messageId: 'ee4a68a0-1203-4c85-8dc3-49d0b3226a35' }),
    id: 'ee4a68a0-1203-4c85-8dc3-49d0b3226a35',
    refused: json(400, { status: 'error', message: 'key gupshup-api-key-canary said something wrong' }),
    rateLimited: json(429, { status: 'error', message: 'Too Many Requests' }, wait),
    revoked: json(401, { status: 'error', message: 'Authentication Failed' }),
  },
  gone: { mediaId: (origin) => `${origin}/wa/1/f`, answers: [text(404, '')] },
  there: { mediaId: (origin) => `${origin}/wa/1/f`, answers: () => [file] },
}

const igMessage = (mid: string) => ({
  sender: { id: '6742819350127743' },
  recipient: { id: '17841405822304914' },
  timestamp: 1760000001000,
  message: { mid, text: 'a' },
})

const instagram: ProviderCase = {
  account: (origin) => ({
    accountId: '17841405822304914',
    login: 'instagram',
    accessToken: TOKEN,
    appSecret: KEY,
    verifyToken: 'verify-canary-0001',
    graphUrl: origin,
  }),
  secrets: [TOKEN, KEY, 'verify-canary-0001'],
  proof: metaProof,
  provesBody: true,
  inbound: {
    account: '17841405822304914',
    text: fromFile('ig_text.json'),
    media: fromFile('ig_image.json'),
    status: fromFile('ig_seen.json'),
    failure: null,
    unknown: jsonBody({ object: 'instagram', entry: [{ id: '17841405822304914', something: 'new' }] }),
  },
  batch: {
    body: jsonBody({
      object: 'instagram',
      entry: [{ id: '17841405822304914', time: 1, messaging: [igMessage('m1'), 'nonsense', igMessage('m2')] }],
    }),
    bad: '/entry/0/messaging/1',
    alive: 2,
  },
  send: {
    accepted: json(200, { recipient_id: '6742819350127743', message_id: 'mid.OUT' }),
    id: 'mid.OUT',
    refused: json(400, { error: { message: 'outside', code: 10, error_subcode: 2534022 } }),
    rateLimited: graphError(429, 613, wait),
    revoked: graphError(401, 190),
  },
  gone: { mediaId: (origin) => `${origin}/f`, answers: [text(404, '')] },
  there: { mediaId: (origin) => `${origin}/f`, answers: () => [file] },
}

const chatEvent = (more: object) => ({ id: 'm1', chat: { id: '9' }, at: '2026-11-30T08:00:00Z', ...more })

const chatApi: ProviderCase = {
  account: (origin) => ({ service: 'telegram', sendUrl: `${origin}/parley`, secret: KEY }),
  secrets: [KEY],
  proof: ({ bytes }, key, hook = HOOK) => {
    const [id, timestamp] = ['w1', String(Math.floor(Date.now() / 1000))]
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(bytes).digest('base64')
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
    return { url: new URL(hook), headers: new Headers(headers) }
  },
  provesBody: true,
  inbound: {
    account: OWN_ACCOUNT,
    text: jsonBody({ events: [chatEvent({ text: 'Hello' })] }),
    media: jsonBody({
      events: [chatEvent({ attachments: [{ url: 'https://bridge.example/f', mime: 'image/jpeg' }] })],
    }),
    status: jsonBody({ events: [{ type: 'status', messageId: 'm2', state: 'read', at: '2026-11-30T08:00:00Z' }] }),
    failure: null,
    unknown: jsonBody({ hello: 'world' }),
  },
  batch: {
    body: jsonBody({ events: [chatEvent({ text: 'a' }), { nonsense: true }, chatEvent({ id: 'm2', text: 'b' })] }),
    bad: '/events/1',
    alive: 2,
  },
  send: {
    accepted: json(200, { messageId: '41' }),
    id: '41',
    refused: json(422, { error: { code: 'too_long', message: `a text with ${KEY} in it` } }),
    rateLimited: json(429, {}, wait),
    revoked: json(401, {}),
  },
  gone: { mediaId: (origin) => `${origin}/f`, answers: [text(404, '')] },
  there: { mediaId: (origin) => `${origin}/f`, answers: () => [file] },
}

const bearerProof = (_body: Body, key: string, hook = HOOK) => ({
  url: new URL(hook),
  headers: new Headers({ authorization: `Bearer ${key}` }),
})

const greenEvent = (typeWebhook: string, more: object) =>
  jsonBody({
    typeWebhook,
    instanceData: { idInstance: 1101000001, wid: '15550783881@c.us', typeInstance: 'whatsapp' },
    timestamp: 1760000000,
    idMessage: 'F7AE',
    ...more,
  })

const greenApi: ProviderCase = {
  account: (origin) => ({
    idInstance: '1101000001',
    apiToken: 'green-token/canary+1',
    webhookKey: KEY,
    apiUrl: origin,
  }),
  secrets: ['green-token/canary+1', encodeURIComponent('green-token/canary+1'), KEY],
  proof: bearerProof,
  provesBody: false,
  inbound: {
    account: '1101000001',
    text: fromFile('provider_greenapi_incoming.json'),
    media: greenEvent('incomingMessageReceived', {
      senderData: { chatId: '16505551234@c.us', senderName: 'Sheena Nelson' },
      messageData: {
        typeMessage: 'imageMessage',
        fileMessageData: { downloadUrl: 'https://files.example/f', caption: 'look', mimeType: 'image/jpeg' },
      },
    }),
    status: greenEvent('outgoingMessageStatus', { chatId: '16505551234@c.us', status: 'read' }),
    failure: null,
    unknown: jsonBody({ hello: 'world' }),
  },
  batch: null,
  send: {
    accepted: json(200, { idMessage: '3EB0C767' }),
    id: '3EB0C767',
    refused: json(400, {
      statusCode: 400,
      path: '/waInstance1101000001/sendMessage/green-token%2Fcanary%2B1',
      message: 'of green-token/canary+1',
    }),
    rateLimited: json(429, { message: 'Too Many Requests' }, wait),
    revoked: json(401, { message: 'Unauthorized /waInstance1101000001/sendMessage/green-token%2Fcanary%2B1' }),
  },
  gone: { mediaId: () => '16505551234@c.us F7AE', answers: [json(400, { message: 'File message not found' })] },
  there: {
    mediaId: () => '16505551234@c.us F7AE',
    answers: (origin) => [(seen, response) => json(200, { downloadUrl: `${origin()}/f` })(seen, response), file],
  },
}

const WAZZUP_CHANNEL = 'e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d10'
const wazzupMessage = (more: object) => ({
  messageId: 'm1',
  channelId: WAZZUP_CHANNEL,
  chatType: 'whatsapp',
  chatId: '16505551234',
  dateTime: '2025-10-09T08:53:20.000Z',
  type: 'text',
  status: 'inbound',
  text: 'Hello',
  isEcho: false,
  ...more,
})
const wazzupStatus = (more: object) =>
  jsonBody({ statuses: [{ messageId: 'm2', timestamp: '2025-10-09T08:53:22.000Z', ...more }] })

const wazzup24: ProviderCase = {
  account: (origin) => ({
    channelId: WAZZUP_CHANNEL,
    apiKey: 'wazzup-api-key-canary',
    webhookKey: KEY,
    apiUrl: origin,
  }),
  secrets: ['wazzup-api-key-canary', KEY],
  proof: addressProof,
  provesBody: false,
  inbound: {
    account: WAZZUP_CHANNEL,
    statusAccount: ANY_ACCOUNT,
    text: jsonBody({ messages: [wazzupMessage({})] }),
    media: jsonBody({
      messages: [wazzupMessage({ type: 'image', text: undefined, contentUri: 'https://store.wazzup24.com/f' })],
    }),
    status: wazzupStatus({ status: 'read' }),
    failure: wazzupStatus({ status: 'error', error: { error: '24_HOURS_EXCEEDED', description: 'too late' } }),
    unknown: jsonBody({ hello: 'world' }),
    trial: jsonBody({ test: true }),
  },
  batch: {
    body: jsonBody({
      messages: [wazzupMessage({}), { nonsense: true }, wazzupMessage({ messageId: 'm3' })],
      statuses: [],
    }),
    bad: '/messages/1',
    alive: 2,
  },
  send: {
    accepted: json(201, { messageId: '0f6e2a1c-5d0b-4a55-8d2e-7f2a9d3c1b11', chatId: '16505551234' }),
    id: '0f6e2a1c-5d0b-4a55-8d2e-7f2a9d3c1b11',
    refused: json(400, { error: '24_HOURS_EXCEEDED', description: 'for wazzup-api-key-canary' }),
    rateLimited: json(429, { error: 'TOO_MANY_REQUESTS' }, wait),
    revoked: json(401, { error: 'UNAUTHORIZED' }),
  },
  gone: { mediaId: (origin) => `${origin}/f`, answers: [text(404, '')] },
  there: { mediaId: (origin) => `${origin}/f`, answers: () => [file] },
}

const CHATAPP_TOKEN = '$2y$10$chatapp-token-canary'
const chatAppLogin = json(200, {
  success: true,
  data: { accessToken: CHATAPP_TOKEN, refreshToken: '$2y$10$chatapp-refresh-canary' },
})
const chatAppBody = (type: string, ...data: unknown[]) =>
  jsonBody({ data, meta: { type, licenseId: 37233, messengerType: 'grWhatsApp' } })
const chatAppMessage = (more: object) => ({
  id: '3EB0AFFCCBD74DEF3A9AC7',
  internalId: '3EB0AFFCCBD74DEF3A9AC7',
  fromApi: false,
  fromMe: false,
  side: 'in',
  time: 1752391936,
  type: 'text',
  message: { text: 'Does it come in another color?', caption: '', file: null },
  fromUser: { id: '16505551234@c.us', name: 'Sheena Nelson', phone: '16505551234' },
  chat: { id: '16505551234@c.us', type: 'private', phone: '16505551234', name: 'Sheena Nelson' },
  ...more,
})
const chatAppError = (status: number, code: string, headers = {}) =>
  json(status, { success: false, error: { code, message: `of ${CHATAPP_TOKEN} and chatapp password canary` } }, headers)

const chatApp: ProviderCase = {
  account: (origin) => ({
    line: '37233/grWhatsApp',
    email: 'shop@example.com',
    password: 'chatapp password canary',
    appId: 'app_111_1',
    webhookKey: KEY,
    apiUrl: origin,
  }),
  withTemplates: { line: '37233/caWhatsApp' },
  secrets: ['chatapp password canary', CHATAPP_TOKEN, '$2y$10$chatapp-refresh-canary', KEY],
  signIn: ({ url }) => (url.startsWith('/v1/tokens') ? chatAppLogin : null),
  proof: addressProof,
  provesBody: false,
  inbound: {
    account: '37233/grWhatsApp',
    text: chatAppBody('message', chatAppMessage({})),
    media: chatAppBody(
      'message',
      chatAppMessage({
        type: 'image',
        message: {
          text: null,
          caption: 'look',
          file: { link: 'https://files.example/f', name: 'f.jpg', contentType: 'image/jpeg', size: 4 },
        },
      }),
    ),
    status: chatAppBody('messageStatus', { id: 'BAE50969AD3BEA0F', type: 'viewed', time: 1692009881, error: null }),
    failure: null,
    unknown: jsonBody({ hello: 'world' }),
    trial: { bytes: Buffer.alloc(0), contentType: 'application/json' },
  },
  batch: {
    body: chatAppBody('message', chatAppMessage({}), { nonsense: true }, chatAppMessage({ id: 'm3' })),
    bad: '/data/1',
    alive: 2,
  },
  send: {
    accepted: json(200, { success: true, data: { id: 'BAE50969AD3BEA0F', chatId: '16505551234@c.us' } }),
    id: 'BAE50969AD3BEA0F',
    refused: chatAppError(400, 'ApiSomethingError'),
    rateLimited: chatAppError(429, 'ApiTooManyError', wait),
    revoked: chatAppError(401, 'ApiInvalidTokenError'),
  },
  gone: { mediaId: (origin) => `${origin}/f`, answers: [text(404, '')] },
  there: { mediaId: (origin) => `${origin}/f`, answers: () => [file] },
}

/** By the name of the provider. A new adapter of the registry needs its line here (conformance.test.ts says so). */
export const CASES: Record<string, ProviderCase | undefined> = {
  'whatsapp-cloud': whatsAppCloud,
  instagram,
  dialog360,
  twilio,
  gupshup,
  'chat-api': chatApi,
  'green-api': greenApi,
  wazzup24,
  chatapp: chatApp,
}
