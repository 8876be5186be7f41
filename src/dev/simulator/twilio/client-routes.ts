import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { clientPhone, phoneInQuery } from '../client-phone.ts'
import { Refusal } from '../refusal.ts'
import { parsedBody } from '../request-body.ts'
import { commonFields, postForm, report } from './post.ts'
import { newSid, type TwilioChoice, type TwilioMessage } from './state.ts'
import { type Twilio, type TwilioSender, twilioFault } from './twilio.ts'

const who = {
  from: clientPhone,
  name: z.string().min(1).max(200).optional(),
  /** the sender's number; the first one where it is left out */
  to: clientPhone.optional(),
}
const clientMessage = z
  .strictObject({
    ...who,
    text: z.string().min(1).max(4096).optional(),
    file: z.strictObject({ mime: z.string().min(3), name: z.string().optional(), dataBase64: z.base64() }).optional(),
    /** a button or a row of one of the business's messages */
    tap: z.strictObject({ sid: z.string(), id: z.string() }).optional(),
    /** which message is quoted */
    replyTo: z.string().optional(),
  })
  .refine(({ text, file, tap }) => text !== undefined || file || tap, 'one of text, file, tap is needed')
type ClientMessage = z.output<typeof clientMessage>

const MAX_BODY = 30 << 20

/** What a person, a test or a demo does on the simulated Twilio's phone. @param base the address of these routes */
export function twilioClientRoutes(twilio: Twilio, base: (url: string) => string): Hono {
  const app = new Hono()
  const { state, now } = twilio
  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new Refusal(413, 'too_large', 'The body is too large.')
      },
    }),
  )

  app.get('/senders', async (c) => {
    const items = (await twilio.senders()).map(({ accountSid, phone: number }) => ({ accountSid, phone: number }))
    return c.json({ items, next: null })
  })
  app.get('/messages', (c) => {
    const from = phoneInQuery(c.req.query('from'))
    const items = [...state.messages.values()].filter(({ client }) => from === undefined || client === from)
    return c.json({ items, next: null })
  })
  app.post('/messages', async (c) => {
    const given = await parsedBody(c, clientMessage)
    const sender = await senderOf(twilio, given.to)
    const tapped = given.tap && choiceIn(twilio, given.from, given.tap)
    const known = state.clients.get(given.from)
    const name = given.name ?? known?.name ?? given.from
    if (known?.name !== name) state.record({ t: 'client', client: { phone: given.from, name } })
    const message = receivedMessage(sender, given, tapped ?? null, now())
    if (given.file) {
      const sid = newSid('ME')
      state.record({ t: 'file', file: { sid, ...given.file } })
      const url = `${base(c.req.url)}/2010-04-01/Accounts/${sender.accountSid}/Messages/${message.sid}/Media/${sid}`
      message.media.push({ url, mime: given.file.mime })
    }
    state.record({ t: 'message', message })
    void postForm(twilio, sender, message.client, {
      ...receivedFields(message, name),
      ...tapFields(sender, given, tapped ?? null),
    })
    return c.json({ sid: message.sid }, 201)
  })
  // The addresses of clients' files have run out.
  app.delete('/files', (c) => {
    state.record({ t: 'files_gone' })
    return c.body(null, 204)
  })
  app.post('/read', async (c) => {
    const { from, to } = await parsedBody(c, z.strictObject(who))
    const sender = await senderOf(twilio, to)
    for (const { sid, client, sender: number, status } of state.messages.values()) {
      if (client === from && number === sender.phone && status === 'delivered') void report(twilio, sid, 'read')
    }
    return c.json({ ok: true }, 202)
  })
  // For what happens after a reply window: the client wrote earlier than they did.
  app.post('/backdate', async (c) => {
    const { from, timestamp } = await parsedBody(
      c,
      z.strictObject({ from: clientPhone, timestamp: z.iso.datetime({ offset: true }) }),
    )
    for (const message of state.messages.values()) {
      if (message.client !== from || message.direction !== 'from_client') continue
      state.record({ t: 'message', message: { ...message, at: Date.parse(timestamp) } })
    }
    return c.body(null, 204)
  })
  app.get('/calls', (c) => c.json({ items: twilio.calls, next: null }))
  app.post('/faults', async (c) => {
    twilio.faults.add(await parsedBody(c, twilioFault))
    return c.json({ ok: true }, 201)
  })
  app.delete('/faults', (c) => {
    twilio.faults.clear()
    return c.body(null, 204)
  })
  return app
}

async function senderOf(twilio: Twilio, number: string | undefined): Promise<TwilioSender> {
  const senders = await twilio.senders()
  const sender = number === undefined ? senders[0] : senders.find((one) => one.phone === number)
  if (!sender) throw new Refusal(409, 'no_sender', 'No channel of Twilio with this number points here yet.')
  return sender
}

function choiceIn({ state }: Twilio, client: string, { sid, id }: { sid: string; id: string }): TwilioChoice {
  const message = state.messages.get(sid)
  const choice = message?.client === client ? message.choices.find((one) => one.id === id) : undefined
  if (!choice) throw new Refusal(404, 'not_found', 'There is no such button.')
  return choice
}

const receivedMessage = (
  { accountSid, phone: number }: TwilioSender,
  { from, text }: ClientMessage,
  tapped: TwilioChoice | null,
  at: number,
): TwilioMessage => ({
  sid: newSid('SM'),
  accountSid,
  sender: number,
  client: from,
  direction: 'from_client',
  text: tapped?.title ?? text ?? null,
  media: [],
  choices: [],
  template: false,
  status: 'received',
  errorCode: null,
  statusCallback: null,
  at,
})

/** The form of a message that came in (reference §12). */
function receivedFields(message: TwilioMessage, name: string): Record<string, string> {
  const files = message.media.flatMap(({ url, mime }, index) => [
    [`MediaUrl${index}`, url],
    [`MediaContentType${index}`, mime ?? ''],
  ])
  const [family = 'text'] = message.media[0]?.mime?.split('/') ?? []
  return {
    ...commonFields(message),
    SmsMessageSid: message.sid,
    SmsStatus: 'received',
    MessageType: ['image', 'audio', 'video', 'text'].includes(family) ? family : 'document',
    NumMedia: String(message.media.length),
    NumSegments: '1',
    ReferralNumMedia: '0',
    ProfileName: name,
    WaId: message.client.slice(1),
    From: `whatsapp:${message.client}`,
    To: `whatsapp:${message.sender}`,
    Body: message.text ?? '',
    ...Object.fromEntries(files),
  }
}

/** What a tap, or a quote, says beside. */
function tapFields(sender: TwilioSender, { tap, replyTo }: ClientMessage, tapped: TwilioChoice | null) {
  const quoted = tap?.sid ?? replyTo
  return {
    ...(quoted === undefined
      ? {}
      : { OriginalRepliedMessageSid: quoted, OriginalRepliedMessageSender: `whatsapp:${sender.phone}` }),
    ...(tapped?.kind === 'button'
      ? { MessageType: 'button', ButtonText: tapped.title, ButtonPayload: tapped.id ?? '' }
      : {}),
    ...(tapped?.kind === 'row' ? { MessageType: 'interactive', ListTitle: tapped.title, ListId: tapped.id ?? '' } : {}),
  }
}
