import { type Context, Hono } from 'hono'
import { isSigned } from '../../../channels/chat-api/signature.ts'
import { isKnownKey } from '../../../channels/shared-key.ts'
import { answerSend, clientOf, sentMessage } from './sends.ts'
import { type EventContext, type Play, type Service, type ServiceLine, ServiceRefusal } from './service.ts'
import type { ServiceMessage } from './state.ts'

const STATES = { sent: 'sent', delivered: 'delivered', read: 'read', undelivered: 'failed' } as const

/**
 * A bridge to some other messenger (docs/channels/chat-api.md): what its owner would write. Its chats are called by the
 * digits of a number, so that a client can be written to first.
 */
export const chatApiService: Service = {
  name: 'chat-api',
  title: 'Chat API',
  longestText: 4096,
  proof: 'bearer',
  lateCode: null,
  fileCode: 'file_not_reached',
  errorBody: (_status, code, message) => ({ error: { code: code ?? 'refused', message } }),
  api,
  arrived: (_line, message, context) => ({ events: [shownMessage(message, context)] }),
  echoed: (_line, message, context) => ({ events: [{ ...shownMessage(message, context), author: 'operator' }] }),
  echoesCalls: false,
  changed(_line, change) {
    const { id, message } = change
    const at = new Date(change.at).toISOString()
    const of = { id, messageId: message.sid, chat: { id: chatOf(message.client) }, at }
    if (change.what === 'reaction') return { events: [{ type: 'reaction', ...of, emoji: change.emoji }] }
    return {
      events: [change.what === 'edit' ? { type: 'edited', ...of, text: message.text } : { type: 'deleted', ...of }],
    }
  },
  reported: (_line, { sid, key, status, errorCode }, at) => ({
    events: [
      {
        type: 'status',
        messageId: sid,
        ...(key === null ? {} : { deliveryId: key }),
        state: status in STATES ? STATES[status as keyof typeof STATES] : 'sent',
        at: new Date(at).toISOString(),
        ...(errorCode === null ? {} : { error: { code: errorCode || 'failed', message: 'It did not arrive.' } }),
      },
    ],
  }),
}

const chatOf = (client: string): string => client.slice(1)

function shownMessage(message: ServiceMessage, { name, quoted }: EventContext): object {
  const { tapped, text } = message
  return {
    type: 'message',
    id: message.sid,
    chat: { id: chatOf(message.client) },
    contact: { name, phone: message.client },
    at: new Date(message.at).toISOString(),
    ...(tapped ? { button: { id: tapped.id, title: tapped.title } } : text === null ? {} : { text }),
    // By its id: the bridge is asked for the bytes.
    attachments: message.media.map((file) => ({ id: file.url.split('/').at(-1), mime: file.mime, name: file.name })),
    ...(quoted === null ? {} : { replyTo: quoted.sid }),
  }
}

function api(play: Play): Hono {
  const app = new Hono()
  app.post('/', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer())
    const line = await signedBy(play, c, bytes)
    const call = objectIn(bytes)
    // An address is tried before it has a channel, with a secret that is new here.
    if (call.type === 'parley.check') return c.json({})
    if (line === null) throw new ServiceRefusal(401, 'unknown', 'no channel of this secret')
    const taken = ({ sid, client }: ServiceMessage) => c.json({ messageId: sid, chat: { id: chatOf(client) } })
    const before = [...play.state.messages.values()].find(({ key }) => key !== null && key === call.deliveryId)
    // What was answered once is answered again, and nothing is sent.
    if (before) return taken(before)
    return answerSend(play, c, call, async () => read(play, line, call), taken)
  })
  app.get('/', async (c) => {
    const [, token = null] = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '') ?? []
    const isKnown = (await play.lines()).some(({ webhookKey }) => isKnownKey(token, [webhookKey]))
    if (!isKnown) throw new ServiceRefusal(401, null, 'no channel of this secret')
    const file = play.state.files.get(c.req.query('file') ?? '')
    if (!file) throw new ServiceRefusal(404, null, 'no such file')
    return c.body(new Uint8Array(Buffer.from(file.dataBase64, 'base64')), 200, { 'content-type': file.mime })
  })
  return app
}

/** @returns the channel whose secret the call was signed with; null: none of them. @throws ServiceRefusal 401 */
async function signedBy(play: Play, c: Context, body: Uint8Array): Promise<ServiceLine | null> {
  const { headers } = c.req.raw
  if (!headers.has('webhook-signature')) throw new ServiceRefusal(401, null, 'not signed')
  return (await play.lines()).find(({ webhookKey }) => isSigned([webhookKey], headers, body, play.now())) ?? null
}

function objectIn(bytes: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    throw new ServiceRefusal(400, null, 'the body is no JSON')
  }
}

function read(play: Play, line: ServiceLine, call: Record<string, unknown>): ServiceMessage {
  const { text, attachment, buttons } = Object(call.message) as Record<string, unknown>
  const phone = Object(call.contact).phone
  const chat = call.chat === null ? String(phone ?? '').slice(1) : Object(call.chat).id
  const file = attachment === undefined ? null : (Object(attachment) as Record<string, unknown>)
  const words = file === null ? text : file.caption
  if (file === null && typeof text !== 'string') throw new ServiceRefusal(422, 'empty', 'neither text nor a file')
  return sentMessage(play, line, clientOf(chat, 'no_such_chat'), {
    text: typeof words === 'string' ? words : null,
    media:
      file === null ? [] : [{ url: String(file.url), mime: null, name: file.name === null ? null : String(file.name) }],
    choices: Array.isArray(buttons)
      ? buttons.map((one) => ({
          kind: 'button' as const,
          id: String(Object(one).id),
          title: String(Object(one).title),
        }))
      : [],
    quoted: typeof call.replyTo === 'string' ? call.replyTo : null,
    key: typeof call.deliveryId === 'string' ? call.deliveryId : null,
  })
}
