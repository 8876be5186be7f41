import { createServer, type RequestListener, type Server } from 'node:http'

/** How long a client may keep a connection busy by being slow (F18), in milliseconds. */
export interface Patience {
  /** for the head of a request, however many bytes of it come a second */
  headersMs: number
  /** for a whole request: the largest upload over a slow line */
  requestMs: number
  /**
   * without a byte in either direction: a client that does not read what it asked for must not keep a file open for ever.
   * Live streams say something every 15 s (work/live.ts); no answer takes as long.
   */
  silenceMs: number
  /**
   * between two requests of a connection. Node's own 5 s would end it just when a provider, or the proxy in front of us,
   * sends the next webhook over it, which then is neither taken nor refused. Proxies end theirs before: nginx after 60 s,
   * Caddy after 120 s.
   */
  restMs: number
}

const USUAL: Patience = { headersMs: 15_000, requestMs: 10 * 60_000, silenceMs: 3 * 60_000, restMs: 125_000 }
/** Node's own is 30 s: a client would hold its connection for twice the time that it is given. */
const LOOKED_AT_EVERY_MS = 5_000

/** An HTTP server that slow clients cannot hold: whoever takes too long is answered 408, or loses the connection. */
export function patientServer(listener: RequestListener, patience: Patience = USUAL): Server {
  const { headersMs, requestMs, silenceMs, restMs } = patience
  const options = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: restMs,
    connectionsCheckingInterval: Math.min(LOOKED_AT_EVERY_MS, headersMs),
  }
  const server = createServer(options, listener)
  server.timeout = silenceMs
  return server
}
