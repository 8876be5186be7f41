import { z } from 'zod'
import { type Condition, conditionSchema } from '../../expressions/conditions.ts'
import { spoken } from '../../spoken.ts'
import { clockDuration, DurationText } from '../durations.ts'
import { FORM_WORDS as form } from '../form-words.ts'
import { keyedUnion } from '../keyed-union.ts'
import { CalendarName, FieldPath, ScenarioKey, VariableName } from '../names.ts'
import type { Step, StepList } from '../step.ts'
import { AwaitedEvent, STEP } from '../triggers.ts'
import { Text, Values } from '../values.ts'
import { Assignee } from './task.ts'

interface Common {
  id: string
  name?: string
}

export interface IfStep extends Common {
  if: Condition
  then: Step[]
  else?: Step[]
}

/** One case of a `switch`: `is` one value, or `in` a list of them. The first that fits is taken. */
export type Case = ({ is: Scalar } | { in: Scalar[] }) & { then: Step[] }
type Scalar = string | number | boolean

export interface SwitchStep extends Common {
  /** the field whose value decides */
  switch: string
  cases: Case[]
  else?: Step[]
}

const INTERRUPTIONS = ['cancel', 'pause', 'ignore'] as const
export type Interruption = (typeof INTERRUPTIONS)[number]

/**
 * What becomes of a waiting run when an employee writes to the client, the task is closed, or another scenario starts
 * in the conversation: it ends, it waits for a person to let it go on, or nothing.
 */
const OnInterrupt = z.strictObject({
  humanReply: z.enum(INTERRUPTIONS).default('cancel'),
  taskClosed: z.enum(INTERRUPTIONS).default('cancel'),
  newScenario: z.enum(INTERRUPTIONS).default('ignore'),
})
export type OnInterrupt = z.output<typeof OnInterrupt>
const onInterrupt = OnInterrupt.prefault({}).describe('Absent: cancel, cancel, ignore')

const deadline = {
  timeout: DurationText.exactOptional(),
  until: Text.exactOptional().describe('`open`: the next opening of `calendar`; or a time, as ISO 8601 text'),
  calendar: CalendarName.exactOptional().describe('Whose hours count, for 2bd, 4bh and `until: open`'),
}
const oneDeadline = ({ timeout, until }: { timeout?: string; until?: string }) => !(timeout && until)
const TWO_DEADLINES = spoken(form.twoDeadlines())

const Wait = z
  .strictObject({
    for: z.array(AwaitedEvent).min(1).max(20).exactOptional(),
    ...deadline,
    debounce: clockDuration('1d')
      .exactOptional()
      .describe('Each further event restarts this countdown; then it goes on'),
  })
  .refine(({ for: events, timeout, until }) => events || timeout || until, spoken(form.waitsForNothing()))
  .refine(oneDeadline, TWO_DEADLINES)
  .refine(({ for: events, debounce }) => events || !debounce, {
    path: ['debounce'],
    error: spoken(form.debounceWithoutEvents()),
  })

/** Waits for events, a deadline, or the first of both. `onReply` and `onTimeout` go on behind the step. */
export interface WaitStep extends Common {
  wait: z.output<typeof Wait>
  onReply?: Step[]
  onTimeout?: Step[]
  onInterrupt: OnInterrupt
}

/** Waits for several things; the first that happens takes its branch. */
export interface WaitAnyStep extends Common {
  waitAny: {
    branches: { for: AwaitedEvent[]; then: Step[] }[]
    timeout?: string
    until?: string
    calendar?: string
  }
  onTimeout?: Step[]
  onInterrupt: OnInterrupt
}

/** Does `steps` again while the condition holds (looked at before each round), `max` times at most. */
export interface RepeatStep extends Common {
  repeat: { max: number; while?: Condition }
  steps: Step[]
}

const Scenario = z.strictObject({ scenario: ScenarioKey, with: Values.default({}) })

