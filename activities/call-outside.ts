import type { OutsideActivities, SendResult } from '../src/domain/conversation-workflow.ts'
import type { OutsideCallId } from '../src/domain/ids.ts'
import { callAddress } from '../src/domain/outside/call-address.ts'
import { type Attempt, afterAttempt, retryAfterMs, speaksFor } from '../src/domain/outside/call-outcome.ts'
import { callEndpoint } from '../src/outside/call-endpoint.ts'
import { type ClaimedCall, claimCall } from '../src/store/outside/claim-call.ts'
import { endUncalled, recordAnotherTry, recordAnswer } from '../src/store/outside/settle-call.ts'
import { untilRecorded, withHeartbeat } from './heartbeat.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** A process that ends lets a call under way come to its end for so long; its record then says what became of it. */
const GRACE_MS = 2_500

const settledWith = (stored: number | null): SendResult =>
  stored === null ? { now: 'settled' } : { now: 'settled', stored }

/** Calls endpoints for scenarios: at least once, with an `Idempotency-Key` that is the same for every attempt. */
export function outsideActivities(deps: WorkerDeps): OutsideActivities {
  return { callOutside: (call) => withHeartbeat(() => callOnce(deps, call)) }
}

async function callOnce(deps: WorkerDeps, id: OutsideCallId): Promise<SendResult> {
  const { database } = deps
  const claim = await claimCall(database, deps.secrets, id, deps.worker)
  switch (claim.claim) {
    case 'settled':
      return settledWith(claim.stored)
    case 'again':
      return { now: 'again', afterMs: claim.afterMs }
    case 'ends':
      return settledWith(await endUncalled(database, id, claim.answer))
    case 'made': {
      const began = performance.now()
      const attempt = await attemptCall(claim.call, deps.stopping)
      const leftMs = claim.call.leftMs - (performance.now() - began)
      return untilRecorded(() => recordAttempt(deps, claim.call, attempt, leftMs))
    }
  }
}

async function recordAttempt(
  { database, log }: WorkerDeps,
  call: ClaimedCall,
  attempt: Attempt,
  leftMs: number,
): Promise<SendResult> {
  const { retries, wantsJson } = call.request
  const verdict = afterAttempt(attempt, { tries: call.attempt, retries, leftMs, wantsJson }, Math.random())
  const report = { works: speaksFor(attempt), code: verdict.code }
  if (verdict.code !== null) {
    log.warn({ callId: call.id, endpointId: call.endpoint.id, code: verdict.code }, 'a call to an endpoint failed')
  }
  if (verdict.next === 'answer') return settledWith(await recordAnswer(database, call, report, verdict.answer))
  await recordAnotherTry(database, call, report, verdict.afterMs)
  return { now: 'again', afterMs: verdict.afterMs }
}

async function attemptCall(call: ClaimedCall, stopping: AbortSignal): Promise<Attempt> {
  const { request, endpoint } = call
  const url = callAddress(endpoint.url, request.path, request.query)
  if (url === null) return { kind: 'refused', code: 'bad_request', message: 'The path is none that can be called' }
  const stop = stopsLater(stopping)
  try {
    const answer = await callEndpoint({
      url,
      method: request.method,
      headers: endpoint.headers,
      ...(request.body !== undefined && { body: request.body }),
      idempotencyKey: call.idempotencyKey,
      timeoutMs: call.timeoutMs,
      allowPrivateAddress: endpoint.allowPrivateAddress,
      signal: stop.signal,
    })
    if (answer.ok) {
      const { status, body, headers } = answer
      return { kind: 'answered', status, body, retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()) }
    }
    const { code, message } = answer
    if (code === 'stopped') return { kind: 'failed', code: 'interrupted' }
    return code === 'timeout' || code === 'network' ? { kind: 'failed', code } : { kind: 'refused', code, message }
  } finally {
    stop.forget()
  }
}

/** Aborted a little later than the other. */
function stopsLater(first: AbortSignal): { signal: AbortSignal; forget: () => void } {
  const second = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const begin = () => {
    timer = setTimeout(() => second.abort(), GRACE_MS)
  }
  if (first.aborted) begin()
  else first.addEventListener('abort', begin, { once: true })
  return {
    signal: second.signal,
    forget() {
      first.removeEventListener('abort', begin)
      clearTimeout(timer)
    },
  }
}
