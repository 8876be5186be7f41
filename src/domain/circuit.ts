/**
 * A circuit breaker, of an endpoint or of a channel's provider: one that fails is left alone for a while, so that calls
 * do not pile up at it, and is then tried with a single call. Plain JSON, stored with what it is of; moments are
 * milliseconds since 1970.
 */
export interface Circuit {
  state: 'closed' | 'open' | 'half_open'
  /** failures in a row */
  failures: number
  /** what happened since the beginning of the present minute of counting */
  window: { since: number; calls: number; failures: number }
  /** `open`: the next call may go no earlier. `half_open`: by then the trial has ended, or its worker is gone */
  until: number
  /** how often in a row it opened, which makes each time longer */
  opened: number
}

export const CLOSED: Circuit = {
  state: 'closed',
  failures: 0,
  window: { since: 0, calls: 0, failures: 0 },
  until: 0,
  opened: 0,
}

export interface CircuitRule {
  /** so many failures in a row open it */
  inARow: number
  /** or this share of at least so many calls within the window */
  atLeast: number
  share: number
  windowMs: number
  /** how long it stays open the first time; then twice as long each time, up to the longest */
  firstMs: number
  longestMs: number
}

export const ENDPOINT_RULE: CircuitRule = {
  inARow: 5,
  atLeast: 20,
  share: 0.5,
  windowMs: 60_000,
  firstMs: 15_000,
  longestMs: 5 * 60_000,
}

/** People wait for what is sent to clients: a provider is tried sooner, and once it answers all goes on within half a minute. */
export const PROVIDER_RULE: CircuitRule = { ...ENDPOINT_RULE, firstMs: 2_000, longestMs: 30_000 }

/** `call`: as usual. `trial`: one call finds out whether it works again. `wait`: ask again after so many ms. */
export type Admission = { now: 'call' } | { now: 'trial'; circuit: Circuit } | { now: 'wait'; ms: number }

/**
 * May a call be made?
 * @param trialMs how long a trial may take before another one is allowed
 */
export function admit(circuit: Circuit, now: number, trialMs: number): Admission {
  if (circuit.state === 'closed') return { now: 'call' }
  if (now < circuit.until) return { now: 'wait', ms: circuit.until - now }
  return { now: 'trial', circuit: { ...circuit, state: 'half_open', until: now + trialMs } }
}

/**
 * What the end of a call makes of it. While it is not closed only the trial counts: calls that were under way when it
 * opened say nothing new.
 */
export function afterCall(
  circuit: Circuit,
  { ok, trial }: { ok: boolean; trial: boolean },
  now: number,
  rule: CircuitRule = ENDPOINT_RULE,
): Circuit {
  if (circuit.state !== 'closed') {
    if (!trial || circuit.state !== 'half_open') return circuit
    return ok ? CLOSED : open(circuit, now, rule)
  }
  const fresh = now - circuit.window.since >= rule.windowMs || now < circuit.window.since
  const { since, calls, failures } = fresh ? { since: now, calls: 0, failures: 0 } : circuit.window
  const counted: Circuit = {
    ...circuit,
    failures: ok ? 0 : circuit.failures + 1,
    window: { since, calls: calls + 1, failures: failures + (ok ? 0 : 1) },
  }
  return isTooMuch(counted, rule) ? open(counted, now, rule) : counted
}

/** The trial was not made, or told nothing: whoever comes next makes another. */
export const withoutTrial = (circuit: Circuit, now: number): Circuit =>
  circuit.state === 'half_open' ? { ...circuit, state: 'open', until: now } : circuit

function isTooMuch({ failures, window }: Circuit, rule: CircuitRule): boolean {
  if (failures >= rule.inARow) return true
  // A call that went well is no reason to open it.
  return failures > 0 && window.calls >= rule.atLeast && window.failures >= window.calls * rule.share
}

function open(circuit: Circuit, now: number, rule: CircuitRule): Circuit {
  const ms = Math.min(rule.firstMs * 2 ** Math.min(circuit.opened, 20), rule.longestMs)
  return { ...CLOSED, state: 'open', failures: circuit.failures, until: now + ms, opened: circuit.opened + 1 }
}