/** Runs another scenario in this conversation and goes on when it has ended. */
const CallStep = z.strictObject({
  ...STEP,
  call: Scenario.extend({
    into: VariableName.exactOptional().describe('A map variable, for its variables at the end'),
  }),
})
export type CallStep = z.output<typeof CallStep>

/** Starts another scenario and goes on at once; with `each`, in the conversation of everything that `find` gave. */
const StartStep = z.strictObject({
  ...STEP,
  start: Scenario.extend({
    each: z
      .string()
      .regex(/^vars\.[a-zA-Z][a-zA-Z0-9_]{0,63}$/, spoken(form.eachIsList()))
      .exactOptional(),
  }),
})
export type StartStep = z.output<typeof StartStep>

/** Ends the runs of another scenario in this conversation. */
const CancelStep = z.strictObject({ ...STEP, cancel: z.strictObject({ scenario: ScenarioKey }) })
export type CancelStep = z.output<typeof CancelStep>

/** Gives the conversation to a person and ends the run. */
const HandoffStep = z.strictObject({
  ...STEP,
  handoff: z.strictObject({ to: Assignee.exactOptional(), note: Text.exactOptional() }),
})
export interface HandoffStep extends Common {
  handoff: z.output<typeof HandoffStep>['handoff']
}

const StopStep = z.strictObject({ ...STEP, stop: z.literal(true) })
export type StopStep = z.output<typeof StopStep>

export type FlowStep =
  | IfStep
  | SwitchStep
  | WaitStep
  | WaitAnyStep
  | RepeatStep
  | CallStep
  | StartStep
  | CancelStep
  | HandoffStep
  | StopStep

/** @param steps the list of steps that branches hold */
export function flowSteps(steps: StepList) {
  const scalar = z.union([z.string().max(1_000), z.number(), z.boolean()])
  // biome-ignore-start lint/suspicious/noThenProperty: the word of the format; a step is never awaited
  const IfStep: z.ZodType<IfStep> = z.strictObject({
    ...STEP,
    if: conditionSchema,
    then: steps,
    else: steps.exactOptional(),
  })
  const SwitchStep: z.ZodType<SwitchStep> = z.strictObject({
    ...STEP,
    switch: FieldPath,
    cases: z
      .array(
        keyedUnion<Case>('A case', {
          is: z.strictObject({ is: scalar, then: steps }),
          in: z.strictObject({ in: z.array(scalar).min(1).max(100), then: steps }),
        }),
      )
      .min(1)
      .max(100),
    else: steps.exactOptional(),
  })
  const WaitStep: z.ZodType<WaitStep> = z.strictObject({
    ...STEP,
    wait: Wait,
    onReply: steps.exactOptional(),
    onTimeout: steps.exactOptional(),
    onInterrupt,
  })
  const WaitAnyStep: z.ZodType<WaitAnyStep> = z.strictObject({
    ...STEP,
    waitAny: z
      .strictObject({
        branches: z
          .array(z.strictObject({ for: z.array(AwaitedEvent).min(1).max(20), then: steps }))
          .min(2)
          .max(20),
        ...deadline,
      })
      .refine(oneDeadline, TWO_DEADLINES),
    onTimeout: steps.exactOptional(),
    onInterrupt,
  })
  // biome-ignore-end lint/suspicious/noThenProperty: the word of the format
  const RepeatStep: z.ZodType<RepeatStep> = z.strictObject({
    ...STEP,
    repeat: z.strictObject({ max: z.number().int().min(1).max(500), while: conditionSchema.exactOptional() }),
    steps: steps,
  })
  return {
    if: IfStep,
    switch: SwitchStep,
    wait: WaitStep,
    waitAny: WaitAnyStep,
    repeat: RepeatStep,
    call: CallStep,
    start: StartStep,
    cancel: CancelStep,
    handoff: HandoffStep,
    stop: StopStep,
  }
}
