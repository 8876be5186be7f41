import { z } from '@hono/zod-openapi'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { describeError } from '../../store/describe-error.ts'
import type { LiveHub } from '../../store/live/hub.ts'
import { formatPosition, type LivePosition, parsePosition } from '../../store/live/live-position.ts'
import type { LiveRow } from '../../store/live/read-live.ts'
import { authenticator } from '../auth.ts'
import type { HttpDeps, Principal, Routes } from '../context.ts'
import { newRoutes, refusals } from '../routes.ts'
import { asMessage, type LiveMessage, liveQueue, resync } from './live-queue.ts'

/** So many updates wait for one browser; more, and it starts anew. */
const QUEUE_LIMIT = 500
/** Proxies end a connection on which nothing happens. */
const HEARTBEAT_MS = 15_000
/** A revoked session or token stops seeing updates after so long. */
const RECHECK_MS = 3_000
/** How long a browser waits before it connects again. */
const RETRY_MS = 2_000

/** `GET /api/live`: what changed, by ids, as it happens. */
export function liveRoutes(deps: HttpDeps, hub: LiveHub): Routes {
  const authentication = authenticator(deps)
  const routes = newRoutes()
  routes.openAPIRegistry.registerPath({
    method: 'get',
    path: '/live',
    tags: ['Live updates'],
    summary: 'Server-sent events: task, comment, delivery, channel, run, campaign, contact, scenario, resync',
    request: {
      query: z.object({
        lastEventId: z.string().optional().openapi({ description: 'Resumes, like the header Last-Event-ID' }),
      }),
    },
    responses: {
      200: {
        description: 'The stream. `data` names by id what changed; after `resync` ask for everything anew',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...refusals(401),
    },
  })

  routes.get('/live', (c) => {
    const principal = c.get('principal')
    const lastEventId = c.req.header('last-event-id') || c.req.query('lastEventId') || null
    // Nginx would keep the stream in a buffer.
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async (stream) => {
      const viewer = createViewer(stream, principal)
      const recheck = setInterval(async () => {
        try {
          const now = await authentication.whoAsks(c)
          if (!now || !sameRights(principal, now)) viewer.end()
        } catch (error) {
          // The database is away: nobody sees anything new meanwhile.
          deps.log.warn({ error: describeError(error) }, 'a live stream could not be checked')
        }
      }, RECHECK_MS)
      const subscription = hub.subscribe({
        onRows: (rows) => viewer.offer(rows),
        onClose: () => viewer.end(),
      })
      stream.onAbort(() => viewer.end())
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`)
        const start = await Promise.race([subscription.start, viewer.ended])
        if (start) {
          await viewer.catchUp(hub, lastEventId, start)
          await viewer.follow()
        }
      } catch (error) {
        // The browser comes back with the last id that it saw.
        deps.log.warn({ error: describeError(error) }, 'a live stream ended early')
      } finally {
        clearInterval(recheck)
        subscription.end()
      }
    })
  })
  return routes
}

function createViewer(stream: SSEStreamingApi, principal: Principal) {
  const queue = liveQueue(QUEUE_LIMIT)
  let over = false
  let wake: (() => void) | null = null
  let tellEnded: () => void = () => undefined
  const ended = new Promise<null>((resolve) => {
    tellEnded = () => resolve(null)
  })

  const mayBeSeen = ({ data }: LiveRow) =>
    principal.channelIds === null || principal.channelIds.some((id) => id === data.channelId)

  const write = ({ event, id, data }: LiveMessage) => stream.writeSSE({ event, id, data: JSON.stringify(data) })

  return {
    ended,
    end() {
      if (over) return
      over = true
      tellEnded()
      wake?.()
      // A browser that does not read would hold a write for ever.
      stream.abort()
    },
    offer(rows: readonly LiveRow[]) {
      for (const row of rows) if (mayBeSeen(row)) queue.push(row)
      wake?.()
    },
    /** What was missed since `lastEventId`, or the place to resume from later. */
    async catchUp(hub: LiveHub, lastEventId: string | null, start: LivePosition) {
      if (lastEventId === null) {
        // An id without data sets the place to resume from, and is no event.
        await stream.write(`id: ${formatPosition(start)}\n\n`)
        return
      }
      const after = parsePosition(lastEventId)
      const missed = after ? await hub.between(after, start, QUEUE_LIMIT) : null
      if (!missed) return write(resync(start))
      for (const row of missed) if (!over && mayBeSeen(row)) await write(asMessage(row))
    },
    /** Writes what comes, until the end. */
    async follow() {
      while (!over) {
        const message = queue.take()
        if (message) await write(message)
        else if (!(await comesWithin(HEARTBEAT_MS)) && !over) await stream.write(': still here\n\n')
      }
    },
  }

  /** @returns false when nothing came in that time */
  function comesWithin(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), milliseconds)
      function done(came: boolean) {
        clearTimeout(timer)
        wake = null
        resolve(came)
      }
      wake = () => done(true)
    })
  }
}

const sameRights = (one: Principal, other: Principal): boolean =>
  one.role === other.role && JSON.stringify(one.channelIds) === JSON.stringify(other.channelIds)
