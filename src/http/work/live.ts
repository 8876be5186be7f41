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
import { type AddTasks, liveTasks } from './live-tasks.ts'
import { mayLearn } from './live-visibility.ts'

/** So many updates wait for one browser; more, and it starts anew. */
const QUEUE_LIMIT = 500
/** Proxies end a connection on which nothing happens. */
const HEARTBEAT_MS = 15_000
/** Updates that one reading of the tasks in them is enough for. */
const TOLD_TOGETHER = 50
/** A page that is older has heard of too much. */
const LONGEST_AGO_MS = 3_600_000
/** An update is dated by the beginning of its transaction, and seen by others at its end. */
const LONGEST_STEP_MS = 5_000
/** How long a browser waits before it connects again. */
const RETRY_MS = 2_000

/** `GET /api/live`: what changed, by ids, as it happens. */
export function liveRoutes(deps: HttpDeps, hub: LiveHub): Routes {
  const authentication = authenticator(deps)
  const withTasks = liveTasks(deps.database.db)
  const addTasks: AddTasks = async (viewer, messages) => {
    try {
      return await withTasks(viewer, messages)
    } catch (error) {
      // Without the tasks the browsers ask for them themselves.
      deps.log.warn({ error: describeError(error) }, 'changed tasks could not be sent along')
      return [...messages]
    }
  }
  const routes = newRoutes()
  routes.openAPIRegistry.registerPath({
    method: 'get',
    path: '/live',
    tags: ['Live updates'],
    summary:
      'Server-sent events: task, comment, delivery, channel, run, campaign, contact, scenario, presence, read, view, dead_letter, resync',
    request: {
      query: z.object({
        lastEventId: z.string().optional().openapi({ description: 'Resumes, like the header Last-Event-ID' }),
        sinceMs: z.coerce.number().optional().openapi({
          description:
            'How many milliseconds ago the first thing on the screen was asked for: without a place to resume from, what happened since comes first, so that nothing is missed between that answer and the stream',
        }),
      }),
    },
    responses: {
      200: {
        description:
          'The stream. `data` names by id what changed; `task`, `comment` and `read` bring the task itself as `task` (as in `GET /api/tasks`; null: gone), or say `taskFollows` where a later one does. After `resync` ask for everything anew',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...refusals(401),
    },
  })

  routes.get('/live', (c) => {
    const principal = c.get('principal')
    const from = cameFrom(
      c.req.header('last-event-id') || c.req.query('lastEventId') || null,
      c.req.query('sinceMs') ?? null,
    )
    // Nginx would keep the stream in a buffer.
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async (stream) => {
      const viewer = createViewer(stream, principal, addTasks)
      const endWatch = authentication.watch(c, () => viewer.end())
      const subscription = hub.subscribe({
        onRows: (rows) => viewer.offer(rows),
        onClose: () => viewer.end(),
      })
      stream.onAbort(() => viewer.end())
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`)
        const start = await Promise.race([subscription.start, viewer.ended])
        if (start) {
          await viewer.catchUp(hub, from, start)
          await viewer.follow()
        }
      } catch (error) {
        // The browser comes back with the last id that it saw.
        deps.log.warn({ error: describeError(error) }, 'a live stream ended early')
      } finally {
        endWatch()
        subscription.end()
      }
    })
  })
  return routes
}

/** What a browser has seen already. */
type CameFrom = { is: 'at'; place: LivePosition | null } | { is: 'ago'; milliseconds: number } | { is: 'new' }

function cameFrom(lastEventId: string | null, sinceMs: string | null): CameFrom {
  if (lastEventId !== null) return { is: 'at', place: parsePosition(lastEventId) }
  if (sinceMs === null) return { is: 'new' }
  const milliseconds = Number(sinceMs)
  // Nobody knows what it has seen.
  return milliseconds >= 0 && milliseconds <= LONGEST_AGO_MS ? { is: 'ago', milliseconds } : { is: 'at', place: null }
}

/** @returns null: too much, or it cannot be known */
async function missedSince(hub: LiveHub, from: CameFrom, start: LivePosition): Promise<LiveRow[] | null> {
  switch (from.is) {
    case 'new':
      return []
    case 'ago':
      return hub.recent(from.milliseconds + LONGEST_STEP_MS, start, QUEUE_LIMIT)
    case 'at':
      return from.place ? hub.between(from.place, start, QUEUE_LIMIT) : null
  }
}

function createViewer(stream: SSEStreamingApi, principal: Principal, addTasks: AddTasks) {
  const queue = liveQueue(QUEUE_LIMIT)
  let over = false
  let wake: (() => void) | null = null
  let tellEnded: () => void = () => undefined
  const ended = new Promise<null>((resolve) => {
    tellEnded = () => resolve(null)
  })

  const mayBeSeen = (row: LiveRow) => mayLearn(principal, row)

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
    /** What was missed, and the place to resume from later. */
    async catchUp(hub: LiveHub, from: CameFrom, start: LivePosition) {
      const missed = await missedSince(hub, from, start)
      if (!missed) return write(resync(start))
      const messages = await addTasks(principal, missed.filter(mayBeSeen).map(asMessage))
      for (const message of messages) if (!over) await write(message)
      // An id without data sets the place to resume from, and is no event.
      if (messages.length === 0 && !over) await stream.write(`id: ${formatPosition(start)}\n\n`)
    },
    /** Writes what comes, until the end. */
    async follow() {
      while (!over) {
        const messages = queue.takeSome(TOLD_TOGETHER)
        if (messages.length > 0) for (const message of await addTasks(principal, messages)) await write(message)
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
