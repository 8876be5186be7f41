import type { Effect } from '../../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../../domain/scenario/interpreter/stimulus.ts'
import type { HeldRun } from './drive-run.ts'
import { markOptedOut, setContactField, tagContact } from './perform-contact.ts'
import { cancelRuns, handOver, startAnother } from './perform-flow.ts'
import { sendFreely, sendTemplate, writeComment } from './perform-message.ts'
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
      return sendFreely(running, held, effect, effect.text)
    case 'sendTemplate':
      return sendTemplate(running, held, effect, effect.template)
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
      return setContactField(running, effect)
    case 'tag':
      return tagContact(running, effect.tag, true)
    case 'untag':
      return tagContact(running, effect.tag, false)
    case 'optOut':
      return markOptedOut(running, held)
    case 'handoff':
      return handOver(running, held, effect)
    case 'start':
      return startAnother(running, held, effect)
    case 'cancel':
      return cancelRuns(running, held, effect.scenario)
    // Publishing refuses these (src/domain/scenario/supported.ts); a version that has one waits for a person.
    case 'sendInteractive':
    case 'sendFile':
    case 'sendQuickReply':
    case 'http':
    case 'emit':
    case 'find':
    case 'call':
      return { ok: false, code: 'not_supported', message: `This installation cannot do “${effect.do}”`, final: false }
  }
}
