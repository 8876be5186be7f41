import { parseDuration } from '../document/durations.ts'
import type { Step } from '../document/step.ts'
import { type IfWindowClosed, TemplateSend } from '../document/steps/send.ts'
import type { Deed, FreeSending, Sending } from './effects.ts'
import { fill } from './fill.ts'
import { bounded, filledStep } from './filled-step.ts'
import type { StepWith, Turn } from './turn.ts'

/** A step that sends a free message; a comment does where it notifies the contact. */
export type FreeStep = StepWith<'sendText' | 'sendInteractive' | 'sendFile' | 'sendQuickReply' | 'comment'>

/** What the document says of how a message goes out. */
export interface HowWritten {
  delivery: Sending['delivery']
  hold?: string
  ifWindowClosed?: IfWindowClosed
}

/** How the message of a step goes out; null: the step sends none. */
export function howOf(step: Step): HowWritten | null {
  if ('sendText' in step) return step.sendText
  if ('sendTemplate' in step) return step.sendTemplate
  if ('sendInteractive' in step) return step.sendInteractive
  if ('sendFile' in step) return step.sendFile
  if ('sendQuickReply' in step) return step.sendQuickReply
  return 'comment' in step && step.comment.notify.includes('contact') ? step.comment : null
}

/** @throws StepFault where a text cannot be filled in */
export function templateDeed(turn: Turn, written: TemplateSend, how: HowWritten): Deed {
  const { name, language, header, body, buttons } = written
  const parts = { name, language, ...(header && { header }), ...(body && { body }), ...(buttons && { buttons }) }
  return { do: 'sendTemplate', template: bounded(TemplateSend, fill(turn, parts)), ...sending(how) }
}

/** @throws StepFault where a text cannot be filled in */
export function freeDeed(turn: Turn, step: FreeStep, how: HowWritten | null): Deed {
  const free = how && { ...sending(how), ifWindowClosed: modeOf(how) }
  if ('comment' in step) {
    const { ifWindowClosed: _, ...comment } = step.comment
    const { text, notify } = filledStep(turn, { ...step, comment }).comment
    return { do: 'comment', text, notify, send: free }
  }
  if (!free) throw new Error(`step ${step.id} sends nothing`)
  if ('sendText' in step) {
    const { ifWindowClosed: _, ...sendText } = step.sendText
    return { do: 'sendText', text: filledStep(turn, { ...step, sendText }).sendText.text, ...free }
  }
  if ('sendInteractive' in step) {
    const { ifWindowClosed: _, ...sendInteractive } = step.sendInteractive
    const { delivery, hold, ...shown } = filledStep(turn, { ...step, sendInteractive }).sendInteractive
    return { do: 'sendInteractive', ...(shown as Interactive), ...free }
  }
  if ('sendFile' in step) {
    const { ifWindowClosed: _, ...sendFile } = step.sendFile
    const { attachmentId, caption } = filledStep(turn, { ...step, sendFile }).sendFile
    return { do: 'sendFile', attachmentId, ...(caption !== undefined && { caption }), ...free }
  }
  return { do: 'sendQuickReply', quickReply: step.sendQuickReply.quickReply, ...free }
}

type Interactive = Omit<Extract<Deed, { do: 'sendInteractive' }>, 'do' | keyof FreeSending>

const modeOf = ({ ifWindowClosed = 'fail' }: HowWritten): FreeSending['ifWindowClosed'] =>
  typeof ifWindowClosed === 'object' ? 'template' : ifWindowClosed

function sending({ delivery, hold }: HowWritten): Sending {
  const held = hold === undefined ? null : parseDuration(hold)
  return { delivery, holdMs: held?.kind === 'calendar' ? held.milliseconds : 0 }
}
