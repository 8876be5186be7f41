import type { ContactId, ConversationId, TaskId } from '../../../domain/ids.ts'
import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { Tx } from '../../database.ts'
import { MAX_EMITTED_BYTES, queueEvent } from '../../webhooks/deliveries.ts'
import type { Running } from './running.ts'

type Emit = Extract<Effect, { do: 'emit' }>

/** What a run is about that emits something; a run without a client is about nothing. */
export interface Emitter {
  conversation: ConversationId | null
  task: TaskId | null
  contact: ContactId | null
}

export const emit = ({ tx, state, now }: Running, held: HeldRun, effect: Emit): Promise<Answer> =>
  emitFrom(tx, now, held, effect, {
    conversation: state.id,
    task: held.task ?? state.task?.id ?? null,
    contact: state.contact?.id ?? null,
  })

/**
 * Tells whoever subscribed to the event, from the outbox. The run does not wait for them: it goes on with how many
 * they are, and that there is nobody is no error.
 */
export async function emitFrom(tx: Tx, now: Date, held: HeldRun, effect: Emit, emitter: Emitter): Promise<Answer> {
  const count = await queueEvent(tx, {
    ...emitter,
    type: effect.event,
    at: now,
    data: effect.data,
    scenario: held.run.scenario.key,
    run: { id: held.id, effect: effect.number },
  })
  if (count === null) {
    const message = `What is emitted has at most ${MAX_EMITTED_BYTES / 1024} KB`
    return { ok: false, code: 'too_large', message, final: true }
  }
  return { ok: true, value: { delivered_to: count } }
}
