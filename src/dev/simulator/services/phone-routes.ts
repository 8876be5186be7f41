import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { clientPhone, phoneInQuery } from '../client-phone.ts'
import { Refusal } from '../refusal.ts'
import { parsedBody } from '../request-body.ts'
import { contextOf, echo, lineNamed, postEvent, report } from './events.ts'
import { type Play, type ServiceLine, serviceFault } from './service.ts'
import type { ServiceChoice, ServiceMessage } from './state.ts'

const who = {
  from: clientPhone,
  name: z.string().min(1).max(200).optional(),
  /** the account at the service; the first one where it is left out */
  to: z.string().min(1).max(200).optional(),
}
const clientMessage = z
  .strictObject({
    ...who,
    text: z.string().min(1).max(4096).optional(),
    file: z
      .strictObject({ mime: z.string().min(3), name: z.string().max(200).optional(), dataBase64: z.base64() })
      .optional(),
    /** a button or a row of one of the business's messages */
    tap: z.strictObject({ sid: z.string(), id: z.string() }).optional(),
    /** which message is quoted */
    replyTo: z.string().optional(),
  })
  .refine(({ text, file, tap }) => text !== undefined || file || tap, 'one of text, file, tap is needed')

const MAX_BODY = 30 << 20

/** What a person, a test or a demo does on the phones of a simulated service, the client's and the business's own. */
export function servicePhoneRoutes(play: Play): Hono {
  const app = new Hono()
  const { state, now } = play
  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new Refusal(413, 'too_large', 'The body is too large.')
      },
    }),
  )
  app.get('/senders', async (c) =>
    c.json({ items: (await play.lines()).map(({ sender }) => ({ sender })), next: null }),
  )
  app.get('/messages', (c) => {
    const from = phoneInQuery(c.req.query('from'))
    const items = [...state.messages.values()].filter(({ client }) => from === undefined || client === from)
    return c.json({ items, next: null })
  })
  app.post('/messages', async (c) => {
    const { file, tap, ...given } = await parsedBody(c, clientMessage)
    const line = await lineNamed(play, given.to)
    const tapped = tap ? choiceIn(play, given.from, tap) : null
    const known = state.clients.get(given.from)
    const name = given.name ?? known ?? given.from
    if (known !== name) state.record({ t: 'client', client: { phone: given.from, name } })
    const message = writtenMessage(line, given.from, now(), {
      text: tapped?.title ?? given.text ?? null,
      quoted: tap?.sid ?? given.replyTo ?? null,
      tapped,
    })
    if (file) {
      const sid = randomUUID()
      state.record({ t: 'file', file: { sid, mime: file.mime, dataBase64: file.dataBase64 } })
      const url = `${c.req.url.replace(/\/messages$/, '')}/files/${sid}`
      message.media.push({ url, mime: file.mime, name: file.name ?? null })
    }
    state.record({ t: 'message', message })
    void postEvent(play, line, message.client, play.service.arrived(line, message, contextOf(play, message)))
    return c.json({ sid: message.sid }, 201)
  })
  // Whoever has the address may read the file.
  app.get('/files/:sid', (c) => {
    const file = state.files.get(c.req.param('sid'))
    if (!file) throw new Refusal(404, 'not_found', 'There is no such file.')
    return c.body(new Uint8Array(Buffer.from(file.dataBase64, 'base64')), 200, { 'content-type': file.mime })
  })
  // The addresses of clients' files have run out.
  app.delete('/files', (c) => {
    state.record({ t: 'files_gone' })
    return c.body(null, 204)
  })
  app.post('/read', async (c) => {
    const { from, to } = await parsedBody(c, z.strictObject(who))
    const { sender } = await lineNamed(play, to)
    for (const message of state.messages.values()) {
      const isHere = message.client === from && message.sender === sender && message.author === 'api'
      if (isHere && message.status === 'delivered') void report(play, message.sid, 'read')
    }
    return c.json({ ok: true }, 202)
  })
  app.post('/echo', async (c) => {
    if (play.service.echoed === null) throw new Refusal(404, 'not_found', 'The business has no phone of its own here.')
    const { from, to, text } = await parsedBody(c, z.strictObject({ ...who, text: z.string().min(1).max(4096) }))
    const line = await lineNamed(play, to)
    const of = { text, direction: 'to_client', author: 'phone', status: 'delivered' } as const
    const message = writtenMessage(line, from, now(), of)
    state.record({ t: 'message', message })
    void echo(play, message.sid)
    return c.json({ sid: message.sid }, 201)
  })
  // For what happens after a reply window: the client wrote earlier than they did.
  app.post('/backdate', async (c) => {
    const form = z.strictObject({ from: clientPhone, timestamp: z.iso.datetime({ offset: true }) })
    const { from, timestamp } = await parsedBody(c, form)
    for (const message of state.messages.values()) {
      if (message.client !== from || message.direction !== 'from_client') continue
      state.record({ t: 'message', message: { ...message, at: Date.parse(timestamp) } })
    }
    return c.body(null, 204)
  })
  app.get('/calls', (c) => c.json({ items: play.calls, next: null }))
  app.post('/faults', async (c) => {
    play.faults.add(await parsedBody(c, serviceFault))
    return c.json({ ok: true }, 201)
  })
  app.delete('/faults', (c) => {
    play.faults.clear()
    return c.body(null, 204)
  })
  return app
}

function choiceIn({ state }: Play, client: string, { sid, id }: { sid: string; id: string }): ServiceChoice {
  const message = state.messages.get(sid)
  const choice = message?.client === client ? message.choices.find((one) => one.id === id) : undefined
  if (!choice) throw new Refusal(404, 'not_found', 'There is no such button.')
  return choice
}

const writtenMessage = (
  { sender }: ServiceLine,
  client: string,
  at: number,
  said: Partial<ServiceMessage>,
): ServiceMessage => ({
  sid: randomUUID(),
  sender,
  client,
  direction: 'from_client',
  author: 'client',
  text: null,
  media: [],
  choices: [],
  template: false,
  quoted: null,
  tapped: null,
  key: null,
  status: 'received',
  errorCode: null,
  at,
  ...said,
})
