import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { newTraceId } from '../wire/ids.ts'
import type { InstagramFault } from './faults.ts'
import { echo, type Instagram, lastWritten } from './instagram.ts'
import { type InstagramAccount, type InstagramMessage, newMid } from './state.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MAX_TEXT_BYTES = 1000
const MAX_FILE_BYTES = { image: 8 << 20, audio: 25 << 20, video: 25 << 20, file: 25 << 20 }
type FileType = keyof typeof MAX_FILE_BYTES
const SIXTY_DAYS_S = 60 * 24 * 3600

class GraphRefusal extends Error {
  readonly status: 400 | 401 | 403
  readonly code: number
  readonly subcode: number | undefined
  constructor(status: 400 | 401 | 403, code: number, message: string, subcode?: number) {
    super(message)
    this.status = status
    this.code = code
    this.subcode = subcode
  }
}

const errorBody = (code: number, message: string, subcode?: number) => ({
  error: {
    message,
    type: 'IGApiException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: newTraceId(),
  },
})

/** The part of Meta's Graph API that Instagram messaging uses, with either login (reference §11). */
export function instagramGraphRoutes(ig: Instagram): Hono {
  const app = new Hono()
  app.onError((error, c) =>
    error instanceof GraphRefusal
      ? c.json(errorBody(error.code, error.message, error.subcode), error.status)
      : c.json(errorBody(2, 'An unexpected error has occurred.'), 500),
  )
  app.get('/refresh_access_token', async (c) => {
    const account = await accountOf(ig, c.req.query('access_token') ?? '')
    if (c.req.query('grant_type') !== 'ig_refresh_token') throw new GraphRefusal(400, 100, 'Invalid grant_type')
    const accessToken = `IGAA${randomBytes(24).toString('base64url')}`
    const tokenEndsAt = ig.now() + SIXTY_DAYS_S * 1000
    ig.state.record({ t: 'account', account: { ...account, accessToken, tokenEndsAt } })
    return c.json({ access_token: accessToken, token_type: 'bearer', expires_in: SIXTY_DAYS_S })
  })
  app.get('/:version/:node/subscribed_apps', async (c) => {
    const account = await nodeOf(ig, c)
    return c.json({ data: account.subscribed ? [{ subscribed_fields: ['messages'] }] : [] })
  })
  app.post('/:version/:node/subscribed_apps', async (c) => {
    const account = await nodeOf(ig, c)
    if (!c.req.query('subscribed_fields')?.split(',').includes('messages')) {
      throw new GraphRefusal(400, 100, 'The parameter subscribed_fields is required.')
    }
    ig.state.record({ t: 'account', account: { ...account, subscribed: true } })
    return c.json({ success: true })
  })
  app.post('/:version/:node/messages', async (c) => {
    const account = await nodeOf(ig, c)
    const body = (await c.req.json().catch(() => null)) as Record<string, unknown> | null
    const answer = await send(ig, account, body, c)
    ig.calls.push({ at: ig.now(), path: c.req.path, body, status: answer.status })
    return answer
  })
  app.get('/:version/:node', async (c) => {
    const account = await accountOf(ig, bearer(c))
    const node = c.req.param('node')
    const { accountId, pageId, username, name } = account
    if (node === 'me' || node === accountId || node === pageId) {
      if (account.login === 'instagram') {
        return c.json({ user_id: accountId, id: accountId, username, name, account_type: account.kind })
      }
      const linked =
        account.kind === 'PERSONAL' ? {} : { instagram_business_account: { id: accountId, username, name } }
      return c.json({ id: pageId, name, ...linked })
    }
    const client = ig.state.clients.get(node)
    if (client) {
      if (lastWritten(ig, accountId, node) === null) throw new GraphRefusal(403, 230, 'User consent is required')
      return c.json({ id: node, name: client.name, username: client.username })
    }
    if ([...ig.state.comments.values()].some(({ postId }) => postId === node)) {
      return c.json({ id: node, permalink: `https://www.instagram.com/p/${node}/` })
    }
    throw new GraphRefusal(400, 100, `Object with ID '${node}' does not exist`, 33)
  })
  return app
}

const bearer = (c: Context): string => c.req.header('authorization')?.replace(/^Bearer /, '') ?? ''

async function accountOf(ig: Instagram, token: string): Promise<InstagramAccount> {
  const account = (await ig.accounts()).find(({ accessToken }) => accessToken === token)
  if (!account) throw new GraphRefusal(401, 190, 'Invalid OAuth access token')
  return account
}

async function nodeOf(ig: Instagram, c: Context): Promise<InstagramAccount> {
  const account = await accountOf(ig, bearer(c))
  const node = c.req.param('node')
  const own = account.login === 'instagram' ? [account.accountId] : [account.pageId]
  if (node !== 'me' && !own.includes(node ?? '')) throw new GraphRefusal(403, 200, 'Permissions error')
  return account
}

