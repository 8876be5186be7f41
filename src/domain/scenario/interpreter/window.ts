import type { Step } from '../document/step.ts'
import type { IfWindowClosed } from '../document/steps/send.ts'
import { wayOn } from '../document/walk.ts'
import { readField } from '../expressions/fields.ts'
import { askTemplate } from './send-steps.ts'
import type { Turn } from './turn.ts'

/** A parked message minds what a wait minds where nothing is said (`OnInterrupt`). */
const WHILE_PARKED = { humanReply: 'cancel', taskClosed: 'cancel', newScenario: 'ignore' } as const

/**
 * Whether a free message can be tried. Right behind a client's message it can; else what is known of the conversation
 * counts. The gate of the send has the last word.
 */
export const windowIsOpen = (turn: Turn): boolean =>
  turn.run.windowCountsOpen || readField(turn.scope(), ['conversation', 'windowOpen']) !== false

const CLOSED = { code: 'window_closed', message: 'The reply window is closed' }

/** What becomes of a free message that meets a closed window. Without a word of its author, the run fails. */
export function meetClosedWindow(turn: Turn, step: Step, instead: IfWindowClosed = 'fail'): void {
  const { run } = turn
  if (typeof instead === 'object') {
    askTemplate(turn, step, instead.template)
  } else if (instead === 'skip') {
    turn.record(step, 'skipped', { error: CLOSED })
    turn.follow(wayOn(turn.document, step.id))
  } else if (instead === 'park') {
    turn.record(step, 'parked', { error: CLOSED })
    run.state = 'waiting'
    run.waiting = {
      what: 'window',
      events: ['message.received'],
      since: turn.now,
      deadline: null,
      debounce: null,
      onInterrupt: { ...WHILE_PARKED },
      paused: null,
    }
  } else {
    turn.record(step, 'error', { error: CLOSED })
    turn.end('failed', CLOSED)
  }
}
