import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of a request at the gate. */
export type Unruly =
  /** answered in the service's place, before the body is read */
  | { fault: 'answer'; status: number; body?: string; headers?: Record<string, string> }
  /** heard, and never answered */
  | { fault: 'hang' }
  /** the answer comes through, and its connection is torn after so many bytes of the body */
  | { fault: 'cut_answer'; bytes: number }
  /** so many bytes of the answer's body come through, then nothing */
  | { fault: 'stall_answer'; bytes: number }
  /** the connection is torn after so many bytes of the request's body */
  | { fault: 'cut_request'; bytes: number }
  /** it reaches the service, whose answer is lost */
  | { fault: 'lose_answer' }
  /** it reaches the service so many milliseconds later */
  | { fault: 'late'; ms: number }

/** Stands before an HTTP service and does to chosen requests what networks and crowded services do. */
export interface UnrulyGate {
  port: number
  /** The next requests, one after the other, unless they are of another method; then all is well again. */
  next(...faults: (Unruly & { method?: string })[]): void
  /** Every request, until told otherwise; null: all is well. */
  always(fault: Unruly | null): void
  /** Forgets what was still to come. */
  clear(): void
  /** method and target of what came */
  heard: string[]
  close(): Promise<void>
}

export async function openUnrulyGate(upstreamPort: number, port = 0): Promise<UnrulyGate> {
  const queue: (Unruly & { method?: string })[] = []
  let constant: Unruly | null = null
  const heard: string[] = []
  const timers = new Set<NodeJS.Timeout>()

  const faultFor = (method: string | undefined): Unruly | null => {
    const at = queue.findIndex((one) => one.method === undefined || one.method === method)
    return at < 0 ? constant : (queue.splice(at, 1)[0] ?? null)
  }

  function pass(incoming: IncomingMessage, answer: ServerResponse, fault: Unruly | null): void {
    const outgoing = forward(
      {
        host: '127.0.0.1',
        port: upstreamPort,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (response) => {
        if (fault?.fault === 'lose_answer') {
          response.resume().on('end', () => incoming.socket.destroy())
          return
        }
        answer.writeHead(response.statusCode ?? 502, response.headers)
        let left = fault?.fault === 'cut_answer' || fault?.fault === 'stall_answer' ? fault.bytes : Infinity
        response.on('data', (chunk: Buffer) => {
          if (left === 0) return
          answer.write(chunk.subarray(0, left))
          left = Math.max(0, left - chunk.length)
          if (left > 0) return
          response.destroy()
          // What was written has to be on its way before the line is torn.
          if (fault?.fault === 'cut_answer')
            answer.write('', () => setImmediate(() => incoming.socket.resetAndDestroy()))
        })
        response.on('end', () => answer.end())
      },
    )
    outgoing.on('error', () => incoming.socket.destroy())
    incoming.on('error', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  const server = createServer((incoming, answer) => {
    heard.push(`${incoming.method} ${incoming.url}`)
    answer.on('error', () => undefined)
    const fault = faultFor(incoming.method)
    switch (fault?.fault) {
      case 'answer':
        answer.writeHead(fault.status, { ...fault.headers, connection: 'close' })
        answer.end(fault.body ?? '')
        return
      case 'hang':
        incoming.resume()
        return
      case 'late': {
        const timer = setTimeout(() => pass(incoming, answer, null), fault.ms)
        timers.add(timer)
        return
      }
      case 'cut_request': {
        let left = fault.bytes
        incoming.on('data', (chunk: Buffer) => {
          left -= chunk.length
          if (left <= 0) incoming.socket.resetAndDestroy()
        })
        return
      }
      default:
        pass(incoming, answer, fault)
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    next: (...faults) => void queue.push(...faults),
    always(fault) {
      constant = fault
    },
    clear() {
      queue.length = 0
      constant = null
    },
    heard,
    async close() {
      for (const timer of timers) clearTimeout(timer)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An error as S3 words it. */
export const refusal = (status: number, code: string, headers: Record<string, string> = {}): Unruly => ({
  fault: 'answer',
  status,
  headers: { 'content-type': 'application/xml', ...headers },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>No.</Message><RequestId>1</RequestId></Error>`,
})
