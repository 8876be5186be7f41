import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { adapterFor } from '../channels/registry.ts'
import type { ChannelId } from '../domain/ids.ts'
import { routeItems } from '../intake/route-items.ts'
import { faultOf, WebhookStore } from '../intake/webhook-store.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import type { HttpDeps, HttpEnv, Routes } from './context.ts'
import { readLimited } from './read-limited.ts'

/** What providers call: their check of the address, and their events. */
export type WebhookDeps = Pick<HttpDeps, 'database' | 'secrets' | 'log' | 'eventsStored'>

/** Meta's largest body is 3 MB (reference §1.4). */
export const MAX_WEBHOOK_BYTES = 3 * 1024 * 1024
const RETRY_AFTER_SECONDS = '5'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Ctx = Context<HttpEnv, '/webhooks/:channelId'>

/**
 * `GET/POST /webhooks/:channelId` (contract.md). An event is verified over its raw bytes, stored, and answered; nothing
 * else happens here. 200 only after the commit (P1); 503 while it cannot be stored, so that the provider comes again.
 */
export function webhookRoutes(deps: WebhookDeps): Routes {
  const channels = channelCache(deps.database, deps.secrets)
  const store = new WebhookStore(deps)
  const routes: Routes = new OpenAPIHono<HttpEnv>()

  const findChannel = async (c: Ctx) => {
    const id = c.req.param('channelId')
    if (!UUID.test(id)) return null
    const channel = await channels.byId(id as ChannelId)
    const adapter = channel && adapterFor(channel.row.provider)
    return channel && adapter ? { channel, adapter } : null
  }

  /** Whatever keeps us from storing is told as "come again": never a 200, never a loss. */
  const orRetry = async (c: Ctx, handle: () => Promise<Response>): Promise<Response> => {
    try {
      return await handle()
    } catch (error) {
      deps.log.warn({ fault: faultOf(error) }, 'webhook not stored')
      c.header('Retry-After', RETRY_AFTER_SECONDS)
      return refuse(c, 503, 'unavailable', 'The event could not be stored now; send it again')
    }
  }

  routes.get('/webhooks/:channelId', (c) =>
    orRetry(c, async () => {
      const found = await findChannel(c)
      if (!found) return refuse(c, 404, 'not_found', 'There is no such channel')
      const answer = found.adapter.handshake(new URL(c.req.url).searchParams, found.channel.verifyToken)
      return answer?.ok ? c.text(answer.body) : refuse(c, 403, 'forbidden', 'The verify token is not the right one')
    }),
  )

  routes.post('/webhooks/:channelId', (c) =>
    orRetry(c, async () => {
      const found = await findChannel(c)
      if (!found) return refuse(c, 404, 'not_found', 'There is no such channel')
      const { channel, adapter } = found

      const body = await readLimited(c.req.raw, MAX_WEBHOOK_BYTES)
      if (!body) return refuse(c, 413, 'too_large', 'A webhook has at most 3 MB')
      const { headers } = c.req.raw
      if (!adapter.verify(body, headers, channel.appSecrets)) {
        return refuse(c, 401, 'bad_signature', 'The signature is missing or wrong')
      }

      const sharing = await channels.sharingSecret(channel.row.id)
      const items = routeItems(
        adapter.parse(body, headers),
        channel.row.id,
        sharing.map(({ row }) => row),
      )
      await store.store({ raw: { channelId: channel.row.id, contentType: headers.get('content-type'), body }, items })
      return c.json({})
    }),
  )

  return routes
}

const refuse = (c: Ctx, status: 401 | 403 | 404 | 413 | 503, code: string, message: string): Response =>
  c.json({ error: { code, message } }, status)
