import { serveStatic } from '@hono/node-server/serve-static'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { HttpEnv, Routes } from './context.ts'

/** Strict: our own scripts, styles and fonts only; nothing inline, nothing from elsewhere. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The operators' app: built files, and its page for every other address, since the app finds its way by itself.
 * @param folder where the build put it
 */
export function webAppRoutes(folder: string): Routes {
  const routes: Routes = new OpenAPIHono<HttpEnv>()
  const headers: MiddlewareHandler = async (c, next) => {
    c.header('content-security-policy', POLICY)
    await next()
    // Names of built files change with their contents; the page itself must always be asked for.
    c.header('cache-control', c.req.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  }
  routes.get('*', headers, serveStatic({ root: folder }), serveStatic({ root: folder, path: 'index.html' }))
  return routes
}
