import { Hono } from 'hono'
import { Refusal } from '../refusal.ts'
import { SendFaults } from '../send-faults.ts'
import { OneByOne } from '../webhooks/one-by-one.ts'
import { twilioClientRoutes } from './client-routes.ts'
import { twilioContentRoutes } from './content-routes.ts'
import { twilioMessageRoutes } from './message-routes.ts'
import { resumeDeliveries } from './post.ts'
import { errorBody, TwilioRefusal } from './refusal.ts'
import { openTwilioState } from './state.ts'
import type { Twilio, TwilioSender } from './twilio.ts'

export type { TwilioSender } from './twilio.ts'

export interface TwilioOptions {
  dataDir: string
  /** the channels whose address is this simulator's */
  senders: () => Promise<TwilioSender[]>
  now: () => number
  log: (message: string, fields?: Record<string, unknown>) => void
}

/**
 * A stand-in for WhatsApp over Twilio (reference §12): messages and their statuses, contents and their approval, and
 * beside it what clients do. Any account is known; its senders are the channels that point here.
 */
export function createTwilio(options: TwilioOptions): { app: Hono; stop(): Promise<void> } {
  const closing = new AbortController()
  const state = openTwilioState(options.dataDir)
  // Twilio asks once more where nobody took the call, and takes every answer for one.
  const turns = new OneByOne({ pausesMs: [500], isDone: (status) => status !== null, log: options.log })
  const twilio: Twilio = {
    state,
    turns,
    faults: new SendFaults(),
    senders: options.senders,
    now: options.now,
    calls: [],
    closing: closing.signal,
  }
  const app = new Hono()
  app.onError((error, c) => {
    if (error instanceof TwilioRefusal) return c.json(errorBody(error.status, error.code, error.message), error.status)
    if (error instanceof Refusal) return c.json(error.body(), error.status)
    options.log('simulator: a request failed', { path: c.req.path, error: String(error) })
    return c.json(errorBody(500, 20500, 'The simulator failed.'), 500)
  })
  app.route(
    '/',
    twilioClientRoutes(twilio, (url) => url.replace(/\/twilio\/messages.*$/, '/twilio')),
  )
  app.route('/', twilioMessageRoutes(twilio))
  app.route('/', twilioContentRoutes(twilio))
  resumeDeliveries(twilio)
  return {
    app,
    async stop() {
      closing.abort()
      await turns.stop()
      state.close()
    },
  }
}
