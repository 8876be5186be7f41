import type { ConversationId, HouseEventId, OutsideCallId } from '../../../domain/ids.ts'
import { CALL_LIFETIME_MS, type CallRequest } from '../../../domain/outside/call-request.ts'
import { findStep } from '../../../domain/scenario/document/walk.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { newId } from '../../new-id.ts'
import { findEndpointByName } from '../../outside/endpoints.ts'
import type { Running } from './running.ts'

type Deed<Name extends Effect['do']> = Extract<Effect, { do: Name }>

/** A call to an endpoint: stored here, made by the conversation's workflow, answered by `run.answered`. */
export async function callEndpoint(running: Running, held: HeldRun, effect: Deed<'http'>): Promise<Answer | null> {
  const call = await storeCall(running, held, effect, { conversation: running.state.id, houseEvent: null })
  if ('ok' in call) return call
  running.state.calls.push(call.id)
  return null
}

/** @param place whose workflow makes the call: one of the two @returns why it cannot be made, if so */
export async function storeCall(
  running: Pick<Running, 'tx' | 'catalogue'>,
  held: HeldRun,
  effect: Deed<'http'>,
  place: { conversation: ConversationId | null; houseEvent: HouseEventId | null },
): Promise<{ id: OutsideCallId } | Extract<Answer, { ok: false }>> {
  const { tx } = running
  const endpoint = await findEndpointByName(tx, effect.endpoint)
  if (!endpoint) {
    return { ok: false, code: 'endpoint_unknown', message: `There is no endpoint “${effect.endpoint}”`, final: false }
  }
  const { method, path, query, body, timeoutMs, retries } = effect
  const request: CallRequest = {
    method,
    path,
    query,
    ...(body !== undefined && { body }),
    timeoutMs,
    retries,
    wantsJson: await wantsJson(running, held, effect.step),
  }
  const id = newId<OutsideCallId>()
  await tx
    .insertInto('outside_calls')
    .values({
      id,
      conversation_id: place.conversation,
      house_event_id: place.houseEvent,
      run_id: held.id,
      run_step: effect.step,
      run_effect: effect.number,
      endpoint_name: effect.endpoint,
      endpoint_id: endpoint,
      request: JSON.stringify(request),
      deadline: new Date(Date.now() + CALL_LIFETIME_MS + (retries + 1) * timeoutMs),
    })
    .execute()
  return { id }
}

/** Whoever does not read the answer may get “OK”, or nothing at all. */
async function wantsJson(
  { catalogue, tx }: Pick<Running, 'tx' | 'catalogue'>,
  { scenario, run }: HeldRun,
  id: string,
): Promise<boolean> {
  const step = findStep(await catalogue.byVersion(tx, scenario, run.scenario.version), id)?.step
  return step !== undefined && 'http' in step && (step.http.into !== undefined || step.http.response !== undefined)
}
