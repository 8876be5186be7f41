import type { ConversationEvent } from '../../conversation-event.ts'
import type { DeliveryId, RunId } from '../../ids.ts'
import type { Answer } from '../interpreter/stimulus.ts'

/** An answer to an effect: of a run, or of whichever run the message is of. */
export interface RecordedAnswer {
  to: { run: RunId; step: string; number: number } | { delivery: DeliveryId }
  answer: Answer
}

/** What an event of the record says of an effect that a run waits to hear of; null: nothing. */
export function answerOfRecord(payload: ConversationEvent): RecordedAnswer | null {
  switch (payload.kind) {
    case 'run.sent': {
      const { run, step, number } = payload
      return { to: { run, step, number }, answer: { ok: true } }
    }
    case 'run.answered': {
      const { run, step, number, answer } = payload
      return { to: { run, step, number }, answer }
    }
    case 'delivery.failed':
      return { to: payload, answer: notSent(payload.code) }
    case 'delivery.settled':
      return { to: payload, answer: payload.outcome === 'failed' ? notSent('not_sent') : { ok: true } }
    case 'delivery.status':
      // It may come before the answer to the call: the message has left, and the run may be about to wait for this.
      return { to: payload, answer: { ok: true } }
    default:
      return null
  }
}

const notSent = (code: string): Answer => ({ ok: false, code, message: 'The message could not be sent', final: true })
