import type { ScenarioDocument } from '../document/scenario-document.ts'
import { findStep } from '../document/walk.ts'
import type { Json } from '../expressions/scope.ts'
import { takeAnswer } from './answers.ts'
import { mayStart, withEvent } from './chain.ts'
import type { Effect } from './effects.ts'
import { readInputs } from './inputs.ts'
import type { LogEntry } from './log-entry.ts'
import { hasEnded, type Run, waitEnds } from './run.ts'
import { guarded, proceed } from './run-step.ts'
import type { Stimulus, Surroundings } from './stimulus.ts'
import { LimitHit, plain, StepFault, Turn } from './turn.ts'
import { defaultVariables, setVariables } from './variables.ts'
import { arrive, interrupt, timeIsUp, unpause, waitingStep } from './wait-steps.ts'

export interface Advanced {
  run: Run
  /** at most one: the next is asked for when this is answered, with what has changed meanwhile */
  effects: Effect[]
  log: LogEntry[]
}

/**
 * Takes a run on by one stimulus: through as many steps as can be done at once, up to the next effect, wait or end.
 *
 * Pure: the given run stays as it is, the same arguments give the same result byte for byte, and nothing is thrown for
 * any run and stimulus of a document that was read. A stimulus that does not concern the run gives the run itself and an
 * empty log. The new run, its effects and its log are one: they are stored together, or not at all.
 *
 * @param now milliseconds since 1970; the end of the run's life is seen by whatever stimulus comes first behind it
 * @param surroundings as they are now; taken anew for each call
 */
export function advance(
  run: Run,
  definition: ScenarioDocument,
  stimulus: Stimulus,
  now: number,
  surroundings: Surroundings,
): Advanced {
  const unchanged: Advanced = { run, effects: [], log: [] }
  if (hasEnded(run)) return unchanged
  const turn = new Turn(run, definition, now, surroundings)
  const step = turn.run.at === null ? null : (findStep(definition, turn.run.at)?.step ?? null)
  let concerned = false
  guarded(turn, step, () => {
    concerned = take(turn, stimulus)
  })
  if (!concerned && turn.log.length === 0) return unchanged
  proceed(turn)
  return { run: turn.run, effects: turn.effects, log: turn.log }
}

/** @returns whether the stimulus concerns the run; if not, nothing has changed */
function take(turn: Turn, stimulus: Stimulus): boolean {
  const { run, now } = turn
  if (stimulus.kind === 'stop') {
    turn.record(null, 'stopped', { action: 'stop', error: stimulus.reason })
    turn.end('stopped', stimulus.reason)
    return true
  }
  if (stimulus.kind === 'start') {
    if (run.event !== null) return false
    begin(turn, stimulus)
    return true
  }
  if (now >= run.diesAt) throw new LimitHit('limit_lifetime')
  switch (stimulus.kind) {
    case 'answer': {
      const { asked } = run
      if (!asked || asked.step !== stimulus.step || asked.number !== stimulus.number) return false
      takeAnswer(turn, asked, stimulus.answer)
      return true
    }
    case 'resume':
      return resume(turn)
    case 'event':
      return wake(turn, stimulus.event)
    case 'time': {
      const { waiting } = run
      const step = waitingStep(turn)
      const ends = run.state === 'waiting' && waiting ? waitEnds(waiting) : null
      if (!waiting || !step || ends === null || ends > now) return false
      timeIsUp(turn, waiting, step)
      return true
    }
    case 'interrupt':
      return run.state === 'waiting' && run.waiting ? interrupt(turn, run.waiting, stimulus.by) : false
  }
}

function begin(turn: Turn, stimulus: Extract<Stimulus, { kind: 'start' }>): void {
  const { run, document } = turn
  const { event, inputs = {}, vars = {}, pressedBy } = stimulus
  run.event = plain(event) as unknown as Run['event']
  run.pressedBy = pressedBy ?? null
  run.windowCountsOpen = event.name === 'message.received'
  run.vars = defaultVariables(document)
  turn.seesAnew()
  turn.record(null, 'started', { action: 'start', inputs: { event: event.name, id: event.id } })
  const allowed = mayStart(run.scenario.key, run.chain)
  if (!allowed.ok) throw new LimitHit(allowed.code)
  const isInput = ([name]: [string, Json]) =>
    'button' in document.trigger && document.trigger.button.inputs.some((input) => input.name === name)
  const given = Object.entries(vars)
  const read = readInputs(document.trigger, { ...inputs, ...Object.fromEntries(given.filter(isInput)) })
  if (!read.ok) {
    const [problem] = read.problems
    throw new StepFault('invalid_input', problem?.message ?? 'The inputs are wrong')
  }
  run.inputs = plain(read.inputs) as Run['inputs']
  setVariables(turn, Object.fromEntries(given.filter((entry) => !isInput(entry))))
  const [first] = document.steps
  turn.follow(first ? { go: 'step', id: first.id } : { go: 'end' })
}

function wake(turn: Turn, event: Extract<Stimulus, { kind: 'event' }>['event']): boolean {
  const { run } = turn
  const { waiting } = run
  if (run.state !== 'waiting' || !waiting || waiting.paused || !waiting.events.includes(event.name)) return false
  if (waiting.what === 'window') {
    const step = run.at === null ? null : (findStep(turn.document, run.at)?.step ?? null)
    turn.record(step, 'event', { inputs: { event: event.name, id: event.id } })
    run.state = 'running'
    run.waiting = null
    run.windowCountsOpen = true
    run.chain.events = withEvent(run.chain.events, event.id)
    return true
  }
  const step = waitingStep(turn)
  return step ? arrive(turn, waiting, step, plain(event) as unknown as typeof event) : false
}

function resume(turn: Turn): boolean {
  const { run } = turn
  const step = run.at === null ? null : (findStep(turn.document, run.at)?.step ?? null)
  if (run.waiting?.paused) {
    Object.assign(run, unpause(run, turn.now))
    turn.record(step, 'resumed', { action: 'resume' })
    return true
  }
  if (run.state !== 'blocked') return false
  run.state = 'running'
  run.reason = null
  turn.record(step, 'resumed', { action: 'resume' })
  return true
}
