import { fetchOutside, type OutsideAnswer } from './fetch-outside.ts'

/** The longest answer that is read. */
const MAX_BYTES = 256 * 1024

export interface EndpointCall {
  /** the endpoint's, with the path and the query behind it */
  url: string
  method: string
  /** the endpoint's own, with its secret: never put them into an answer, a log or a history */
  headers: Readonly<Record<string, string>>
  /** JSON; absent: none is sent */
  body?: unknown
  /** the same for every attempt of one call */
  idempotencyKey: string
  timeoutMs: number
  allowPrivateAddress: boolean
  signal?: AbortSignal
}

/** One attempt at a call to an endpoint, of a scenario or of somebody who tries it out: both are made in the same way. */
export const callEndpoint = ({ headers, body, idempotencyKey, ...call }: EndpointCall): Promise<OutsideAnswer> =>
  fetchOutside({
    ...call,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
      'idempotency-key': idempotencyKey,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    maxBytes: MAX_BYTES,
  })
