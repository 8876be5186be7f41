import { Hono } from 'hono'
import { taskQueues } from '../domain/conversation-workflow.ts'
import { metricsPage } from '../observability/metrics-page.ts'
import { newestHeartbeatAge } from '../store/worker-heartbeat.ts'
import type { HttpDeps, HttpEnv } from './context.ts'

const CHECK_MS = 2_000
/** Workers write their heartbeat every few seconds. */
const HEARTBEAT_SECONDS = 15

/** Is the process alive, is the installation ready, and how it is doing. Open to all, and tells nothing of the content. */
export function healthRoutes(deps: HttpDeps): Hono<HttpEnv> {
  const metrics = metricsPage(deps, { queues: true })
  const queue = taskQueues(deps.config.temporal.queuePrefix).conversations
  const worker = async (): Promise<string | null> => {
    const age = await newestHeartbeatAge(deps.database.db, queue)
    if (age === null) return 'no worker has started yet'
    return age <= HEARTBEAT_SECONDS ? null : `no worker was seen for ${Math.round(age)} seconds`
  }
  const database = async (): Promise<string | null> => {
    await deps.database.pool.query('select 1')
    return null
  }

  return new Hono<HttpEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const checks = { database: database(), temporal: deps.temporalProblem(), worker: worker() }
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, (await problem(check)) ?? 'ok'] as const),
      )
      const missing = results.filter(([, state]) => state !== 'ok').map(([name]) => name)
      const notices = deps.notices?.() ?? []
      const body = {
        status: missing.length === 0 ? 'ready' : 'not ready',
        missing,
        checks: Object.fromEntries(results),
        ...(notices.length > 0 && { notices }),
      }
      return c.json(body, missing.length === 0 ? 200 : 503)
    })
    .get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }))
}

/** What a check finds wrong, within its time; the words of its error stay inside: they can name hosts and users. */
async function problem(check: Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_MS, `no answer within ${CHECK_MS / 1_000} seconds`)
  })
  try {
    return await Promise.race([check.catch(() => 'cannot be reached'), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
