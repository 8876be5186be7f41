import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { FilesUnavailable } from './file-store.ts'
import { errorCodeIn } from './s3-answers.ts'

/** A bucket of an S3-compatible storage, and the right to use it. */
export interface S3Settings {
  /** without a slash at the end */
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** Stands before every name; empty or with a slash at the end. */
  prefix: string
  /** The bucket's name in the path, rather than before the host's. */
  forcePathStyle: boolean
}

/** How long the storage is waited for. */
export interface S3Patience {
  /** until an answer begins, and between two pieces of a body in either direction */
  stallMs: number
  /** tries of one call */
  tries: number
  /** before the second try; twice as long before each that follows */
  pauseMs: number
  /** No further try begins after so long. */
  inAllMs: number
}

export const USUAL_PATIENCE: S3Patience = { stallMs: 15_000, tries: 4, pauseMs: 200, inAllMs: 20_000 }

const LONGEST_PAUSE_MS = 5_000
/** Of an error's answer; it is a few hundred bytes. */
const LONGEST_ERROR = 65_536
/** SHA-256 of nothing. */
const NO_BYTES = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export interface S3Call {
  method: 'GET' | 'PUT' | 'DELETE'
  /** of the object, with the prefix; absent: the bucket itself */
  name?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  /** Opened anew for each try. The storage compares it with the checksum before it keeps anything. */
  body?: { size: number; sha256: string; open: () => Readable }
  /** Refusals that are answers to the caller. */
  expected?: readonly string[]
}

/** What the storage answered: the bytes come as they are asked for. */
export type S3Answer =
  | { ok: true; status: number; headers: IncomingHttpHeaders; body: S3Body }
  | { ok: false; code: string; headers: IncomingHttpHeaders }

/** Calls a bucket. Every call may be repeated: what is stored is stored whole, and the same each time. */
export interface S3Client {
  /** @throws FilesUnavailable where the storage does not answer, or refuses in a way that was not expected */
  call(call: S3Call): Promise<S3Answer>
}

export function s3Client(settings: S3Settings, patience: S3Patience = USUAL_PATIENCE): S3Client {
  const base = baseUrl(settings)
  // Not `fetch`: the one of Node 20 takes the whole of a stream into memory, however slowly it leaves.
  const [send, agent] = base.startsWith('https:')
    ? [https.request, new https.Agent({ keepAlive: true })]
    : [http.request, new http.Agent({ keepAlive: true })]
  const keys = new Map<string, ArrayBuffer>()

  async function once(call: S3Call): Promise<S3Answer> {
    const { method, name, query, headers, body } = call
    const url = new URL(name === undefined ? base : `${base}/${name}`)
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value)
    const { accessKeyId, secretAccessKey, region } = settings
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': body?.sha256 ?? NO_BYTES },
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
      cache: keys,
    }).sign()
    const request = send(signed.url, {
      method,
      agent,
      headers: {
        ...Object.fromEntries(signed.headers),
        ...(method === 'PUT' && { 'content-length': String(body?.size ?? 0) }),
      },
    })
    const response = await answerTo(request, body, patience.stallMs)
    const status = response.statusCode ?? 0
    const answer = new S3Body(response, patience.stallMs)
    if (status >= 200 && status < 300) return { ok: true, status, headers: response.headers, body: answer }
    const code = errorCodeIn(await answer.text().finally(() => giveUpSending(request))) ?? `HTTP_${status}`
    if (call.expected?.includes(code)) return { ok: false, code, headers: response.headers }
    throw new Refused(status, code, Number(response.headers['retry-after']))
  }

  return {
    async call(call) {
      const began = performance.now()
      for (let tries = 1; ; tries++) {
        try {
          return await once(call)
        } catch (error) {
          const isLast = tries >= patience.tries || performance.now() - began > patience.inAllMs
          if (isLast || !mayWorkLater(error)) throw asUnavailable(error)
          const wait = Math.min(LONGEST_PAUSE_MS, patience.pauseMs * 2 ** (tries - 1)) * (0.5 + Math.random() / 2)
          await pause(Math.max(wait, askedPause(error)))
        }
      }
    },
  }
}

