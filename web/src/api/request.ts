/**
 * A refusal of the API (`{ error: { code, message, details } }`), or no answer at all: then the status is 0 and the code
 * `network`, and nobody can say whether the request took effect.
 */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly status: number
  readonly code: string
  readonly details: unknown

  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  /** Can the same request work later, unchanged? */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'idempotency_in_flight'
  }
}

interface RequestOptions {
  body?: unknown
  query?: Record<string, string | number | boolean | undefined>
  /** Of every POST that creates or sends: the same key never does it twice. */
  idempotencyKey?: string
  /** Beside those that every request has. */
  headers?: Record<string, string>
  signal?: AbortSignal
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let onSignedOut = () => {}

/** Called whenever the API says that nobody is signed in. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/** @throws ApiFailure for every refusal, and where no answer comes */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  const headers: Record<string, string> = { 'accept-language': document.documentElement.lang, ...options.headers }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
  let response: Response
  try {
    response = await fetch(path + queryString(options.query), {
      method,
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiFailure(0, 'network', 'The server cannot be reached')
  }
  if (response.status === 204) return undefined as Answer
  const text = await response.text()
  if (!response.ok) throw failureOf(response.status, text)
  return JSON.parse(text) as Answer
}

/** Reads the envelope; an answer without one (a proxy's page) keeps its status. */
export function failureOf(status: number, body: string): ApiFailure {
  const failure = readEnvelope(status, body)
  if (failure.status === 401 && failure.code === 'unauthenticated') onSignedOut()
  return failure
}

function readEnvelope(status: number, body: string): ApiFailure {
  try {
    const { error } = JSON.parse(body) as { error: { code: string; message: string; details?: unknown } }
    return new ApiFailure(status, String(error.code), String(error.message), error.details)
  } catch {
    return new ApiFailure(status, `http_${status}`, `HTTP ${status}`)
  }
}

function queryString(query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** A fresh Idempotency-Key. Needs no secure context, unlike `crypto.randomUUID`. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
