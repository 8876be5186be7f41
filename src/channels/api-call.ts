import { readJson } from './wire/json.ts'
import { type NotSent, sendRequest, type Unclear, USER_AGENT } from './wire/send-request.ts'

/** One call of a service that speaks JSON. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  url: string
  headers?: Readonly<Record<string, string>>
  json?: unknown
  /** instead of `json`: `application/x-www-form-urlencoded` */
  form?: Readonly<Record<string, string>>
}

/** All outcomes of one call. `unclear` says that it may or may not have been carried out. */
export type ApiAnswer =
  | { kind: 'ok'; body: unknown }
  /** turned away: not carried out. `body` null: none that can be read */
  | { kind: 'refused'; status: number; body: unknown; waitSeconds: number | null }
  | NotSent
  | Unclear

/**
 * One call, never repeated, never redirected (a redirect might carry a token elsewhere). Ends when `signal` says so.
 * Never throws. No detail holds the address, which may have a token in its path.
 */
export async function callApi(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
  const sent = await sendRequest(() => prepare(request, signal), signal)
  return sent.kind === 'answered' ? answerOf(sent.status, sent.bytes, sent.waitSeconds) : sent
}

const prepare = ({ url, method, headers, json, form }: ApiRequest, signal: AbortSignal): Request =>
  new Request(url, {
    method,
    headers: {
      'user-agent': USER_AGENT,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    redirect: 'manual',
    signal,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(form === undefined ? {} : { body: new URLSearchParams({ ...form }) }),
  })

/**
 * A 3xx or 4xx says that nothing was done (408 does not: it may have been); a 2xx without JSON, as a proxy's page, says
 * nothing at all.
 */
export function answerOf(status: number, bytes: Uint8Array | null, waitSeconds: number | null): ApiAnswer {
  const json = bytes === null || bytes.length === 0 ? null : readJson(bytes)
  const body = json?.ok ? json.value : null
  if (status >= 300 && status < 500 && status !== 408) return { kind: 'refused', status, body, waitSeconds }
  if (status >= 200 && status < 300 && json?.ok) return { kind: 'ok', body }
  return { kind: 'unclear', status, detail: `HTTP ${status} without a usable answer`, waitSeconds }
}
