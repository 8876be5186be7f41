import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WhatsAppCloudConfig } from '../../../src/channels/whatsapp-cloud/config.ts'

export interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Buffer
}

type Answer = (request: Seen, response: ServerResponse) => void

/** A real HTTP server that answers as a test scripts it, one answer per request, and remembers what it saw. */
export class GraphServer implements AsyncDisposable {
  readonly seen: Seen[] = []
  /** What is answered beside the script, and not remembered: a login before the call that a test is about. */
  aside: (request: Seen) => Answer | null = () => null
  readonly #script: Answer[]
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    // A request that breaks off is remembered with what came of it.
    request.on('error', () => undefined)
    for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    const seen = { method, url, headers, body: Buffer.concat(chunks) }
    const beside = this.aside(seen)
    if (beside !== null) return beside(seen, response)
    this.seen.push(seen)
    const answer = this.#script.shift()
    if (answer === undefined) response.writeHead(599).end('nothing scripted')
    else answer(seen, response)
  })

  constructor(...script: Answer[]) {
    this.#script = script
  }

  static async start(...script: Answer[]): Promise<GraphServer> {
    const server = new GraphServer(...script)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Under a path, as the simulator is. */
  get config(): WhatsAppCloudConfig {
    return { ...CONFIG, graphUrl: `${this.origin}/simulator/graph` }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export const CONFIG: WhatsAppCloudConfig = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  accessToken: 'EAAtokentokentokentokentoken',
  appSecret: 'appsecretappsecret',
  graphUrl: 'https://graph.facebook.com',
}

export const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const graphError = (status: number, code: number, headers: Record<string, string> = {}): Answer =>
  json(
    status,
    {
      error: {
        message: `(#${code}) Words`,
        type: 'OAuthException',
        code,
        error_data: { details: 'More words' },
        fbtrace_id: 'T1',
      },
    },
    headers,
  )

export const text =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, headers).end(body)

/** Has read the request, and falls silent; `accepted` says when. */
export function silence(): { answer: Answer; accepted: Promise<void> } {
  let announce: () => void = () => undefined
  const accepted = new Promise<void>((resolve) => {
    announce = resolve
  })
  return { answer: () => announce(), accepted }
}

export const reset: Answer = (_request, response) => response.socket?.resetAndDestroy()

export const resetMidAnswer: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
  response.write('{"messages":[{"id":"wamid.', () => response.socket?.resetAndDestroy())
}

export const never = new AbortController().signal
