import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallEnd } from './commands.ts'

export interface ProviderCall {
  to: string
  text: string
  /** our delivery's id, as the provider gives it back with its statuses */
  delivery: string
  /** null where it did not take the message */
  wamid: string | null
}

/** The Graph API as far as sending goes: each call ends as the story says, and is remembered. */
export class Provider {
  readonly calls = new Map<string, ProviderCall[]>()
  readonly #ends = new Map<string, CallEnd>()
  readonly #server: Server
  #wamids = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      const number = /\/(\d+)\/messages$/.exec(request.url ?? '')?.[1] ?? ''
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        const end = this.#ends.get(number) ?? 'accepted'
        const taken = end === 'accepted' || end === 'lost'
        const wamid = taken ? `wamid.${number}.${++this.#wamids}` : null
        const call = { to: String(body.to), text: body.text.body, delivery: body.biz_opaque_callback_data, wamid }
        this.calls.set(number, [...(this.calls.get(number) ?? []), call])
        if (end === 'lost') return void request.socket.resetAndDestroy()
        const code = end === 'busy' ? 131016 : 131026
        const answer = taken
          ? { messaging_product: 'whatsapp', contacts: [], messages: [{ id: wamid }] }
          : { error: { message: 'No', type: 'OAuthException', code, fbtrace_id: 'x' } }
        response.writeHead(taken ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      })
    })
  }

  static async open(): Promise<Provider> {
    const provider = new Provider()
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve))
    return provider
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How the number's calls end from now on. */
  answer(number: string, end: CallEnd): void {
    this.#ends.set(number, end)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