/** Sends a request. @throws what the network says, or `Stalled` where nothing has moved for so long */
async function answerTo(request: ClientRequest, body: S3Call['body'], stallMs: number): Promise<IncomingMessage> {
  const stall = setTimeout(() => request.destroy(new Stalled()), stallMs)
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
  })
  try {
    if (!body || body.size === 0) request.end()
    else {
      const moving = new Transform({
        transform(piece, _encoding, done) {
          stall.refresh()
          done(null, piece)
        },
      })
      // A storage may refuse before it has all, and hang up: its answer counts.
      let isAnswered = false
      void answered.then(
        () => {
          isAnswered = true
        },
        () => undefined,
      )
      pipeline(body.open(), moving, request).catch((error) => {
        if (!isAnswered) request.destroy(error)
      })
    }
    return await answered
  } finally {
    clearTimeout(stall)
  }
}

function giveUpSending(request: ClientRequest): void {
  if (!request.writableFinished) request.destroy()
}

/** The bytes of an answer. Only the storage is waited for within its time: whoever reads them may be slow. */
export class S3Body {
  readonly #response: IncomingMessage
  readonly #stallMs: number

  constructor(response: IncomingMessage, stallMs: number) {
    this.#response = response
    this.#stallMs = stallMs
    // One that breaks off before it is read must not end the process; whoever reads it is told.
    response.on('error', () => undefined)
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const source = this.#response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    try {
      for (;;) {
        const stall = setTimeout(() => this.#response.destroy(new Stalled()), this.#stallMs)
        const next = await source.next().finally(() => clearTimeout(stall))
        if (next.done) return
        yield next.value
      }
    } finally {
      // Nothing happens where it was read to its end.
      this.abandon()
    }
  }

  /** All of it. @throws where more than `limit` characters come */
  async text(limit = LONGEST_ERROR): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    for await (const piece of this.pieces()) {
      text += decoder.decode(piece, { stream: true })
      if (text.length > limit) throw new Error('the storage answers at greater length than is right')
    }
    return text + decoder.decode()
  }

  /** Whoever wanted it has lost interest. */
  abandon(): void {
    this.#response.destroy()
  }
}

class Stalled extends Error {
  override readonly name = 'Stalled'
  readonly code = 'STALLED'
}

class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string
  /** not a number where nothing was said */
  readonly retryAfterSeconds: number

  constructor(status: number, code: string, retryAfterSeconds: number) {
    super(`the storage refuses: ${code}`)
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

function baseUrl({ endpoint, bucket, forcePathStyle }: S3Settings): string {
  if (forcePathStyle) return `${endpoint}/${bucket}`
  const url = new URL(endpoint)
  url.hostname = `${bucket}.${url.hostname}`
  return url.href.replace(/\/$/, '')
}

/** Refusals of the request as such come back the same; anything else, a broken connection too, may have passed. */
function mayWorkLater(error: unknown): boolean {
  if (!(error instanceof Refused)) return true
  return (
    error.status >= 500 ||
    error.status === 429 ||
    ['SlowDown', 'RequestTimeout', 'OperationAborted', 'ConditionalRequestConflict'].includes(error.code)
  )
}

function askedPause(error: unknown): number {
  const seconds = error instanceof Refused ? error.retryAfterSeconds : 0
  return seconds > 0 ? Math.min(LONGEST_PAUSE_MS, seconds * 1_000) : 0
}

/** The network's own words name hosts: only the code goes on. */
export function asUnavailable(error: unknown): FilesUnavailable {
  if (error instanceof FilesUnavailable) return error
  if (error instanceof Refused) {
    return new FilesUnavailable(error.code, `the object storage refuses: ${error.code} (${error.status})`)
  }
  const code = networkCode(error)
  return new FilesUnavailable(code, `the object storage does not answer: ${code}`)
}

function networkCode(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(at.code)) return at.code
  }
  return 'BROKEN_OFF'
}
