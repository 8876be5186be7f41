import { type Context, Hono } from 'hono'
import { PAGE } from './markup.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
/** Nothing from elsewhere, nothing inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The phone page and its two files; strings, so that nothing has to be copied beside a bundle. */
export function pageRoutes(): Hono {
  const app = new Hono()
  const page = (c: Context) =>
    c.body(PAGE, 200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY })
  app.get('/', (c) => (c.req.path.endsWith('/') ? c.redirect(c.req.path.slice(0, -1)) : page(c)))
  app.get('/app.js', (c) => c.body(SCRIPT, 200, { ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' }))
  app.get('/style.css', (c) => c.body(STYLE, 200, { ...HEADERS, 'content-type': 'text/css; charset=utf-8' }))
  return app
}