async function send(
  ig: Instagram,
  account: InstagramAccount,
  body: Record<string, unknown> | null,
  c: Context,
): Promise<Response> {
  const faults = ig.faults.take()
  const error = struck(faults, 'error')
  if (error) {
    return c.json(errorBody(error.code, error.message, error.subcode), error.status as 400)
  }
  const html = struck(faults, 'html')
  if (html && !html.accepts) return page(html.status)
  let message: InstagramMessage
  try {
    message = await accepted(ig, account, body)
  } catch (refusal) {
    if (!(refusal instanceof GraphRefusal)) throw refusal
    return c.json(errorBody(refusal.code, refusal.message, refusal.subcode), refusal.status)
  }
  const first = struck(faults, 'echo_first')
  const echoed = struck(faults, 'no_echo') ? Promise.resolve() : echo(ig, account, message)
  if (first) {
    await echoed
    await pause(first.ms)
  }
  if (struck(faults, 'no_answer')) {
    const bindings = c.env as Partial<HttpBindings> | undefined
    bindings?.incoming?.socket.destroy()
  }
  if (html) return page(html.status)
  return c.json({ recipient_id: message.igsid, message_id: message.mid })
}

const struck = <Kind extends InstagramFault['kind']>(faults: readonly InstagramFault[], kind: Kind) =>
  faults.find((fault): fault is Extract<InstagramFault, { kind: Kind }> => fault.kind === kind)

const page = (status: number) =>
  new Response('<!DOCTYPE html><title>Sorry, something went wrong.</title>', {
    status,
    headers: { 'content-type': 'text/html' },
  })

/** Checks what Instagram checks, and stores the message. @throws GraphRefusal */
async function accepted(
  ig: Instagram,
  account: InstagramAccount,
  body: Record<string, unknown> | null,
): Promise<InstagramMessage> {
  const { recipient, message, tag } = (body ?? {}) as {
    recipient?: { id?: string; comment_id?: string }
    tag?: string
    message?: {
      text?: string
      attachment?: { type?: string; payload?: { url?: string } }
      quick_replies?: { title?: string; payload?: string }[]
    }
  }
  if (!recipient || !message) throw new GraphRefusal(400, 100, 'recipient and message are required')
  const at = ig.now()
  const comment = recipient.comment_id === undefined ? null : privateReply(ig, recipient.comment_id, at)
  const igsid = comment?.igsid ?? recipient.id ?? ''
  if (!ig.state.clients.has(igsid)) throw new GraphRefusal(400, 100, 'No matching user found', 2534014)
  if (!comment) checkWindow(ig, account, igsid, tag, at)
  const { text } = message
  if (text !== undefined && Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    throw new GraphRefusal(400, 100, `Length of param message[text] must be less than or equal to ${MAX_TEXT_BYTES}`)
  }
  const quickReplies = (message.quick_replies ?? []).map(({ title = '', payload = '' }) => ({ title, payload }))
  if (quickReplies.length > 13 || quickReplies.some(({ title }) => title.length > 20)) {
    throw new GraphRefusal(400, 100, 'Invalid quick replies')
  }
  const attachments = message.attachment ? [await fetched(message.attachment)] : []
  if (text === undefined && attachments.length === 0) throw new GraphRefusal(400, 100, 'Empty message')
  const stored: InstagramMessage = {
    mid: newMid(),
    accountId: account.accountId,
    igsid,
    direction: 'to_client',
    author: 'api',
    text: text ?? null,
    attachments,
    quickReplies,
    tag: tag ?? null,
    privateReplyTo: comment?.id ?? null,
    at,
    read: false,
    deleted: false,
  }
  ig.state.record({ t: 'message', message: stored })
  if (comment) ig.state.record({ t: 'comment', comment: { ...comment, answered: true } })
  return stored
}

function checkWindow(
  ig: Instagram,
  account: InstagramAccount,
  igsid: string,
  tag: string | undefined,
  at: number,
): void {
  const last = lastWritten(ig, account.accountId, igsid)
  if (last !== null && at - last < DAY) return
  const isTagged = tag === 'HUMAN_AGENT' && account.humanAgent
  if (isTagged && last !== null && at - last < 7 * DAY) return
  if (tag === 'HUMAN_AGENT' && !account.humanAgent) throw new GraphRefusal(403, 10, 'The app lacks Human Agent.')
  throw new GraphRefusal(403, 10, 'This message is sent outside of allowed window.', 2534022)
}

function privateReply(ig: Instagram, id: string, at: number) {
  const comment = ig.state.comments.get(id)
  if (!comment || at - comment.at > 7 * DAY || comment.answered) {
    throw new GraphRefusal(400, 100, 'The comment cannot be replied to (any more)')
  }
  return comment
}

/** Instagram fetches a file itself, from wherever the link leads. */
async function fetched({ type, payload }: { type?: string; payload?: { url?: string } }) {
  if (type === undefined || !Object.hasOwn(MAX_FILE_BYTES, type) || !payload?.url) {
    throw new GraphRefusal(400, 100, 'Invalid attachment')
  }
  const answer = await fetch(payload.url, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
  const size = answer?.ok ? (await answer.arrayBuffer()).byteLength : 0
  if (!answer?.ok || size === 0 || size > MAX_FILE_BYTES[type as FileType]) {
    throw new GraphRefusal(400, 100, 'The attachment could not be fetched', 2018008)
  }
  return { type, url: payload.url, mime: answer.headers.get('content-type'), size }
}
