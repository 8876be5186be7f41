import { randomUUID } from 'node:crypto'
import { createApiToken, revokeApiToken } from '../store/access/api-tokens.ts'
import { COMMAND_TOKEN } from '../store/access/housekeeping.ts'
import { inTransaction } from '../store/index.ts'
import type { Console } from './console.ts'
import { Failure } from './failure.ts'
import { baseUrl, databaseUrl, withDatabase } from './installation.ts'

/** Where the API is and who asks, as given on the command line. */
export interface ApiOptions {
  url?: string
  token?: string
}

export interface ApiClient {
  get<T>(path: string): Promise<T>
  /** One try is one idempotency key, a fresh one unless given: a repeated one could not have its effect twice. */
  post<T>(path: string, body?: unknown, idempotencyKey?: string): Promise<T>
  upload<T>(path: string, file: { name: string; bytes: Uint8Array }, idempotencyKey?: string): Promise<T>
  put<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T>
  delete(path: string): Promise<void>
  /** What is no JSON, as it comes. */
  download(path: string): Promise<ReadableStream<Uint8Array>>
}

const ACTOR = { kind: 'system', id: null } as const

/**
 * Works with the API as the token says; without one, whoever can read the installation's database may act as its owner,
 * by a token that lives as long as the command.
 */
export async function withApi<T>(
  console: Console,
  options: ApiOptions,
  work: (api: ApiClient) => Promise<T>,
): Promise<T> {
  const url = baseUrl(console, options.url)
  const token = tokenOf(console, options)
  if (token) return work(apiClient(url, token))
  if (!databaseUrl(console)) throw new Failure('Give a token: --token, PARLEY_TOKEN or PARLEY_API_TOKEN.')
  return withDatabase(console, async ({ db }) => {
    const made = await inTransaction(db, (tx) =>
      createApiToken(tx, { name: COMMAND_TOKEN, role: 'owner', channelIds: null, createdBy: null }, ACTOR),
    )
    try {
      return await work(apiClient(url, made.token))
    } finally {
      await inTransaction(db, (tx) => revokeApiToken(tx, made.row.id, ACTOR))
    }
  })
}

/** The token that was given; a command without one asks as somebody new each time. */
export const tokenOf = ({ env }: Console, { token }: ApiOptions): string | undefined =>
  token || env.PARLEY_TOKEN || env.PARLEY_API_TOKEN

function apiClient(url: string, token: string): ApiClient {
  async function ask(
    method: string,
    path: string,
    init: { body?: string | FormData; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, ...init.headers }
    let response: Response
    try {
      response = await fetch(`${url}${path}`, { method, headers, ...(init.body !== undefined && { body: init.body }) })
    } catch (cause) {
      throw new Failure(
        `${url} does not answer. Is Parley running there? (--url or PARLEY_URL names another address)`,
        { cause },
      )
    }
    if (!response.ok) throw new Failure(refusalWords(response.status, await response.text()))
    return response
  }
  async function call(...asked: Parameters<typeof ask>) {
    const text = await (await ask(...asked)).text()
    return text === '' ? undefined : JSON.parse(text)
  }
  const key = (given: string = randomUUID()) => ({ 'idempotency-key': given })

  return {
    get: (path) => call('GET', path),
    post: (path, body, idempotencyKey) =>
      call('POST', path, {
        headers: { ...key(idempotencyKey), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    upload: (path, { name, bytes }, idempotencyKey) => {
      const form = new FormData()
      form.append('file', new File([Uint8Array.from(bytes)], name))
      return call('POST', path, { headers: key(idempotencyKey), body: form })
    },
    put: (path, body, headers = {}) =>
      call('PUT', path, { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    delete: (path) => call('DELETE', path),
    download: async (path) => {
      const { body } = await ask('GET', path)
      if (!body) throw new Failure('The server answered with nothing.')
      return body
    },
  }
}

interface Refusal {
  error?: { code?: string; message?: string; details?: unknown }
}

/** The API's own words, and for each field what is wrong with it. */
function refusalWords(status: number, text: string): string {
  let refusal: Refusal
  try {
    refusal = JSON.parse(text) as Refusal
  } catch {
    return `The server answered ${status}, and not as Parley's API does. Is the address right?`
  }
  const { message = `The server answered ${status}`, code, details } = refusal.error ?? {}
  const fields = problemsIn(details).map(
    ({ path, where, message: words }) => `  ${[path ?? where, words].filter(Boolean).join(': ')}`,
  )
  return [`${message}${code ? ` (${code})` : ''}`, ...fields].join('\n')
}

interface Problem {
  path?: string
  where?: string
  message: string
}

/** Details are a list of what is wrong, or hold one (`problems`); anything else is for programs. */
function problemsIn(details: unknown): Problem[] {
  const list = Array.isArray(details) ? details : (details as { problems?: unknown } | null | undefined)?.problems
  return Array.isArray(list) ? list.filter((one): one is Problem => typeof one?.message === 'string') : []
}
