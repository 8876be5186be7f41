import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import { Histogram, register } from 'prom-client'
import type { HttpEnv } from './context.ts'
import { loggedPath } from './logged-path.ts'

const HISTOGRAM = 'parley_http_request_seconds'

/** Logs each answer at debug level and counts it by its route pattern, and never with queries or bodies. */
export const requestLog =
  (log: Logger): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const started = performance.now()
    await next()
    const seconds = (performance.now() - started) / 1_000
    // The pattern of the handler that came last; a star is a middleware's that refused, or nobody's at all.
    const pattern = routePath(c)
    const route = pattern.endsWith('*') ? 'other' : pattern
    histogram().observe({ method: c.req.method, route, status: String(c.res.status) }, seconds)
    log.debug(
      {
        requestId: c.get('requestId'),
        method: c.req.method,
        path: loggedPath(c.req.path),
        status: c.res.status,
        ms: Math.round(seconds * 1_000),
        by: c.get('principal')?.key,
      },
      'request',
    )
  }

/** One for the process, however many applications it holds: Prometheus' registry is the process's. */
function histogram(): Histogram<'method' | 'route' | 'status'> {
  const known = register.getSingleMetric(HISTOGRAM)
  if (known) return known as Histogram<'method' | 'route' | 'status'>
  return new Histogram({
    name: HISTOGRAM,
    help: 'Time until an answer began, in seconds',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
}
