import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { onTestFinished, vi } from 'vitest'
import { createSimulator, type SimulatedAccount } from '../../../src/dev/simulator/index.ts'

export type Json = Record<string, unknown>

export const PHONE = '106540352242922'
export const WABA = '102290129340398'
export const SECRET = 'test_app_secret_0123456789abcdef'
export const TOKEN = 'EAAtesttoken'
export const CLIENT = '+1 650 555 1234'
export const CLIENT_ID = '16505551234'

/** What stands where Parley's webhook route would: keeps raw bytes, answers as told. */
export interface Receiver {
  url: string
  posts: { raw: Buffer; headers: IncomingHttpHeaders; at: number }[]
  verifications: URLSearchParams[]
  /** HTTP status of the next answers. */
  status: number
  verifyToken: string
}

export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', posts: [], verifications: [], status: 200, verifyToken: 'verify-me' }
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      const query = new URL(request.url ?? '/', 'http://x').searchParams
      receiver.verifications.push(query)
      const right = query.get('hub.verify_token') === receiver.verifyToken
      response.writeHead(right ? 200 : 403).end(right ? query.get('hub.challenge') : 'no')
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      receiver.posts.push({ raw: Buffer.concat(parts), headers: request.headers, at: receiver.posts.length })
      response.writeHead(receiver.status).end()
    })
  })
  receiver.url = `${await listen(server)}/webhooks/demo`
  onTestFinished(() => close(server))
  return receiver
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

export interface Rig {
  url: string
  receiver: Receiver
  dataDir: string
  /** Milliseconds; moves only when a test moves it, if the rig was started with a clock. */
  clock: { now: number }
  stop(): Promise<void>
  /** A Graph call with the account's token. */
  graph(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** A call of the simulator's own routes. */
  call(method: string, path: string, body?: unknown): Promise<Answer>
  send(body: Json): Promise<Answer>
  write(body: Json): Promise<string>
}
export interface Answer {
  status: number
  body: Json
  headers: Headers
}

export const account = (receiver: Receiver, more: Partial<SimulatedAccount> = {}): SimulatedAccount => ({
  phoneNumberId: PHONE,
  wabaId: WABA,
  displayPhone: '+1 555-078-3881',
  name: 'Lucky Shrub',
  accessToken: TOKEN,
  appSecret: SECRET,
  webhookUrl: receiver.url,
  verifyToken: receiver.verifyToken,
  ...more,
})

export async function startRig(
  options: {
    dataDir?: string
    receiver?: Receiver
    frozen?: boolean
    accounts?: () => Promise<SimulatedAccount[]>
  } = {},
): Promise<Rig> {
  const receiver = options.receiver ?? (await startReceiver())
  const dataDir = options.dataDir ?? (await temporaryDirectory())
  const clock = { now: Date.now() }
  const simulator = createSimulator({
    dataDir,
    accounts: options.accounts ?? (async () => [account(receiver)]),
    log: () => {},
    ...(options.frozen ? { now: () => clock.now } : {}),
  })
  const app = new Hono().route('/simulator', simulator.app)
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  if (!server.listening) await new Promise<void>((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulator`
  let stopped = false
  async function stop() {
    if (stopped) return
    stopped = true
    await simulator.stop()
    await close(server)
  }
  onTestFinished(stop)
  const rig: Rig = { url, receiver, dataDir, clock, stop, ...calls(url) }
  await rig.call('POST', '/settings', { retryPausesMs: [20], statusDelayMs: 0, reviewMs: 10 })
  return rig
}

/** The calls of a rig, for a simulator in another process too. */
export function calls(url: string): Pick<Rig, 'graph' | 'call' | 'send' | 'write'> {
  async function request(
    method: string,
    address: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const form = body instanceof FormData
    const answer = await fetch(address, {
      method,
      headers: { ...(body !== undefined && !form ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: form ? body : typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = answer.headers.get('content-type')?.includes('json')
    return { status: answer.status, body: json ? JSON.parse(text) : { text }, headers: answer.headers }
  }
  const graph: Rig['graph'] = (method, path, body, headers = {}) =>
    request(method, `${url}/graph/v24.0${path}`, body, { authorization: `Bearer ${TOKEN}`, ...headers })
  const call: Rig['call'] = (method, path, body) => request(method, `${url}${path}`, body, {})
  return {
    graph,
    call,
    send: (body) => graph('POST', `/${PHONE}/messages`, { messaging_product: 'whatsapp', to: '+16505551234', ...body }),
    async write(body) {
      const answer = await call('POST', '/phone/messages', { from: CLIENT, name: 'Sheena Nelson', ...body })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return String(answer.body.id)
    },
  }
}

export async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'simulator-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** All elements of a kind that were posted, in the order of arrival. */
export function arrived(receiver: Receiver, list: 'messages' | 'statuses' | 'message_echoes'): Json[] {
  return values(receiver).flatMap((value) => (value[list] as Json[] | undefined) ?? [])
}

/** All `value` objects that were posted, with their field. */
export function values(receiver: Receiver): Json[] {
  return bodies(receiver).flatMap((body) =>
    (body.entry as Json[]).flatMap((entry) =>
      (entry.changes as Json[]).map((change) => ({
        ...(change.value as Json),
        $field: change.field,
        $entry: entry.id,
      })),
    ),
  )
}

export const bodies = (receiver: Receiver): Json[] => receiver.posts.map((post) => JSON.parse(post.raw.toString()))

/** The signature as an independent party computes it: over the bytes as they came. */
export const signatureOf = (raw: Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`

export const until = <T>(condition: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(condition, { timeout: 15_000, interval: 10 })

/** A list or an object inside of what arrived; empty when it is not there, so that the expectation says so. */
export const listIn = (value: Json | undefined, key: string): Json[] => (value?.[key] ?? []) as Json[]
export const objectIn = (value: Json | undefined, key: string): Json => (value?.[key] ?? {}) as Json

export const errorOf = (answer: Answer): Json => (answer.body.error ?? {}) as Json
export const wamidOf = (answer: Answer): string => String((answer.body.messages as Json[])[0]?.id)
export const items = (answer: Answer): Json[] => answer.body.items as Json[]
