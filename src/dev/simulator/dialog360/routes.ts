import { type Context, Hono } from 'hono'
import type { SimulatedAccount } from '../accounts.ts'
import { RESELLER_KEY } from '../graph/access.ts'
import { readJson } from '../graph/fields.ts'
import { graphRoutes } from '../graph/routes.ts'
import type { Simulation } from '../simulation.ts'

/** Gives all of a list that Graph gives by pages. */
const ALL = 10_000

/**
 * A stand-in for 360dialog (reference §12): Meta's calls with the number left out, for the key says which it is. They go
 * on to Meta's own stand-in, so that the phone, the faults and the record of calls are the same.
 */
export function dialog360Routes(sim: Simulation): Hono {
  const graph = new Hono({ getPath: ({ url }) => new URL(url).pathname.replace(/^.*?\/graph(?=\/)/, '') })
  graph.route('/', graphRoutes(sim))
  /** @param path of Meta's; a body goes along as it came */
  const pass = async (c: Context, path: string): Promise<Response> => {
    const url = c.req.url.replace(/\/dialog360\/.*$/, `/graph/${path}`)
    const { method, headers, body } = c.req.raw
    const init = { method, headers, ...(body === null ? {} : { body, duplex: 'half' }) }
    return graph.fetch(new Request(url, init as RequestInit), c.env)
  }
  const app = new Hono()
  const asAccount = (work: (c: Context, account: SimulatedAccount) => Promise<Response>) => async (c: Context) => {
    const account = await accountOf(sim, c)
    return account === null ? unknownKey(c) : work(c, account)
  }

  // A channel is checked before it is made: a key that no channel has yet is let in here alone.
  app.get('/v1/configs/webhook', (c) => (c.req.header(RESELLER_KEY) ? c.json({ url: '' }) : unknownKey(c)))
  app.post(
    '/v1/configs/webhook',
    asAccount(async (c, { phoneNumberId }) => {
      const { url, headers } = await readJson(c.req.raw)
      const given = Object.entries(Object(headers)).map(([name, value]) => [name, String(value)])
      // The public address may be none that this machine can reach: events go where the channel listens here.
      sim.world.record({ t: 'number', id: phoneNumberId, patch: { eventHeaders: Object.fromEntries(given) } })
      sim.courier.hurry()
      return c.json({ url, headers: Object.fromEntries(given) })
    }),
  )
  app.post(
    '/messages',
    asAccount((c, { phoneNumberId }) => pass(c, `${phoneNumberId}/messages`)),
  )
  app.post(
    '/media',
    asAccount((c, { phoneNumberId }) => pass(c, `${phoneNumberId}/media`)),
  )
  // A sample of a template's header: the key stands in the place of the app's name.
  app.post(
    '/uploads',
    asAccount((c) => pass(c, `app/uploads${new URL(c.req.url).search}`)),
  )
  app.post(
    '/:session{upload:[A-Za-z0-9_=-]+}',
    asAccount((c) => pass(c, `${c.req.param('session')}${new URL(c.req.url).search}`)),
  )
  app.get(
    '/:media{[0-9]+}',
    asAccount((c) => pass(c, c.req.param('media') ?? '')),
  )
  app.get(
    '/v1/configs/templates',
    asAccount(async (c, { wabaId }) => {
      const answer = await pass(c, `${wabaId}/message_templates?limit=${ALL}`)
      if (!answer.ok) return answer
      const { data } = (await answer.json()) as { data: unknown[] }
      const from = Number(c.req.query('offset') ?? 0)
      const found = data.slice(from, from + Number(c.req.query('limit') ?? ALL))
      return c.json({ waba_templates: found, count: found.length, total: data.length, offset: from })
    }),
  )
  app.post(
    '/v1/configs/templates',
    asAccount((c, { wabaId }) => pass(c, `${wabaId}/message_templates`)),
  )
  app.delete(
    '/v1/configs/templates/:name',
    asAccount((c, { wabaId }) => {
      const name = encodeURIComponent(c.req.param('name') ?? '')
      return pass(c, `${wabaId}/message_templates?name=${name}`)
    }),
  )
  return app
}

async function accountOf(sim: Simulation, c: Context): Promise<SimulatedAccount | null> {
  const key = c.req.header(RESELLER_KEY)
  const has = (account: SimulatedAccount) => account.reseller === true && account.accessToken === key
  return (await sim.accounts.all()).find(has) ?? (await sim.accounts.all(true)).find(has) ?? null
}

/** 360dialog's own door speaks without Meta's envelope. */
const unknownKey = (c: Context): Response => c.json({ meta: { success: false, http_code: 401 } }, 401)
