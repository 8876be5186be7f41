import { Hono } from 'hono'
import { html } from 'hono/html'
import { newSignupCode } from './graph/oauth.ts'
import type { Simulation } from './simulation.ts'

/** Meta's sign-up dialogue (reference §10.2), played by one page: somebody shares a new account, or turns back. */
export function dialogRoutes(sim: Simulation): Hono {
  return new Hono().get('/oauth', (c) => {
    const { client_id, config_id, redirect_uri = '', state = '', response_type, extras = '{}' } = c.req.query()
    if (!client_id || !config_id || response_type !== 'code' || !URL.canParse(redirect_uri))
      return c.text('client_id, config_id, response_type=code and redirect_uri are needed', 400)
    const back = (answer: Record<string, string>) => {
      const address = new URL(redirect_uri)
      for (const [key, value] of Object.entries({ ...answer, state })) address.searchParams.set(key, value)
      return address.href
    }
    const shared = back({ code: newSignupCode(sim, redirect_uri, extras.includes('whatsapp_business_app_onboarding')) })
    const refused = back({ error: 'access_denied', error_reason: 'user_denied' })
    return c.html(html`<!doctype html>
      <html lang="en">
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Simulated sign-up</title>
        <h1>Simulated sign-up</h1>
        <p>Meta asks here which business account and which number are to be shared. The simulator has a new one.</p>
        <p><a href="${shared}">Share the new account</a></p>
        <p><a href="${refused}">Cancel</a></p>
      </html>`)
  })
}
