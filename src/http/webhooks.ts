import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { adapterFor } from '../channels/registry.ts'
import type { ApiErrorCode } from '../domain/api-error-codes.ts'
import { SharedRoom } from '../domain/fair-share.ts'
import type { ChannelId } from '../domain/ids.ts'
import { routeItems } from '../intake/route-items.ts'
import { faultOf, WebhookStore } from '../intake/webhook-store.ts'
import { webhookAcks } from '../observability/counts.ts'
import { now, traceWebhook } from '../observability/message-spans.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import { addressNews } from './address-news.ts'
import { byteBudget, type HeldBytes } from './byte-budget.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { dropBody, readLimited } from './read-limited.ts'
import { announce } from './work/announce.ts'

/** What providers call: their check of the address, and their events. */
export type WebhookDeps = Pick<HttpDeps, 'database' | 'secrets' | 'log' | 'eventsStored' | 'unstored' | 'tracer'> & {
  config: Pick<HttpDeps['config'], 'publicUrl'>
}

/** Meta's largest body is 3 MB (reference §1.4). */
export const MAX_WEBHOOK_BYTES = 3 * 1024 * 1024
/**
 * Bodies that are read, parsed and stored at the same time, in bytes: each costs several times its size. Tens of thousands
 * of usual ones, ten of the largest; more would cost a small server its life (F23).
 */
const MOST_AT_ONCE = 32 * 1024 * 1024
/**
 * Webhooks that are worked at together, from their first line to their answer. However small its body, each costs some
 * twenty kilobytes, and ten thousand that come at once, on as many connections, a server with 512 MB its life. Those
 * beyond are told to come again, and nothing of them is kept.
 */
const MOST_REQUESTS = 5_000
/** Of those beyond, so many large bodies are read to their end at once, for their senders' sake (dropBody). */
const MOST_DROPPED_AT_ONCE = 500
const RETRY_AFTER_SECONDS = '5'
/**
 * A provider hangs up after some seconds (Meta, Gupshup: ten). It is told to come again before that, also where the
 * network to the database swallows everything; what was on its way is then perhaps stored, and known when it comes again.
 */
const LONGEST_MS = 8_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Ctx = Context<HttpEnv, '/webhooks/:channelId'>

/**
 * `GET/POST /webhooks/:channelId` (contract.md). An event is verified over its raw bytes, stored, and answered; nothing
 * else happens here. 200 only after the commit (P1); 503 while it cannot be stored, so that the provider comes again.
 */
export function webhookRoutes(deps: WebhookDeps): Routes {
  const channels = channelCache(deps.database, deps.secrets)
  const store = new WebhookStore(deps)
  const note = addressNews(deps)
  const budget = byteBudget(MOST_AT_ONCE)
  const places = new SharedRoom<string>(MOST_REQUESTS)
  const dropped = new SharedRoom<string>(MOST_DROPPED_AT_ONCE)
  const { publicUrl } = deps.config
  const routes: Routes = new OpenAPIHono<HttpEnv>()

  const findChannel = async (c: Ctx) => {
    const id = c.req.param('channelId')
    if (!UUID.test(id)) return null
    const channel = await inTime(channels.byId(id as ChannelId))
    const adapter = channel && adapterFor(channel.row.provider)
    return channel && adapter ? { channel, adapter } : null
  }

  /** Whatever keeps us from storing is told as "come again": never a 200, never a loss. */
  const orRetry = async (c: Ctx, handle: () => Promise<Response>): Promise<Response> => {
    try {
      return await handle()
    } catch (error) {
      deps.log.warn({ fault: faultOf(error) }, 'webhook not stored')
      return comeAgain(c)
    }
  }

  routes.get('/webhooks/:channelId', (c) =>
    orRetry(c, async () => {
      const found = await findChannel(c)
      if (!found) return refuse(c, 404, 'not_found', 'There is no such channel')
      const answer = found.adapter.handshake(new URL(c.req.url).searchParams, found.channel.config)
      if (answer) note(found.channel.row.id, answer.ok ? { is: 'verified' } : { is: 'refused', why: 'verify_token' })
      return answer?.ok ? c.text(answer.body) : refuse(c, 403, 'forbidden', 'The verify token is not the right one')
    }),
  )

  routes.post('/webhooks/:channelId', async (c) => {
    const started = performance.now()
    const startedAt = now()
    const address = c.req.param('channelId').toLowerCase()
    if (!places.take(address)) {
      webhookAcks.observe({ provider: '', code: 503 }, 0)
      if (dropped.take(address)) await dropBody(c.req.raw).finally(() => dropped.giveBack(address))
      return comeAgain(c)
    }
    let provider = ''
    let held: HeldBytes | undefined
    const answer = await orRetry(c, async () => {
      const found = await findChannel(c)
      if (!found) return refuse(c, 404, 'not_found', 'There is no such channel')
      const { channel, adapter } = found
      provider = channel.row.provider

      held = budget.hold(channel.row.id)
      const body = await readLimited(c.req.raw, MAX_WEBHOOK_BYTES, { held })
      if (!body) return refuse(c, 413, 'too_large', 'A webhook has at most 3 MB')
      const { headers } = c.req.raw
      const url = new URL(`${publicUrl}${c.req.path}${new URL(c.req.url).search}`)
      if (!adapter.verify({ url, headers, body }, channel.signingKeys)) {
        note(channel.row.id, { is: 'refused', why: 'signature' })
        return refuse(c, 401, 'bad_signature', 'The signature is missing or wrong')
      }

      const sharing = await inTime(channels.sharingSecret(channel.row.id))
      const contentType = headers.get('content-type')
      const items = routeItems(
        adapter.parse(body, contentType),
        channel.row.id,
        sharing.map(({ row }) => row),
      )
      await inTime(store.store({ raw: { channelId: channel.row.id, contentType, body }, items }))
      note(channel.row.id, { is: 'signed' })
      // How an account stands is on the open screens at once, without their waiting for the next look.
      if (items.some(({ to }) => to === 'channel')) announce(deps, null)
      if (deps.tracer) {
        const events = items.flatMap((routed) =>
          routed.to === 'conversation'
            ? [{ channelId: routed.channelId, dedupeKey: routed.item.dedupeKey, kind: routed.item.event.kind }]
            : [],
        )
        traceWebhook(deps.tracer, { provider, events }, startedAt)
      }
      const { acknowledgement } = adapter
      return acknowledgement
        ? c.body(acknowledgement.body, 200, { 'content-type': acknowledgement.contentType })
        : c.json({})
    }).finally(() => {
      places.giveBack(address)
      held?.release()
    })
    webhookAcks.observe({ provider, code: answer.status }, (performance.now() - started) / 1_000)
    return answer
  })

  return routes
}

function comeAgain(c: Ctx): Response {
  c.header('Retry-After', RETRY_AFTER_SECONDS)
  return refuse(c, 503, 'unavailable', 'The event could not be stored now; send it again')
}

class TooSlow extends Error {
  override readonly name = 'TooSlow'
}

/** @throws TooSlow where it takes longer than a provider waits; it goes on all the same */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow('the database does not answer')), LONGEST_MS)
  })
  try {
    return await Promise.race([work, tooSlow])
  } finally {
    clearTimeout(timer)
  }
}

const refuse = (c: Ctx, status: 401 | 403 | 404 | 413 | 503, code: ApiErrorCode, message: string): Response =>
  c.json({ error: { code, message } }, status)
