import type { Step } from '../document/step.ts'
import { findStep } from '../document/walk.ts'
import { failStep } from './answers.ts'
import { runCall, runEffect, runStart } from './effect-steps.ts'
import { runIf, runRepeat, runSet, runStop, runSwitch } from './flow-steps.ts'
import { MOST_RUN_STEPS } from './limits.ts'
import type { FreeStep } from './message-deeds.ts'
import { runFreeMessage, runSendTemplate } from './send-steps.ts'
import { LimitHit, StepFault, type Turn } from './turn.ts'
import { runWait } from './wait-steps.ts'

/**
 * Runs steps until one asks for an effect or waits, or the run ends. It always does: each step counts, and there are
 * at most 500.
 */
export function proceed(turn: Turn): void {
  const { run } = turn
  while (run.state === 'running' && run.asked === null && run.at !== null) {
    const step = findStep(turn.document, run.at)?.step
    guarded(turn, step ?? null, () => {
      if (!step) throw new StepFault('step_missing', 'The scenario has no such step', { obstacle: true })
      if (run.used.steps >= MOST_RUN_STEPS) throw new LimitHit('limit_steps')
      run.used.steps++
      runStep(turn, step)
    })
  }
}

/** What stops a step becomes an outcome of the run. */
export function guarded(turn: Turn, step: Step | null, act: () => void): void {
  try {
    act()
  } catch (fault) {
    if (!(fault instanceof StepFault || fault instanceof LimitHit)) throw fault
    const error = { code: fault.code, message: fault.message }
    if (fault instanceof LimitHit) turn.hitLimit(fault.code)
    else if (fault.obstacle) turn.block(step, error)
    else if (step) failStep(turn, step, error)
    else turn.end('failed', error)
  }
}

function runStep(turn: Turn, step: Step): void {
  if ('if' in step) runIf(turn, step)
  else if ('switch' in step) runSwitch(turn, step)
  else if ('wait' in step || 'waitAny' in step) runWait(turn, step)
  else if ('repeat' in step) runRepeat(turn, step)
  else if ('set' in step) runSet(turn, step)
  else if ('stop' in step) runStop(turn, step)
  else if ('start' in step) runStart(turn, step)
  else if ('call' in step) runCall(turn, step)
  else if ('sendTemplate' in step) runSendTemplate(turn, step)
  else if (isFree(step)) runFreeMessage(turn, step)
  else runEffect(turn, step)
}

const isFree = (step: Step): step is FreeStep =>
  'sendText' in step || 'sendInteractive' in step || 'sendFile' in step || 'sendQuickReply' in step || 'comment' in step
