import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { MetricsPage } from './metrics-page.ts'

export interface MetricsServer {
  port: number
  stop(): Promise<void>
}

/**
 * `GET /metrics` of a process that has no HTTP side of its own, on this machine only. A port that is taken is told and
 * stops nobody: figures are never worth the work.
 * @returns null where it cannot listen
 */
export async function startMetricsServer(
  page: MetricsPage,
  port: number,
  log: Pick<Logger, 'warn' | 'info'>,
): Promise<MetricsServer | null> {
  const server = createServer(async (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
    try {
      const text = await page.text()
      response.writeHead(200, { 'content-type': page.contentType }).end(text)
    } catch {
      response.writeHead(503).end()
    }
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 5_000
  if (!(await listens(server, port))) {
    log.warn({ port }, 'the metrics cannot be shown: the port cannot be used')
    return null
  }
  const { port: chosen } = server.address() as AddressInfo
  log.info({ port: chosen }, 'the metrics are shown')
  return {
    port: chosen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const listens = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
