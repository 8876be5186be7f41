import { type Context, Hono } from 'hono'
import { answerSend, clientOf, jsonOf, sentMessage } from './sends.ts'
import { type EventContext, type Play, type Service, type ServiceLine, ServiceRefusal } from './service.ts'
import type { ServiceMessage, ServiceStatus } from './state.ts'

/** The phone that is linked to every instance. */
const OWN_CHAT = '15550100001@c.us'

/** The ordinary WhatsApp over Green-API (reference §12). */
export const greenApiService: Service = {
  name: 'green-api',
  title: 'Green-API',
  longestText: 4096,
  proof: 'bearer',
  lateCode: null,
  fileCode: 'file_not_reached',
  errorBody: (statusCode, _code, message) => ({ statusCode, message }),
  api,
  arrived: (line, message, context) => messageEvent('incomingMessageReceived', line, message, context),
  echoed: (line, message, context) =>
    messageEvent(
      message.author === 'api' ? 'outgoingAPIMessageReceived' : 'outgoingMessageReceived',
      line,
      message,
      context,
    ),
  echoesCalls: true,
  changed: (line, { id, at, message, ...change }, context) =>
    messageEvent('incomingMessageReceived', line, { ...message, sid: id, at }, context, changedData(message, change)),
  stateChanged: (line, stateInstance, at) => ({ ...envelope('stateInstanceChanged', line, at), stateInstance }),
  reported: (line, { sid, client, status, errorCode }, at) => ({
    ...envelope('outgoingMessageStatus', line, at),
    idMessage: sid,
    chatId: chatOf(client),
    status: wordOf(status, errorCode),
    sendByApi: true,
    ...(errorCode === null ? {} : { description: errorCode }),
  }),
}

const chatOf = (client: string): string => `${client.slice(1)}@c.us`

/** A failure has one of three words; what else was asked for is told beside it. */
const wordOf = (status: ServiceStatus, errorCode: string | null): string =>
  status !== 'undelivered' ? status : (['noAccount', 'yellowCard'].find((word) => word === errorCode) ?? 'failed')

const envelope = (typeWebhook: string, { sender }: ServiceLine, at: number) => ({
  typeWebhook,
  instanceData: { idInstance: Number(sender), wid: OWN_CHAT, typeInstance: 'whatsapp' },
  timestamp: Math.floor(at / 1000),
})

type Change = { what: 'edit' | 'unsend' } | { what: 'reaction'; emoji: string | null }

function changedData({ sid, text }: ServiceMessage, change: Change): object {
  switch (change.what) {
    case 'edit':
      return { typeMessage: 'editedMessage', editedMessageData: { textMessage: text, stanzaId: sid } }
    case 'unsend':
      return { typeMessage: 'deletedMessage', deletedMessageData: { stanzaId: sid } }
    case 'reaction':
      return {
        typeMessage: 'reactionMessage',
        extendedTextMessageData: { text: change.emoji ?? '' },
        quotedMessage: { stanzaId: sid },
      }
  }
}

function messageEvent(
  type: string,
  line: ServiceLine,
  message: ServiceMessage,
  { name, quoted }: EventContext,
  messageData: object = {
    ...dataOf(message, quoted !== null),
    ...(quoted === null ? {} : { quotedMessage: { stanzaId: quoted.sid, participant: chatOf(message.client) } }),
  },
) {
  const chatId = chatOf(message.client)
  return {
    ...envelope(type, line, message.at),
    idMessage: message.sid,
    senderData: {
      chatId,
      chatName: name,
      sender: type === 'incomingMessageReceived' ? chatId : OWN_CHAT,
      senderName: type === 'incomingMessageReceived' ? name : '',
    },
    messageData,
  }
}

function dataOf({ text, media }: ServiceMessage, isQuoting: boolean): object {
  const [file] = media
  if (file) {
    const [family = ''] = file.mime?.split('/') ?? []
    const kind = ['image', 'video', 'audio'].includes(family) ? family : 'document'
    const fileMessageData = {
      downloadUrl: file.url,
      caption: text ?? '',
      fileName: file.name ?? '',
      mimeType: file.mime ?? '',
    }
    return { typeMessage: `${kind}Message`, fileMessageData }
  }
  return isQuoting
    ? { typeMessage: 'quotedMessage', extendedTextMessageData: { text } }
    : { typeMessage: 'textMessage', textMessageData: { textMessage: text } }
}

function api(play: Play): Hono {
  const app = new Hono()
  const path = (method: string) => `/:instance{waInstance[0-9]+}/${method}/:token`
  app.get(path('getStateInstance'), async (c) => {
    await access(play, c)
    return c.json({ stateInstance: 'authorized' })
  })
  app.get(path('getSettings'), async (c) => {
    await access(play, c)
    return c.json({ wid: OWN_CHAT })
  })
  app.post(path('setSettings'), async (c) => {
    await access(play, c)
    return c.json({ saveSettings: true })
  })
  app.post(path('downloadFile'), async (c) => {
    await access(play, c)
    const { chatId, idMessage } = await jsonOf(c)
    const message = play.state.messages.get(String(idMessage))
    const [file] = message && chatOf(message.client) === chatId ? message.media : []
    const isKept = file !== undefined && play.state.files.has(file.url.split('/').at(-1) ?? '')
    if (!isKept) throw new ServiceRefusal(400, null, 'File message not found')
    return c.json({ downloadUrl: file.url })
  })
  app.post(path('sendMessage'), (c) => sending(play, c, ({ message }) => ({ text: wordsIn(message, 'message') })))
  app.post(path('sendFileByUrl'), (c) =>
    sending(play, c, ({ urlFile, fileName, caption }) => ({
      text: typeof caption === 'string' ? caption : null,
      media: [{ url: wordsIn(urlFile, 'urlFile'), mime: null, name: wordsIn(fileName, 'fileName') }],
    })),
  )
  return app
}

async function sending(
  play: Play,
  c: Context,
  contentIn: (json: Record<string, unknown>) => Partial<Pick<ServiceMessage, 'text' | 'media'>>,
): Promise<Response> {
  const json = await jsonOf(c)
  const read = async () => {
    const line = await access(play, c)
    if (!line) throw new ServiceRefusal(401, null, 'Unauthorized')
    const [, digits] = /^(\d+)@c\.us$/.exec(String(json.chatId)) ?? []
    const quoted = typeof json.quotedMessageId === 'string' ? json.quotedMessageId : null
    return sentMessage(play, line, clientOf(digits, null), { ...contentIn(json), quoted })
  }
  return answerSend(play, c, json, read, ({ sid }) => c.json({ idMessage: sid }))
}

function wordsIn(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new ServiceRefusal(400, null, `Validation failed. Details: '${name}' is required`)
}

/**
 * The instance that a call is for, by the token in its path. One that no channel has yet is let in with any token: a
 * channel is checked before it is made.
 * @throws ServiceRefusal 401
 */
async function access(play: Play, c: Context): Promise<ServiceLine | null> {
  const sender = c.req.param('instance')?.replace('waInstance', '')
  const line = (await play.lines()).find((one) => one.sender === sender)
  if (line && line.config.apiToken !== c.req.param('token')) throw new ServiceRefusal(401, null, 'Unauthorized')
  return line ?? null
}
