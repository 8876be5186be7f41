import { lookup as lookupName } from 'node:dns/promises'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { faultOf, hostOf, reachOf } from './address.ts'

export interface OutsideRequest {
  /** https; or http where `allowPrivateAddress` is given, and then only to a private address */
  url: string
  method: string
  headers: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** for all of it: the look-up of the name, the connection, the answer */
  timeoutMs: number
  /** May the address be this machine or the house's own network? Metadata services are refused all the same. */
  allowPrivateAddress: boolean
  /** The longest answer that is read, unpacked */
  maxBytes: number
  /** Ends the call before its time. */
  signal?: AbortSignal
  /** How a name is looked up; DNS by default. */
  lookup?: NameLookup
}

/** All IP addresses of a host's name. @throws where it has none */
export type NameLookup = (host: string) => Promise<string[]>

/**
 * `bad_request`: address, method or header are not as they have to be; `address_refused`: it leads where a call must not
 * go; `stopped`: by `signal`. `message` is for people and for logs: it holds no header, no body and no address.
 */
export type OutsideFailure = {
  ok: false
  code: 'bad_request' | 'address_refused' | 'timeout' | 'network' | 'response_too_large' | 'stopped'
  message: string
}

export type OutsideAnswer =
  /** Headers by lower-case names. A redirect is an answer like others: it is not followed. */
  { ok: true; status: number; headers: Record<string, string>; body: Uint8Array } | OutsideFailure

/** What a caller must not set: they frame the message, or lead it elsewhere. */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/i

const USER_AGENT = 'parley'

/**
 * One HTTP call to an address that somebody entered. Never repeated, never redirected, never throws.
 *
 * The host's name is looked up once; every address it has must be an allowed one, and the connection goes to these
 * alone, so that a second answer of DNS changes nothing. There are no kept connections, no cookies and no proxies.
 */
export const fetchOutside = (request: OutsideRequest): Promise<OutsideAnswer> =>
  guarded(request, (response, signal) => read(response, request.maxBytes, signal))

/** As `fetchOutside`, for files: the body is read by who asked, who limits it and ends `signal` when they are done. */
export type OutsideFile =
  | { ok: true; status: number; headers: Record<string, string>; body: ReadableStream<Uint8Array> }
  | OutsideFailure

export const openOutside = (request: Omit<OutsideRequest, 'maxBytes'>): Promise<OutsideFile> =>
  guarded(request, async (response) => ({
    ok: true,
    status: response.statusCode ?? 0,
    headers: flat(response),
    body: Readable.toWeb(unpacked(response)) as ReadableStream<Uint8Array>,
  }))

async function guarded<Answer>(
  request: Omit<OutsideRequest, 'maxBytes'>,
  take: (response: IncomingMessage, signal: AbortSignal) => Promise<Answer>,
): Promise<Answer | OutsideFailure> {
  const fault = faultOf(request.url, request.allowPrivateAddress)
  if (fault !== null) return failure('bad_request', fault)
  if (Object.keys(request.headers).some((name) => OWN_HEADERS.test(name))) {
    return failure('bad_request', 'A header is set that calls set by themselves')
  }
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout
  try {
    const url = new URL(request.url)
    const addresses = await unlessAborted(signal, addressesOf(url, request.lookup ?? lookUp))
    const refusal = refusalOf(url, addresses, request.allowPrivateAddress)
    if (refusal !== null) return failure('address_refused', refusal)
    return await take(await call(url, addresses, request, signal), signal)
  } catch (error) {
    if (request.signal?.aborted) return failure('stopped', 'The call was stopped')
    if (timeout.aborted) return failure('timeout', `No complete answer within ${request.timeoutMs} ms`)
    if (isBadHeader(error))
      return failure('bad_request', 'The method or a header holds a character that is not allowed')
    return failure('network', `The call failed: ${wordsOf(error)}`)
  }
}

const failure = (code: OutsideFailure['code'], message: string): OutsideFailure => ({ ok: false, code, message })

const lookUp: NameLookup = async (host) => (await lookupName(host, { all: true })).map(({ address }) => address)

async function addressesOf(url: URL, lookup: NameLookup): Promise<string[]> {
  const host = hostOf(url)
  return isIP(host) === 0 ? lookup(host) : [host]
}

function refusalOf(url: URL, addresses: readonly string[], allowPrivate: boolean): string | null {
  const reaches = new Set(addresses.map(reachOf))
  if (reaches.size === 0 || reaches.has('forbidden')) return 'The address leads where no call may go'
  if (reaches.has('private') && !allowPrivate) return 'The address is a private one, which is not allowed for it'
  if (reaches.has('public') && url.protocol === 'http:') return 'http is only for private addresses; use https'
  return null
}

function call(
  url: URL,
  addresses: readonly string[],
  { method, headers, body }: Omit<OutsideRequest, 'maxBytes'>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method,
    headers: { 'user-agent': USER_AGENT, 'accept-encoding': 'identity', ...headers },
    // A connection of its own: none that was made to another address under the same name is used again.
    agent: false,
    lookup: only(addresses),
    // Node's 250 ms would give up addresses that are merely far away.
    ...{ autoSelectFamilyAttemptTimeout: 2_000 },
    maxHeaderSize: 16 * 1024,
    signal,
  }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve)
    request.on('error', reject)
    // Nobody asks for another protocol; a server that switches all the same has not answered.
    request.on('upgrade', (_, socket) => {
      socket.destroy()
      reject(new Error('the protocol was switched'))
    })
    request.end(body)
  })
}

/** Answers every look-up with the addresses that were checked. */
function only(addresses: readonly string[]): LookupFunction {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, options, callback) => {
    if (options.all) return callback(null, checked)
    const [first] = checked
    callback(null, first?.address ?? '', first?.family)
  }
}

async function read(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<OutsideAnswer> {
  const body = unpacked(response)
  const stop = () => body.destroy(new Error('aborted'))
  signal.addEventListener('abort', stop, { once: true })
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxBytes) return failure('response_too_large', `The answer has more than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
    return {
      ok: true,
      status: response.statusCode ?? 0,
      headers: flat(response),
      body: new Uint8Array(Buffer.concat(chunks)),
    }
  } finally {
    signal.removeEventListener('abort', stop)
    body.destroy()
    response.destroy()
  }
}

/** Servers may pack although they were asked not to. What is unpacked is counted, so that a few bytes cannot fill the memory. */
function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return response
  const unpack = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }[
    encoding
  ]
  if (!unpack) throw new Error('the answer is packed in an unknown way')
  const stream = unpack({ chunkSize: 16 * 1024 })
  response.on('error', (error) => stream.destroy(error))
  response.on('aborted', () => stream.destroy(new Error('the answer broke off')))
  return response.pipe(stream)
}

const flat = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )

/** A look-up of a name cannot be called off: its answer is then left unread. */
async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

const isBadHeader = (error: unknown): boolean =>
  error instanceof TypeError &&
  /^ERR_(INVALID|HTTP_INVALID|UNESCAPED)/.test(String((error as NodeJS.ErrnoException).code))

/** A fault in a word: its code. Never its message, which may quote a header and with it a secret. */
function wordsOf(error: unknown): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' && code !== '' ? code : 'no complete answer'
}
