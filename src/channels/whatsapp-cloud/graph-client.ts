import { isObject } from '../wire/fields.ts'
import { type JsonObject, readJson } from '../wire/json.ts'
import { type NotSent, type Sent, sendRequest, type Unclear, USER_AGENT } from '../wire/send-request.ts'
import { GRAPH_VERSION, type WhatsAppCloudConfig } from './config.ts'
import { type GraphError, graphErrorOf } from './graph-answer.ts'

export interface GraphRequest {
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the version; ids in it are already encoded by `graphPath`. */
  path: string
  query?: Record<string, string>
  /** beside those of every call, or in place of one */
  headers?: Record<string, string>
  /** the path has no version before it, as few of Meta's addresses do */
  unversioned?: boolean
  body?: { json: unknown } | { stream: ReadableStream<Uint8Array>; type: string; length: number }
}

/** Where the Graph API is, and who calls. */
export type GraphAccess = Pick<WhatsAppCloudConfig, 'graphUrl' | 'accessToken'> & {
  /** the header that takes the token as it is, where Meta's API is reached through a reseller; absent: a bearer's */
  keyHeader?: string
}

/** What became of one call. `unclear` says that it may or may not have been carried out. */
export type GraphAnswer =
  | { kind: 'ok'; body: JsonObject }
  | { kind: 'refused'; status: number; error: GraphError; waitSeconds: number | null }
  | NotSent
  | { kind: 'turned_away'; status: number; waitSeconds: number | null }
  | Unclear

export const graphPath = (...segments: string[]): string => segments.map(encodeURIComponent).join('/')

/**
 * One call to the Graph API, never repeated, never redirected. Ends when `signal` says so; it sets no time of its own.
 * Never throws: everything that can happen is one of the answers.
 */
export async function callGraph(config: GraphAccess, request: GraphRequest, signal: AbortSignal): Promise<GraphAnswer> {
  const sent = await sendRequest(() => prepare(config, request, signal), signal)
  return sent.kind === 'answered' ? readAnswer(sent) : sent
}

/** How a call says who makes it. */
export const credentialsOf = ({ accessToken, keyHeader }: GraphAccess): Record<string, string> =>
  keyHeader === undefined ? { authorization: `Bearer ${accessToken}` } : { [keyHeader]: accessToken }

function prepare(config: GraphAccess, request: GraphRequest, signal: AbortSignal): Request {
  const version = request.unversioned ? '' : `${GRAPH_VERSION}/`
  const url = new URL(`${config.graphUrl}/${version}${request.path}`)
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value)
  const headers = new Headers({ 'user-agent': USER_AGENT, ...credentialsOf(config), ...request.headers })
  const init: RequestInit & { duplex?: 'half' } = { method: request.method, headers, redirect: 'manual', signal }
  if (request.body !== undefined && 'json' in request.body) {
    headers.set('content-type', 'application/json')
    init.body = JSON.stringify(request.body.json)
  } else if (request.body !== undefined) {
    headers.set('content-type', request.body.type)
    headers.set('content-length', String(request.body.length))
    init.body = request.body.stream
    init.duplex = 'half'
  }
  return new Request(url, init)
}

/**
 * A well-formed error envelope is a refusal whatever its status. Without one, a 3xx or 4xx still says that the request
 * was not carried out (408 does not: it may have been); anything else leaves that open.
 */
function readAnswer({ status, bytes, waitSeconds }: Extract<Sent, { kind: 'answered' }>): GraphAnswer {
  const json = bytes === null ? null : readJson(bytes)
  const body = json?.ok ? json.value : null
  const error = graphErrorOf(body)
  if (error !== null) return { kind: 'refused', status, error, waitSeconds }
  if (status >= 300 && status < 500 && status !== 408) return { kind: 'turned_away', status, waitSeconds }
  if (status >= 200 && status < 300 && isObject(body)) return { kind: 'ok', body }
  return { kind: 'unclear', status, detail: `HTTP ${status} without a readable answer`, waitSeconds }
}
