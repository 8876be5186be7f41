import { type Context, Hono } from 'hono'
import { postEvent } from './events.ts'
import { answerSend, clientOf, jsonOf, sentMessage } from './sends.ts'
import { type EventContext, type Play, type Service, type ServiceLine, ServiceRefusal } from './service.ts'
import type { ServiceMessage } from './state.ts'

/** Every account has this channel until Parley has it: there is something to connect. */
const FREE_CHANNEL = '00000000-0000-4000-8000-000000000024'
const CODES = new Map([
  [401, 'UNAUTHORIZED'],
  [429, 'TOO_MANY_REQUESTS'],
])

/** The ordinary WhatsApp over Wazzup (reference §12). */
export const wazzup24Service: Service = {
  name: 'wazzup24',
  title: 'Wazzup',
  longestText: 4096,
  proof: 'address',
  lateCode: null,
  fileCode: 'file_not_reached',
  errorBody: (status, code, description) => ({ status, error: code ?? CODES.get(status) ?? 'ERROR', description }),
  api,
  arrived: (line, message, context) => ({ messages: [shownMessage(line, message, context)] }),
  echoed: (line, message, context) => ({ messages: [shownMessage(line, message, context)] }),
  echoesCalls: false,
  changed(line, { at, message, what }, context) {
    if (what === 'reaction') return null
    const mark = what === 'edit' ? { isEdited: true } : { isDeleted: true }
    return { messages: [{ ...shownMessage(line, { ...message, at }, context), ...mark }] }
  },
  stateChanged: ({ sender }, state, at) => ({
    channelsUpdates: [{ channelId: sender, state, timestamp: String(Math.floor(at / 1000)) }],
  }),
  reported: (_line, { sid, status, errorCode }, at) => ({
    statuses: [
      {
        messageId: sid,
        timestamp: new Date(at).toISOString(),
        status: status === 'undelivered' ? 'error' : status,
        ...(errorCode === null ? {} : { error: { error: errorCode, description: 'It did not arrive.' } }),
      },
    ],
  }),
}

function shownMessage({ sender }: ServiceLine, message: ServiceMessage, { name, quoted }: EventContext): object {
  const [file] = message.media
  const [family = ''] = file?.mime?.split('/') ?? []
  return {
    messageId: message.sid,
    channelId: sender,
    chatType: 'whatsapp',
    chatId: message.client.slice(1),
    dateTime: new Date(message.at).toISOString(),
    type: !file ? 'text' : ['image', 'video', 'audio'].includes(family) ? family : 'document',
    status: message.author === 'client' ? 'inbound' : 'sent',
    isEcho: message.author !== 'client',
    contact: { name },
    ...(message.text === null ? {} : { text: message.text }),
    ...(file ? { contentUri: file.url } : {}),
    ...(quoted === null ? {} : { quotedMessage: { messageId: quoted.sid } }),
  }
}

function api(play: Play): Hono {
  const app = new Hono()
  app.get('/v3/channels', async (c) => {
    const own = await linesOf(play, c)
    const all = await play.lines()
    const free = all.some(({ sender }) => sender === FREE_CHANNEL) ? [] : [FREE_CHANNEL]
    const ids = [...own.map(({ sender }) => sender), ...free]
    return c.json(
      ids.map((channelId) => ({ channelId, transport: 'whatsapp', plainId: '15550100024', state: 'active' })),
    )
  })
  app.patch('/v3/webhooks', async (c) => {
    // Wazzup tries the address before it says yes.
    for (const line of await linesOf(play, c)) void postEvent(play, line, '', { test: true })
    return c.json({ ok: true })
  })
  app.post('/v3/message', async (c) => {
    const json = await jsonOf(c)
    const taken = ({ sid, client }: ServiceMessage) => c.json({ messageId: sid, chatId: client.slice(1) }, 201)
    return answerSend(play, c, json, async () => read(play, json, await linesOf(play, c)), taken)
  })
  return app
}

function read(play: Play, json: Record<string, unknown>, lines: ServiceLine[]): ServiceMessage {
  const line = lines.find(({ sender }) => sender === json.channelId)
  if (!line) throw new ServiceRefusal(400, 'CHANNEL_NOT_FOUND', 'the account has no such channel')
  const { chatType, chatId, text, contentUri, crmMessageId, refMessageId } = json
  if (chatType !== 'whatsapp') throw new ServiceRefusal(400, 'INVALID_MESSAGE_DATA', 'chatType')
  const key = typeof crmMessageId === 'string' ? crmMessageId : null
  if (key !== null && [...play.state.messages.values()].some((message) => message.key === key)) {
    throw new ServiceRefusal(400, 'repeatedCrmMessageId', 'the message was sent before')
  }
  if ((typeof text === 'string') === (typeof contentUri === 'string')) {
    throw new ServiceRefusal(400, 'INVALID_MESSAGE_DATA', 'either text or contentUri')
  }
  return sentMessage(play, line, clientOf(chatId, 'BAD_CONTACT'), {
    text: typeof text === 'string' ? text : null,
    media: typeof contentUri === 'string' ? [{ url: contentUri, mime: null, name: null }] : [],
    quoted: typeof refMessageId === 'string' ? refMessageId : null,
    key,
  })
}

/**
 * The channels of an account, by its key. A key that no channel has yet is of a new account.
 * @throws ServiceRefusal 401
 */
async function linesOf(play: Play, c: Context): Promise<ServiceLine[]> {
  const [, key] = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '') ?? []
  if (key === undefined) throw new ServiceRefusal(401, null, 'no key')
  return (await play.lines()).filter(({ config }) => config.apiKey === key)
}
