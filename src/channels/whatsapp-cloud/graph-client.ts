import { GRAPH_VERSION, type WhatsAppCloudConfig } from './config.ts'
import { isObject } from './fields.ts'
import { type GraphError, graphErrorOf, readBounded, waitHintOf } from './graph-answer.ts'
import { neverSent, wordsOf } from './network-errors.ts'
import { type JsonObject, readJson } from './wire-json.ts'

export interface GraphRequest {
  method: 'GET' | 'POST' | 'DELETE'
  /** Below the version; ids in it are already encoded by `graphPath`. */
  path: string
  query?: Record<string, string>
  body?: { json: unknown } | { stream: ReadableStream<Uint8Array>; type: string; length: number }
}

/** What became of one call. `unclear` says that it may or may not have been carried out. */
export type GraphAnswer =
  | { kind: 'ok'; body: JsonObject }
  | { kind: 'refused'; status: number; error: GraphError; waitSeconds: number | null }
  | { kind: 'not_sent'; code: 'network' | 'not_started' | 'bad_request'; detail: string }
  | { kind: 'turned_away'; status: number; waitSeconds: number | null }
  | { kind: 'unclear'; status: number | null; detail: string; waitSeconds: number | null }

/** Some of Meta's file hosts refuse requests without one (reference §6). */
export const USER_AGENT = 'parley/0.1'

export const graphPath = (...segments: string[]): string => segments.map(encodeURIComponent).join('/')

/**
 * One call to the Graph API, never repeated, never redirected. Ends when `signal` says so; it sets no time of its own.
 * Never throws: everything that can happen is one of the answers.
 */
export async function callGraph(
  config: WhatsAppCloudConfig,
  request: GraphRequest,
  signal: AbortSignal,
): Promise<GraphAnswer> {
  if (signal.aborted) return { kind: 'not_sent', code: 'not_started', detail: 'stopped before the call' }
  let prepared: Request
  try {
    prepared = prepare(config, request, signal)
  } catch (error) {
    return { kind: 'not_sent', code: 'bad_request', detail: wordsOf(error) }
  }
  let response: Response
  try {
    response = await fetch(prepared)
  } catch (error) {
    return neverSent(error)
      ? { kind: 'not_sent', code: 'network', detail: wordsOf(error) }
      : { kind: 'unclear', status: null, detail: wordsOf(error), waitSeconds: null }
  }
  return readAnswer(response)
}

function prepare(config: WhatsAppCloudConfig, request: GraphRequest, signal: AbortSignal): Request {
  const url = new URL(`${config.graphUrl}/${GRAPH_VERSION}/${request.path}`)
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value)
  const headers = new Headers({ authorization: `Bearer ${config.accessToken}`, 'user-agent': USER_AGENT })
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
async function readAnswer(response: Response): Promise<GraphAnswer> {
  const { status } = response
  const waitSeconds = waitHintOf(response.headers, new Date())
  let bytes: Uint8Array | null
  try {
    bytes = await readBounded(response)
  } catch (error) {
    return { kind: 'unclear', status, detail: `HTTP ${status}, then ${wordsOf(error)}`, waitSeconds }
  }
  const json = bytes === null ? null : readJson(bytes)
  const body = json?.ok ? json.value : null
  const error = graphErrorOf(body)
  if (error !== null) return { kind: 'refused', status, error, waitSeconds }
  if (status >= 300 && status < 500 && status !== 408) return { kind: 'turned_away', status, waitSeconds }
  if (status >= 200 && status < 300 && isObject(body)) return { kind: 'ok', body }
  return { kind: 'unclear', status, detail: `HTTP ${status} without a readable answer`, waitSeconds }
}
