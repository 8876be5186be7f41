import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { drawFaults, type Fault, type FaultPlace, struckBy } from '../faults.ts'
import type { Simulation } from '../simulation.ts'
import { newId } from '../wire/ids.ts'
import type { CallRecord } from '../world/entries.ts'
import { GraphError, noSuchObject } from './errors.ts'

/** What is known of a call before it is worked on. */
export interface CallFacts {
  operation: FaultPlace
  phoneNumberId: string | null
  to?: string | null
  callbackData?: string | null
}

/** What an operation answers when it succeeds. */
export type Outcome = { json: unknown; wamid?: string } | { response: Response }

/**
 * Answers one provider call: records its arrival, lets the faults of the place strike, works it, records its end.
 * The record is written before anything takes effect: a call that a kill cuts off stays visible as `pending`.
 */
export async function answerCall(
  sim: Simulation,
  c: Context,
  facts: CallFacts,
  work: (faults: readonly Fault[]) => Promise<Outcome>,
): Promise<Response> {
  const { phoneNumberId, to = null, callbackData = null } = facts
  const faults = drawFaults(sim.world, facts.operation, { phoneNumberId, from: null, to })
  const call: CallRecord = {
    id: newId('call'),
    at: new Date(sim.now()).toISOString(),
    method: c.req.method,
    path: c.req.path,
    operation: facts.operation,
    phoneNumberId,
    to,
    callbackData,
    outcome: 'pending',
    status: null,
    code: null,
    wamid: null,
    faults: faults.map((fault) => fault.action.kind),
  }
  sim.world.record({ t: 'call', call })
  const end = (patch: Partial<CallRecord>) => sim.world.record({ t: 'call_ended', id: call.id, patch })

  try {
    const slow = struckBy(faults, 'slow')
    if (slow) await pause(slow.ms, sim.closing)
    if (struckBy(faults, 'reset_before')) {
      end({ outcome: 'reset' })
      return reset(c)
    }
    const broken = struckBy(faults, 'http')
    if (broken) {
      end({ outcome: 'refused', status: broken.status })
      return new Response(broken.status === 204 || broken.status === 304 ? null : broken.body, {
        status: broken.status,
        headers: { 'content-type': 'text/html; charset=utf-8', ...retryHeader(broken.retryAfter) },
      })
    }
    refuseByFault(faults, phoneNumberId)

    const outcome = await work(faults)
    const wamid = 'wamid' in outcome ? (outcome.wamid ?? null) : null
    if (struckBy(faults, 'reset_after_accept')) {
      end({ outcome: 'reset', wamid })
      return reset(c)
    }
    if (struckBy(faults, 'timeout_after_accept')) {
      end({ outcome: 'timeout', wamid })
      return await hold(c, sim.closing)
    }
    const response = 'response' in outcome ? outcome.response : c.json(outcome.json as object)
    end({ outcome: response.status < 400 ? 'accepted' : 'refused', status: response.status, wamid })
    return response
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    end({ outcome: 'refused', status: error.status, code: error.code })
    return errorResponse(error)
  }
}

/** Graph's error envelope as a response. */
export function errorResponse(error: GraphError): Response {
  return Response.json(error.body(), {
    status: error.status,
    headers: {
      ...retryHeader(error.options.retryAfter),
      ...(error.status === 401 ? { 'www-authenticate': 'OAuth "Facebook Platform" "invalid_token"' } : {}),
    },
  })
}

function refuseByFault(faults: readonly Fault[], phoneNumberId: string | null): void {
  const error = struckBy(faults, 'error')
  if (error) {
    throw new GraphError(error.code, error.details ?? 'A fault was asked for.', {
      status: error.status,
      subcode: error.subcode,
      retryAfter: error.retryAfter,
    })
  }
  if (struckBy(faults, 'token_revoked')) {
    throw new GraphError(190, 'The session has been invalidated.', {
      subcode: 460,
      title:
        'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
    })
  }
  if (struckBy(faults, 'number_unknown')) throw noSuchObject(phoneNumberId ?? '0')
}

const retryHeader = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'retry-after': String(seconds) }

function socketOf(c: Context): HttpBindings | null {
  const bindings = c.env as Partial<HttpBindings> | undefined
  return bindings?.incoming && bindings.outgoing ? (bindings as HttpBindings) : null
}

/** Cuts the connection with a TCP reset, as a dying proxy does. */
function reset(c: Context): Response {
  const bindings = socketOf(c)
  if (!bindings) return new Response(null, { status: 599 })
  bindings.incoming.socket.resetAndDestroy()
  return RESPONSE_ALREADY_SENT
}

/** Keeps the connection open without a word until the caller gives up. */
async function hold(c: Context, closing: AbortSignal): Promise<Response> {
  const bindings = socketOf(c)
  if (!bindings) return new Response(null, { status: 599 })
  const { socket } = bindings.incoming
  await new Promise<void>((resolve) => {
    if (socket.destroyed || closing.aborted) return resolve()
    socket.once('close', () => resolve())
    closing.addEventListener('abort', () => resolve(), { once: true })
  })
  socket.destroy()
  return RESPONSE_ALREADY_SENT
}

function pause(ms: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    closing.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      closing.removeEventListener('abort', done)
      resolve()
    }
  })
}
