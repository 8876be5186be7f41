import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { createAccountDirectory, type SimulatedAccount } from './accounts.ts'
import { clientPageRoutes } from './client-page.ts'
import { controlRoutes } from './control-routes.ts'
import { dialogRoutes } from './dialog.ts'
import { dialog360Routes } from './dialog360/routes.ts'
import { graphRoutes } from './graph/routes.ts'
import { resumeReviews } from './graph/templates.ts'
import { createInstagram, type InstagramChannel } from './instagram/index.ts'
import { instagramPageRoutes } from './instagram/page.ts'
import { phoneRoutes } from './phone/routes.ts'
import { createRateLimit } from './rate-limits.ts'
import { Refusal } from './refusal.ts'
import { createServices, type ServiceLine, type ServiceProvider } from './services/index.ts'
import type { Simulation } from './simulation.ts'
import { createTwilio, type TwilioSender } from './twilio/index.ts'
import { createCourier } from './webhooks/courier.ts'
import { openWorld } from './world/world.ts'

export type { SimulatedAccount } from './accounts.ts'
export { DEFAULT_APP_SECRET } from './webhooks/target.ts'

export interface SimulatorOptions {
  /** Where the journal and the files live; what is in it survives a kill of the process. */
  dataDir: string
  /** The accounts whose channels point here; asked when needed, so that channels made later are known. */
  accounts: () => Promise<SimulatedAccount[]>
  /** The Instagram accounts whose channels point here. */
  instagramChannels?: () => Promise<InstagramChannel[]>
  /** The senders at Twilio whose channels point here. */
  twilioSenders?: () => Promise<TwilioSender[]>
  /** The accounts at other services whose channels point here. */
  serviceLines?: (provider: ServiceProvider) => Promise<ServiceLine[]>
  log: (message: string, fields?: Record<string, unknown>) => void
  /** Milliseconds; for tests of windows, limits and lifetimes. */
  now?: () => number
}

export interface Simulator {
  /** Routes `/graph`, `/phone`, `/faults`, …: to be mounted under `/simulator` of a node server. */
  app: Hono
  /** Lets go of held sockets and open requests; what is still owed waits in the journal. */
  stop(): Promise<void>
}

/**
 * A stand-in for Meta's WhatsApp Cloud API with a phone to play the client, and beside it for Instagram and for the services
 * that come in between: for tests and demos, never for production.
 * Answers only on loopback.
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { log, now = Date.now } = options
  const closing = new AbortController()
  const world = openWorld(options.dataDir)
  const accounts = createAccountDirectory(world, options.accounts, now, log)
  const sim: Simulation = {
    world,
    accounts,
    courier: createCourier(world, accounts, now, log),
    throughput: createRateLimit(),
    pairs: createRateLimit(),
    typing: new Map(),
    now,
    log,
    closing: closing.signal,
  }

  const instagram = createInstagram({
    dataDir: options.dataDir,
    channels: options.instagramChannels ?? (async () => []),
    now,
    log,
  })
  const twilio = createTwilio({
    dataDir: options.dataDir,
    senders: options.twilioSenders ?? (async () => []),
    now,
    log,
  })
  const services = createServices({
    dataDir: options.dataDir,
    lines: options.serviceLines ?? (async () => []),
    now,
    log,
  })

  // The pair limit looks back for minutes: a restart must not forget what was sent before it.
  for (const message of world.messages.values()) {
    const { pairBurst, pairSeconds } = world.settings
    if (message.author !== 'api') continue
    sim.pairs.take(`${message.phoneNumberId}|${message.client}`, pairBurst, 1 / pairSeconds, message.at)
  }

  const app = new Hono()
  app.use(async (c, next) => {
    const bindings = c.env as Partial<HttpBindings> | undefined
    const address = bindings?.incoming?.socket.remoteAddress
    if (address !== undefined && !/^(127\.|::1$|::ffff:127\.)/.test(address)) {
      throw new Refusal(403, 'loopback_only', 'The simulator answers only on this machine.')
    }
    // Another site's page, open in a browser of this machine, may not play the client.
    if (c.req.header('sec-fetch-site') === 'cross-site') {
      throw new Refusal(403, 'cross_site', 'The simulator does not answer pages of other sites.')
    }
    return next()
  })
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json(error.body(), error.status)
    log('simulator: a request failed', { path: c.req.path, error: String(error) })
    return c.json({ error: { code: 'internal', message: 'The simulator failed.' } }, 500)
  })
  app.get('/', (c) => c.redirect(`${c.req.path.replace(/\/$/, '')}/phone`))
  app.route('/graph', graphRoutes(sim))
  app.route('/dialog', dialogRoutes(sim))
  app.route('/dialog360', dialog360Routes(sim))
  app.route('/instagram', instagram.app)
  app.route('/instagram-phone', instagramPageRoutes())
  app.route('/twilio', twilio.app)
  const twilioPage = { api: 'twilio', title: 'Twilio', longestText: 1600, hasPhoneApp: false }
  app.route('/twilio-phone', clientPageRoutes(twilioPage))
  services.mount(app)
  app.route('/phone', phoneRoutes(sim))
  app.route('/', controlRoutes(sim))

  sim.courier.resume()
  resumeReviews(sim)

  return {
    app,
    async stop() {
      closing.abort()
      await sim.courier.stop()
      await instagram.stop()
      await twilio.stop()
      await services.stop()
      world.close()
    },
  }
}
