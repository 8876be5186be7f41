import { type Context, Hono } from 'hono'
import { filledTemplate, GUPSHUP_TEMPLATES } from './gupshup-templates.ts'
import { answerSend, clientOf, sentMessage } from './sends.ts'
import { type EventContext, type Play, type Service, type ServiceLine, ServiceRefusal } from './service.ts'
import type { ServiceChoice, ServiceMessage } from './state.ts'

/** WhatsApp over Gupshup, with the second form of its events (reference §12). */
export const gupshupService: Service = {
  name: 'gupshup',
  title: 'Gupshup',
  longestText: 4096,
  proof: 'address',
  lateCode: '470',
  fileCode: '131053',
  errorBody: (_status, _code, message) => ({ status: 'error', message }),
  api,
  arrived: (line, message, context) =>
    envelope(line, message.at, 'message', {
      id: whatsAppId(message.sid),
      source: message.client.slice(1),
      ...contentOf(message, context),
      sender: { phone: message.client.slice(1), name: context.name },
      ...quoteOf(context),
    }),
  reported: (line, { sid, client, status, errorCode }, at) =>
    envelope(line, at, 'message-event', {
      id: whatsAppId(sid),
      gsId: sid,
      type: status === 'undelivered' ? 'failed' : status,
      destination: client.slice(1),
      payload:
        errorCode === null
          ? { ts: Math.floor(at / 1000) }
          : { code: Number(errorCode) || 0, reason: 'It did not arrive.' },
    }),
  echoed: null,
  echoesCalls: false,
  changed(line, change, { name }) {
    if (change.what !== 'reaction') return null
    const { id, at, message, emoji } = change
    const target = { id: whatsAppId(message.sid), ...(message.direction === 'to_client' ? { gsId: message.sid } : {}) }
    const phone = message.client.slice(1)
    return envelope(line, at, 'message', {
      id: whatsAppId(id),
      source: phone,
      type: 'reaction',
      payload: { ...target, emoji: emoji ?? '' },
      sender: { phone, name },
    })
  },
}

const envelope = ({ sender }: ServiceLine, timestamp: number, type: string, payload: object) => ({
  app: sender,
  timestamp,
  version: 2,
  type,
  payload,
})

/** Gupshup has ids of its own, and shows WhatsApp's beside. */
const whatsAppId = (sid: string): string => `wamid.${sid}`

function quoteOf({ quoted }: EventContext): object {
  if (quoted === null) return {}
  const gsId = quoted.direction === 'to_client' ? { gsId: quoted.sid } : {}
  return { context: { id: whatsAppId(quoted.sid), ...gsId } }
}

function contentOf({ text, media, tapped }: ServiceMessage, { quoted }: EventContext): object {
  const [file] = media
  if (tapped?.kind === 'row') {
    return { type: 'list_reply', payload: { id: tapped.id, title: tapped.title, postbackText: tapped.id } }
  }
  if (tapped && quoted?.template) {
    return { type: 'quick_reply', payload: { type: 'button', text: tapped.title, postbackText: tapped.id } }
  }
  if (tapped) return { type: 'button_reply', payload: { id: tapped.id, title: tapped.title, postbackText: tapped.id } }
  if (!file) return { type: 'text', payload: { text } }
  const [family = ''] = file.mime?.split('/') ?? []
  const type = ['image', 'video', 'audio'].includes(family) ? family : 'file'
  const named = { ...(text === null ? {} : { caption: text }), ...(file.name === null ? {} : { name: file.name }) }
  return { type, payload: { url: file.url, contentType: file.mime, ...named } }
}

