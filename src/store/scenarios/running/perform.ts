import type { HeldRun } from '../../../domain/scenario/engine/host.ts'
import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import { markOptedOut, setContactField, tagContact } from './perform-contact.ts'
import { emit } from './perform-emit.ts'
import { find } from './perform-find.ts'
import { handOver, startElsewhere } from './perform-flow.ts'
import { sendMessage, writeComment } from './perform-message.ts'
import { callEndpoint } from './perform-outside.ts'
import { addParticipants, assign, changeStatus, openTask, setTaskField } from './perform-task.ts'
import type { Running } from './running.ts'

/**
 * Does what a run asks for, in the transaction of the step. What leaves the house is stored here, to be sent by the
 * conversation's workflow.
 * @returns how it ended; null where the answer comes later, as an event of the conversation
 */
export async function perform(running: Running, held: HeldRun, effect: Effect): Promise<Answer | null> {
  switch (effect.do) {
    case 'sendText':
    case 'sendTemplate':
    case 'sendInteractive':
    case 'sendFile':
    case 'sendQuickReply':
      return sendMessage(running, held, effect)
    case 'comment':
      return writeComment(running, held, effect)
    case 'openTask':
      return openTask(running, held, effect)
    case 'setStatus':
      return changeStatus(running, held, effect.status)
    case 'close':
      return changeStatus(running, held, effect.status, { toInactive: true })
    case 'setField':
      return setTaskField(running, held, effect)
    case 'assign':
      return assign(running, held, effect.to, effect.mode)
    case 'addParticipants':
      return addParticipants(running, held, effect)
    case 'setContactField':
      return setContactField(running, held, effect)
    case 'tag':
      return tagContact(running, held, effect.tag, true)
    case 'untag':
      return tagContact(running, held, effect.tag, false)
    case 'optOut':
      return markOptedOut(running, held)
    case 'handoff':
      return handOver(running, held, effect)
    case 'http':
      return callEndpoint(running, held, effect)
    case 'start':
      return startElsewhere(running, held, effect)
    case 'call':
    case 'cancel':
      throw new Error(`“${effect.do}” is the engine's`)
    case 'emit':
      return emit(running, held, effect)
    case 'find':
      return find(running.tx, effect)
  }
}
