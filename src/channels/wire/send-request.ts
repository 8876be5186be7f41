import { neverSent, wordsOf } from './network-errors.ts'
import { waitHintOf } from './wait-hint.ts'

/** Some of Meta's file hosts refuse requests without one (reference §6). */
export const USER_AGENT = 'parley/0.1'

/** What became of a request, before anybody reads the answer. */
export type Sent =
  /** `bytes` null: the answer was longer than any that is read */
  { kind: 'answered'; status: number; bytes: Uint8Array | null; waitSeconds: number | null } | NotSent | Unclear

export interface NotSent {
  kind: 'not_sent'
  code: 'network' | 'not_started' | 'bad_request'
  detail: string
}

/** It may or may not have been carried out. */
export interface Unclear {
  kind: 'unclear'
  status: number | null
  detail: string
  waitSeconds: number | null
}

/**
 * Sends one request and reads what comes back: never repeated, never redirected unless `prepare` says so. Ends when
 * `signal` says so; it sets no time of its own. Never throws. No detail holds the address or a header, which may have a
 * token in them.
 * @param prepare may throw: what cannot be made into a request is not sent
 */
export async function sendRequest(prepare: () => Request, signal: AbortSignal): Promise<Sent> {
  if (signal.aborted) return { kind: 'not_sent', code: 'not_started', detail: 'stopped before the call' }
  let prepared: Request
  try {
    prepared = prepare()
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
  const { status } = response
  const waitSeconds = waitHintOf(response.headers, new Date())
  try {
    return { kind: 'answered', status, bytes: await readBounded(response), waitSeconds }
  } catch (error) {
    return { kind: 'unclear', status, detail: `HTTP ${status}, then ${wordsOf(error)}`, waitSeconds }
  }
}

/** The longest answer that is read; real ones have a few hundred bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** Reads a body up to a limit. @throws what the connection throws; @returns null when it is too long */
async function readBounded(response: Response): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
