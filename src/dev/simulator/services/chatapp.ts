import { randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { eventsUrl } from './events.ts'
import { answerSend, clientOf, jsonOf, sentMessage } from './sends.ts'
import { type EventContext, type Play, type Service, type ServiceLine, ServiceRefusal } from './service.ts'
import type { ServiceMessage } from './state.ts'

/** Every account has this line until Parley has it: there is something to connect. */
const FREE_LINE = '1001/grWhatsApp'
const DAY_SECONDS = 24 * 3600
const CODES = new Map([
  [401, 'ApiInvalidTokenError'],
  [429, 'ApiTooManyRequestsError'],
])

/** The ordinary WhatsApp over ChatApp (reference §12), as far as it is known. */
export const chatAppService: Service = {
  name: 'chatapp',
  title: 'ChatApp',
  longestText: 4096,
  proof: 'address',
  lateCode: null,
  fileCode: 'file_not_reached',
  errorBody: (status, code, message) => ({
    success: false,
    error: { code: code ?? CODES.get(status) ?? 'ApiInvalidDataError', message },
  }),
  api,
  arrived: (line, message, context) => envelope(line, 'message', shownMessage(message, context)),
  echoed: (line, message, context) => envelope(line, 'message', shownMessage(message, context)),
  echoesCalls: true,
  // In no paper and no program does ChatApp tell of any (docs/channels/third-party.md).
  changed: () => null,
  reported: (line, { sid, client, status, errorCode }, at) =>
    envelope(line, 'messageStatus', {
      id: sid,
      type: status === 'read' ? 'viewed' : status === 'undelivered' ? 'error' : status,
      time: Math.floor(at / 1000),
      chat: { id: chatOf(client) },
      error: errorCode === null ? null : { code: errorCode || 'error', message: 'It did not arrive.' },
    }),
}

const chatOf = (client: string): string => `${client.slice(1)}@c.us`

function envelope({ sender }: ServiceLine, type: string, item: object) {
  const [licence, messengerType] = sender.split('/')
  return { data: [item], meta: { type, licenseId: Number(licence), messengerType } }
}

function shownMessage(message: ServiceMessage, { name }: EventContext): object {
  const [file] = message.media
  const [family = ''] = file?.mime?.split('/') ?? []
  const isClients = message.author === 'client'
  const chat = { id: chatOf(message.client), type: 'private', phone: message.client.slice(1), name }
  return {
    id: message.sid,
    internalId: message.sid,
    fromApi: message.author === 'api',
    fromMe: !isClients,
    side: isClients ? 'in' : 'out',
    time: Math.floor(message.at / 1000),
    type: !file ? 'text' : ['image', 'video', 'audio'].includes(family) ? family : 'document',
    message: file
      ? { text: null, caption: message.text ?? '', file: { link: file.url, name: file.name, contentType: file.mime } }
      : { text: message.text, caption: '', file: null },
    fromUser: isClients ? { id: chat.id, name, phone: chat.phone } : null,
    chat,
  }
}

function api(play: Play): Hono {
  const app = new Hono()
  // In memory alone: after a restart every token is turned away, and signing in begins anew.
  const tokens = new Map<string, string>()
  const newTokens = (c: Context, email: string) => {
    const [accessToken, refreshToken] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')]
    for (const token of [accessToken, refreshToken]) tokens.set(token, email)
    const accessTokenEndTime = Math.floor(play.now() / 1000) + DAY_SECONDS
    return c.json({ success: true, data: { accessToken, accessTokenEndTime, refreshToken } })
  }
  const linesOf = async (c: Context): Promise<ServiceLine[]> => {
    const email = tokens.get(c.req.header('authorization') ?? '')
    if (email === undefined) throw new ServiceRefusal(401, null, 'the token is not known')
    return (await play.lines()).filter(({ config }) => config.email === email)
  }
  const lineOf = async (c: Context): Promise<ServiceLine> => {
    const sender = `${c.req.param('licence')}/${c.req.param('messenger')}`
    const line = (await linesOf(c)).find((one) => one.sender === sender)
    if (!line) throw new ServiceRefusal(404, 'ApiNotFoundError', 'the account has no such line')
    return line
  }

  // Somebody whom no channel knows yet is let in with any password: a channel is checked before it is made.
  app.post('/v1/tokens', async (c) => {
    const { email, password, appId } = await jsonOf(c)
    const known = (await play.lines()).filter(({ config }) => config.email === email)
    const isRight = known.length === 0 || known.some(({ config }) => config.password === password)
    if (typeof email !== 'string' || !password || !appId || !isRight) {
      throw new ServiceRefusal(401, 'ApiInvalidCredentialsError', 'the e-mail address or the password is wrong')
    }
    return newTokens(c, email)
  })
  app.post('/v1/tokens/refresh', (c) => {
    const given = c.req.header('refresh') ?? ''
    const email = tokens.get(given)
    if (email === undefined) throw new ServiceRefusal(401, null, 'the token is not known')
    tokens.delete(given)
    return newTokens(c, email)
  })
  app.get('/v1/licenses', async (c) => {
    const own = await linesOf(c)
    const isFree = (await play.lines()).every(({ sender }) => sender !== FREE_LINE)
    const data = [...own.map(({ sender }) => sender), ...(isFree ? [FREE_LINE] : [])].map((line) => {
      const [licence, type] = line.split('/')
      const licenseTo = Math.floor(play.now() / 1000) + 30 * DAY_SECONDS
      return { licenseId: Number(licence), licenseTo, messenger: [{ type, name: 'WhatsApp' }] }
    })
    return c.json({ success: true, data })
  })
  const path = '/v1/licenses/:licence/messengers/:messenger'
  app.put(`${path}/callbackUrl`, async (c) => {
    const line = await lineOf(c)
    // ChatApp tries the address with an empty call before it says yes.
    const answer = await fetch(eventsUrl(false, line), { method: 'POST', signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    )
    await answer?.arrayBuffer().catch(() => null)
    if (!answer?.ok) throw new ServiceRefusal(400, 'ApiInvalidDataError', 'the address does not answer')
    return c.json({ success: true, data: {} })
  })
  const sending = (contentIn: (json: Record<string, unknown>) => Partial<ServiceMessage>) => async (c: Context) => {
    const json = await jsonOf(c)
    const read = async () => {
      const digits = c.req.param('chat')?.replace(/@c\.us$/, '')
      return sentMessage(play, await lineOf(c), clientOf(digits, 'ApiInvalidDataError'), contentIn(json))
    }
    return answerSend(play, c, json, read, ({ sid }) => c.json({ success: true, data: { id: sid } }))
  }
  app.post(
    `${path}/chats/:chat/messages/text`,
    sending(({ text }) => ({ text: wordsIn(text, 'text') })),
  )
  app.post(
    `${path}/chats/:chat/messages/file`,
    sending(({ file, fileName, caption }) => ({
      text: typeof caption === 'string' ? caption : null,
      media: [{ url: wordsIn(file, 'file'), mime: null, name: typeof fileName === 'string' ? fileName : null }],
    })),
  )
  return app
}

function wordsIn(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new ServiceRefusal(422, 'ApiInvalidDataError', `${name} is missing`)
}
