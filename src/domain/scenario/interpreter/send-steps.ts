import type { Step, StepOf } from '../document/step.ts'
import type { IfWindowClosed } from '../document/steps/send.ts'
import { wayOn } from '../document/walk.ts'
import { readField } from '../expressions/fields.ts'
import type { Deed } from './effects.ts'
import { type FreeStep, freeDeed, howOf, templateDeed } from './message-deeds.ts'
import { LimitHit, type Turn } from './turn.ts'

/** Texts are filled in first: what cannot be filled in fails whether the window is open or not. */
export function runFreeMessage(turn: Turn, step: FreeStep): void {
  const how = howOf(step)
  const deed = freeDeed(turn, step, how)
  if (!how) turn.ask(step, deed)
  else if (windowIsOpen(turn)) askMessage(turn, step, deed)
  else meetClosedWindow(turn, step, how.ifWindowClosed)
}

export const runSendTemplate = (turn: Turn, step: StepOf<'sendTemplate'>): void =>
  askMessage(turn, step, templateDeed(turn, step.sendTemplate, step.sendTemplate))

/**
 * Whether a free message can be tried. Right behind a client's message it can; else what is known of the conversation
 * counts. The gate of the send has the last word.
 */
const windowIsOpen = (turn: Turn): boolean =>
  turn.run.windowCountsOpen || readField(turn.scope(), ['conversation', 'windowOpen']) !== false

const CLOSED = { code: 'window_closed', message: 'The reply window is closed' }

/** A parked message minds what a wait minds where nothing is said (`OnInterrupt`). */
const WHILE_PARKED = { humanReply: 'cancel', taskClosed: 'cancel', newScenario: 'ignore' } as const

/** What becomes of a free message that meets a closed window. Without a word of its author, the run fails. */
export function meetClosedWindow(turn: Turn, step: Step, instead: IfWindowClosed = 'fail'): void {
  const { run } = turn
  const how = howOf(step)
  if (typeof instead === 'object' && how) {
    askMessage(turn, step, templateDeed(turn, instead.template, how), { isFallback: true })
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

function askMessage(turn: Turn, step: Step, deed: Deed, { isFallback = false } = {}): void {
  if (turn.run.used.messages >= turn.document.limits.messages) throw new LimitHit('limit_messages')
  turn.ask(step, deed, { isMessage: true, isFallback })
}
