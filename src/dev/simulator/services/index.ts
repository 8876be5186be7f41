import { Hono } from 'hono'
import { clientPageRoutes } from '../client-page.ts'
import { Refusal } from '../refusal.ts'
import { SendFaults } from '../send-faults.ts'
import { OneByOne } from '../webhooks/one-by-one.ts'
import { serviceChangeRoutes } from './change-routes.ts'
import { chatApiService } from './chat-api.ts'
import { chatAppService } from './chatapp.ts'
import { deliver } from './events.ts'
import { greenApiService } from './green-api.ts'
import { gupshupService } from './gupshup.ts'
import { servicePhoneRoutes } from './phone-routes.ts'
import { refusal } from './sends.ts'
import { type Play, type Service, type ServiceLine, ServiceRefusal } from './service.ts'
import { openServiceState } from './state.ts'
import { wazzup24Service } from './wazzup24.ts'

export type { ServiceLine } from './service.ts'

/** The services between Parley and WhatsApp that are played alike, by the provider's name. */
const SERVICES = {
  gupshup: gupshupService,
  'green-api': greenApiService,
  wazzup24: wazzup24Service,
  chatapp: chatAppService,
  'chat-api': chatApiService,
} as const satisfies Record<string, Service>
export type ServiceProvider = keyof typeof SERVICES

export interface ServicesOptions {
  dataDir: string
  /** the channels whose address is the service's stand-in */
  lines: (provider: ServiceProvider) => Promise<ServiceLine[]>
  now: () => number
  log: (message: string, fields?: Record<string, unknown>) => void
}

/**
 * Stand-ins for services between Parley and WhatsApp (reference §12): the calls they take, the events they post, and
 * beside it what clients do, with a page for it at `/simulator/<name>-phone`.
 */
export function createServices(options: ServicesOptions): { mount(app: Hono): void; stop(): Promise<void> } {
  const all = Object.entries(SERVICES).map(([provider, service]) =>
    playService(service, () => options.lines(provider as ServiceProvider), options),
  )
  return {
    mount(app) {
      for (const one of all) one.mount(app)
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()))
    },
  }
}

function playService(service: Service, lines: Play['lines'], { dataDir, now, log }: ServicesOptions) {
  const closing = new AbortController()
  const state = openServiceState(dataDir, service.name)
  const isDone = (status: number | null) => status !== null && status >= 200 && status < 300
  const turns = new OneByOne({ pausesMs: [500, 2_000], isDone, log })
  const faults: Play['faults'] = new SendFaults()
  const play: Play = { service, state, turns, faults, lines, now, calls: [], closing: closing.signal }
  const app = new Hono()
  app.onError((error, c) => {
    if (error instanceof ServiceRefusal) return refusal(play, error)
    if (error instanceof Refusal) return c.json(error.body(), error.status)
    log('simulator: a request failed', { service: service.name, error: String(error) })
    return Response.json(service.errorBody(500, null, 'The simulator failed.'), { status: 500 })
  })
  app.route('/', servicePhoneRoutes(play))
  app.route('/', serviceChangeRoutes(play))
  app.route('/', service.api(play))
  // What a kill of the process cut off.
  for (const { sid, status } of state.messages.values()) {
    if (status === 'queued' || status === 'sent') void deliver(play, sid, null)
  }
  const { name, title, longestText, echoed } = service
  return {
    mount(simulator: Hono) {
      simulator.route(`/${name}`, app)
      simulator.route(
        `/${name}-phone`,
        clientPageRoutes({ api: name, title, longestText, hasPhoneApp: echoed !== null }),
      )
    },
    async stop() {
      closing.abort()
      await turns.stop()
      state.close()
    },
  }
}
