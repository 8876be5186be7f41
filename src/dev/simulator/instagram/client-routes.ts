import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { Refusal } from '../refusal.ts'
import { parsedBody } from '../request-body.ts'
import { instagramFault } from './faults.ts'
import { echo, fromClient, type Instagram } from './instagram.ts'
import { type InstagramAccount, type InstagramClient, type InstagramMessage, newMid, newNumber } from './state.ts'

const digits = z.string().regex(/^\d{5,30}$/)
const account = z.strictObject({
  accountId: digits,
  username: z.string().min(1),
  name: z.string().default(''),
  kind: z.enum(['BUSINESS', 'MEDIA_CREATOR', 'PERSONAL']).default('BUSINESS'),
  login: z.enum(['instagram', 'facebook']).default('instagram'),
  pageId: digits.nullable().default(null),
  accessToken: z.string().min(10),
  appSecret: z.string().min(8),
  webhookUrl: z.url().nullable().default(null),
  humanAgent: z.boolean().default(false),
})
const who = {
  /** username of the client; made up where it is new */
  from: z.string().min(1).max(100),
  name: z.string().max(200).nullable().optional(),
  accountId: digits.optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
}
const attachment = z.strictObject({
  type: z.string().min(1),
  /** a file that the simulator keeps; else a link, or nothing */
  dataBase64: z.base64().optional(),
  mime: z.string().default('image/jpeg'),
  url: z.url().optional(),
  title: z.string().optional(),
})
const CONTENT = ['text', 'attachments', 'postback', 'reaction', 'edit', 'unsend', 'unsupported', 'referral'] as const
const clientMessage = z
  .strictObject({
    ...who,
    text: z.string().min(1).max(4000).optional(),
    attachments: z.array(attachment).min(1).max(10).optional(),
    quickReply: z.string().optional(),
    replyTo: z.string().optional(),
    story: z.strictObject({ id: z.string(), url: z.url().optional() }).optional(),
    adReferral: z.record(z.string(), z.unknown()).optional(),
    postback: z.strictObject({ title: z.string(), payload: z.string() }).optional(),
    reaction: z.strictObject({ mid: z.string(), emoji: z.string().nullable() }).optional(),
    edit: z.strictObject({ mid: z.string(), text: z.string().min(1), number: z.number().int().default(1) }).optional(),
    unsend: z.strictObject({ mid: z.string() }).optional(),
    unsupported: z.literal(true).optional(),
    referral: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((message) => CONTENT.some((key) => message[key] !== undefined), `one of ${CONTENT.join(', ')} is needed`)
type ClientMessage = z.output<typeof clientMessage>
const read = z.strictObject({ ...who, upTo: z.string().optional() })
const comment = z.strictObject({ ...who, text: z.string().min(1), postId: digits.default('18012345678901234') })
const written = z.strictObject({ to: z.string(), accountId: digits.optional(), text: z.string().min(1) })

/** What a person, a test or a demo does on the simulated Instagram: as a client, and as the owner in the app. */
export function instagramClientRoutes(ig: Instagram, filesUrl: (c: { req: { url: string } }) => string): Hono {
  const app = new Hono()
  const { state, post, now } = ig
  app.use(
    bodyLimit({
      maxSize: 30 << 20,
      onError: () => {
        throw new Refusal(413, 'too_large', 'The body is too large.')
      },
    }),
  )

  app.get('/accounts', async (c) => {
    const items = (await ig.accounts()).map(({ accessToken: _token, appSecret: _secret, ...shown }) => shown)
    return c.json({ items, next: null })
  })
  app.post('/accounts', async (c) => {
    const given = await parsedBody(c, account)
    state.record({ t: 'account', account: { ...given, subscribed: false, tokenEndsAt: null } })
    return c.json({ accountId: given.accountId }, 201)
  })

  app.get('/messages', (c) => {
    const client = findClient(ig, c.req.query('from') ?? '')
    const items = [...state.messages.values()].filter(({ igsid }) => client === null || igsid === client.igsid)
    return c.json({ items, next: null })
  })
  app.post('/messages', async (c) => {
    const message = await parsedBody(c, clientMessage)
    const place = await placeOf(ig, message)
    const mid = newMid()
    const at = message.timestamp ? Date.parse(message.timestamp) : now()
    const element = { ...fromClient(place.account, place.client, at), ...elementOf(ig, message, mid, filesUrl(c)) }
    if (message.text !== undefined || message.attachments || message.postback || message.unsupported) {
      state.record({ t: 'message', message: storedMessage(place, message, mid, at) })
    }
    void post.send(place.account, place.client.igsid, { time: at, messaging: [element] })
    return c.json({ mid, igsid: place.client.igsid }, 201)
  })

  app.post('/read', async (c) => {
    const { upTo, ...of } = await parsedBody(c, read)
    const { account: business, client } = await placeOf(ig, of)
    const sent = [...state.messages.values()].filter(
      ({ igsid, accountId, direction }) =>
        igsid === client.igsid && accountId === business.accountId && direction === 'to_client',
    )
    const last = upTo === undefined ? sent.at(-1) : state.messages.get(upTo)
    if (!last) throw new Refusal(404, 'not_found', 'There is no such message.')
    for (const message of sent) {
      if (message.at <= last.at) state.record({ t: 'message', message: { ...message, read: true } })
    }
    const at = now()
    const element = { ...fromClient(business, client, at), read: { mid: last.mid } }
    void post.send(business, client.igsid, { time: at, messaging: [element] })
    return c.json({ mid: last.mid }, 202)
  })

  app.post('/comments', async (c) => {
    const { text, postId, ...of } = await parsedBody(c, comment)
    const { account: business, client } = await placeOf(ig, of)
    const at = of.timestamp ? Date.parse(of.timestamp) : now()
    const id = newNumber('1789', 17)
    const { accountId } = business
    state.record({
      t: 'comment',
      comment: { id, accountId, igsid: client.igsid, postId, text, at, answered: false },
    })
    const value = {
      from: { id: client.igsid, username: client.username },
      id,
      text,
      media: { id: postId, media_product_type: 'FEED' },
    }
    void post.send(business, client.igsid, {
      time: Math.floor(at / 1000),
      changes: [{ field: 'comments', value }],
    })
    return c.json({ id, igsid: client.igsid }, 201)
  })

  app.post('/echo', async (c) => {
    const { to, text, accountId } = await parsedBody(c, written)
    const { account: business, client } = await placeOf(ig, { from: to, accountId })
    const message: InstagramMessage = {
      ...storedMessage({ account: business, client }, { text }, newMid(), now()),
      direction: 'to_client',
      author: 'app',
    }
    state.record({ t: 'message', message })
    void echo(ig, business, message)
    return c.json({ mid: message.mid }, 201)
  })

  // For what happens after a reply window: the client wrote earlier than they did.
  app.post('/backdate', async (c) => {
    const { from, timestamp } = await parsedBody(
      c,
      z.strictObject({ from: z.string(), timestamp: who.timestamp.unwrap() }),
    )
    const client = findClient(ig, from)
    for (const message of state.messages.values()) {
      if (message.igsid !== client?.igsid || message.direction !== 'from_client') continue
      state.record({ t: 'message', message: { ...message, at: Date.parse(timestamp) } })
    }
    return c.body(null, 204)
  })

  app.get('/calls', (c) => c.json({ items: ig.calls, next: null }))
  app.post('/faults', async (c) => {
    ig.faults.add(await parsedBody(c, instagramFault))
    return c.json({ ok: true }, 201)
  })
  app.delete('/faults', (c) => {
    ig.faults.clear()
    return c.body(null, 204)
  })
  app.get('/files/:id', (c) => {
    const file = state.files.get(c.req.param('id'))
    if (!file) return c.text('URL signature expired', 403)
    return c.body(new Uint8Array(Buffer.from(file.dataBase64, 'base64')), 200, { 'content-type': file.mime })
  })
  app.delete('/files', (c) => {
    for (const id of state.files.keys()) (state.files as Map<string, unknown>).delete(id)
    return c.body(null, 204)
  })
  return app
}

interface Place {
  account: InstagramAccount
  client: InstagramClient
}

async function placeOf(
  ig: Instagram,
  of: { from: string; name?: string | null | undefined; accountId?: string | undefined },
): Promise<Place> {
  const accounts = await ig.accounts()
  const account = of.accountId === undefined ? accounts[0] : accounts.find((one) => one.accountId === of.accountId)
  if (!account) throw new Refusal(409, 'no_account', 'There is no such Instagram account yet.')
  const known = findClient(ig, of.from)
  if (known && (of.name === undefined || of.name === known.name)) return { account, client: known }
  const client = {
    igsid: known?.igsid ?? newNumber('674', 16),
    username: known?.username ?? of.from,
    name: of.name === undefined ? of.from : of.name,
  }
  ig.state.record({ t: 'client', client })
  return { account, client }
}

const findClient = ({ state }: Instagram, from: string): InstagramClient | null =>
  [...state.clients.values()].find(({ username, igsid }) => username === from || igsid === from) ?? null

function elementOf(ig: Instagram, message: ClientMessage, mid: string, filesUrl: string): Record<string, unknown> {
  if (message.reaction) {
    const { mid: target, emoji } = message.reaction
    const reaction = emoji === null ? { action: 'unreact' } : { action: 'react', reaction: 'other', emoji }
    return { reaction: { mid: target, ...reaction } }
  }
  if (message.edit)
    return { message_edit: { mid: message.edit.mid, text: message.edit.text, num_edit: message.edit.number } }
  if (message.unsend) return { message: { mid: message.unsend.mid, is_deleted: true } }
  if (message.postback) return { postback: { mid, ...message.postback } }
  if (message.referral) return { referral: message.referral }
  if (message.unsupported) return { message: { mid, is_unsupported: true } }
  const { text, attachments, quickReply, replyTo, story, adReferral } = message
  return {
    message: {
      mid,
      ...(text === undefined ? {} : { text }),
      ...(attachments ? { attachments: attachments.map((one) => wireAttachment(ig, one, filesUrl)) } : {}),
      ...(quickReply === undefined ? {} : { quick_reply: { payload: quickReply } }),
      ...(replyTo === undefined ? {} : { reply_to: { mid: replyTo } }),
      ...(story === undefined ? {} : { reply_to: { story } }),
      ...(adReferral === undefined ? {} : { referral: adReferral }),
    },
  }
}

function wireAttachment({ state }: Instagram, given: z.output<typeof attachment>, filesUrl: string) {
  const { type, dataBase64, mime, url, title } = given
  const named = title === undefined ? {} : { title }
  if (dataBase64 === undefined) return url === undefined ? { type } : { type, payload: { url, ...named } }
  const id = newNumber('1', 18)
  state.record({ t: 'file', file: { id, mime, dataBase64 } })
  return { type, payload: { url: `${filesUrl}/${id}`, ...named } }
}

function storedMessage(
  { account: { accountId }, client: { igsid } }: Place,
  message: Pick<ClientMessage, 'text' | 'attachments' | 'postback'>,
  mid: string,
  at: number,
): InstagramMessage {
  return {
    mid,
    accountId,
    igsid,
    direction: 'from_client',
    author: 'client',
    text: message.text ?? message.postback?.title ?? null,
    attachments: (message.attachments ?? []).map(({ type, mime, url = '' }) => ({ type, url, mime, size: null })),
    quickReplies: [],
    tag: null,
    privateReplyTo: null,
    at,
    read: false,
    deleted: false,
  }
}
