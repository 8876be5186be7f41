import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Call {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
  at: number
}

/** A real HTTP server of somebody else, that answers as a test says. */
export interface OutsideServer {
  url: string
  port: number
  calls: Call[]
  close(): Promise<void>
}

export async function openOutsideServer(
  answer: (call: Call, response: ServerResponse, calls: readonly Call[]) => unknown,
): Promise<OutsideServer> {
  const calls: Call[] = []
  const server: Server = createServer(async (request, response) => {
    const call = await read(request).catch(() => null)
    if (!call) return
    calls.push(call)
    await answer(call, response, calls)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = '', url = '', headers } = request
  return { method, url, headers, body: Buffer.concat(chunks).toString('utf8'), at: performance.now() }
}

export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}
