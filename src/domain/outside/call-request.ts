import type { Json } from '../scenario/expressions/scope.ts'

/** What a step asks an endpoint for, with every text filled in. Stored with the call. */
export interface CallRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** behind the endpoint's address; null: the address itself */
  path: string | null
  query: Record<string, string>
  /** absent: no body */
  body?: Json
  timeoutMs: number
  retries: number
  /** The scenario reads the answer: it has to be JSON. */
  wantsJson: boolean
}

/** How long a call waits for its turn, for another attempt, or for its endpoint to work again. */
export const CALL_LIFETIME_MS = 10 * 60_000