function api(play: Play): Hono {
  const app = new Hono()
  app.get('/sm/api/v1/users/:app', async (c) => {
    await access(play, c, ({ sender }) => sender === c.req.param('app'))
    return c.json({ status: 'success', users: [] })
  })
  const templates = { status: 'success', templates: GUPSHUP_TEMPLATES }
  app.get('/sm/api/v1/template/list/:app', async (c) => {
    await access(play, c, ({ sender }) => sender === c.req.param('app'))
    return c.json(templates)
  })
  app.get('/wa/app/:id/template', async (c) => {
    await access(play, c, ({ config }) => config.appId === c.req.param('id'))
    return c.json(templates)
  })
  const sending = (contentIn: (form: Form) => Content) => async (c: Context) => {
    const form: Form = Object.fromEntries(new URLSearchParams(await c.req.text()))
    const read = async () => {
      const line = await access(play, c, ({ sender }) => sender === form['src.name'])
      if (!line || String(line.config.phone).slice(1) !== form.source) {
        throw new ServiceRefusal(400, null, 'Invalid App Details')
      }
      return sentMessage(play, line, clientOf(form.destination, null), contentIn(form))
    }
    const taken = ({ sid }: ServiceMessage) => c.json({ status: 'submitted', messageId: sid }, 202)
    return answerSend(play, c, form, read, taken)
  }
  app.post('/wa/api/v1/msg', sending(messageIn))
  app.post('/wa/api/v1/template/msg', sending(templateIn))
  return app
}

/**
 * The line that a call is for, by its key. One that no channel has yet is let in with any key: a channel is checked
 * before it is made.
 * @throws ServiceRefusal 401
 */
async function access(play: Play, c: Context, isMeant: (line: ServiceLine) => boolean): Promise<ServiceLine | null> {
  const line = (await play.lines()).find(isMeant)
  const key = c.req.header('apikey') ?? ''
  if (line ? line.config.apiKey === key : key !== '') return line ?? null
  throw new ServiceRefusal(401, null, 'Authentication Failed')
}

type Form = Record<string, string>
type Content = Pick<ServiceMessage, 'text' | 'media' | 'choices' | 'template' | 'quoted'>

/** JSON in a part of the form. @throws ServiceRefusal 400 */
function partOf(form: Form, name: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(form[name] ?? ''))
  } catch {
    throw new ServiceRefusal(400, null, `Invalid ${name}`)
  }
}

const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const listIn = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(Object) : [])
const choicesIn = (kind: ServiceChoice['kind'], options: unknown): ServiceChoice[] =>
  listIn(options).map(({ title, postbackText }) => ({ kind, id: String(postbackText ?? title), title: String(title) }))

function messageIn(form: Form): Content {
  const said = partOf(form, 'message')
  const quoted = textIn(Object(said.context).msgId)?.replace(/^wamid\./, '') ?? null
  const content = { text: null, media: [], choices: [], template: false, quoted }
  switch (said.type) {
    case 'text':
      return { ...content, text: textIn(said.text) }
    case 'quick_reply':
      return { ...content, text: textIn(Object(said.content).text), choices: choicesIn('button', said.options) }
    case 'list': {
      const choices = listIn(said.items).flatMap(({ options }) => choicesIn('row', options))
      return { ...content, text: textIn(said.body), choices }
    }
    case 'image':
    case 'video':
    case 'audio':
    case 'sticker':
    case 'file': {
      const url = textIn(said.url) ?? textIn(said.originalUrl)
      if (url === null) throw new ServiceRefusal(400, null, 'Invalid media url')
      return { ...content, text: textIn(said.caption), media: [{ url, mime: null, name: textIn(said.filename) }] }
    }
    default:
      throw new ServiceRefusal(400, null, 'Invalid message type')
  }
}

function templateIn(form: Form): Content {
  const { id, params } = partOf(form, 'template')
  const postbacks = form.postbackTexts === undefined ? [] : partOf(form, 'postbackTexts')
  const filled = filledTemplate(String(id), Array.isArray(params) ? params.map(String) : [], listIn(postbacks))
  if (filled === null) throw new ServiceRefusal(400, null, 'Template does not exist')
  return { ...filled, media: [], template: true, quoted: null }
}
