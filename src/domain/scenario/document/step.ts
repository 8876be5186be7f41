import { z } from 'zod'
import { keyedUnion } from './keyed-union.ts'
import { type ContactStep, OptOutStep, SetContactFieldStep, TagStep, UntagStep } from './steps/contact.ts'
import { type DataStep, FindStep, SetStep } from './steps/data.ts'
import { type FlowStep, flowSteps } from './steps/flow.ts'
import { EmitStep, httpStep, type OutsideStep } from './steps/outside.ts'
import {
  SendFileStep,
  SendInteractiveStep,
  SendQuickReplyStep,
  type SendStep,
  SendTemplateStep,
  SendTextStep,
} from './steps/send.ts'
import {
  AddParticipantsStep,
  AssignStep,
  CloseStep,
  CommentStep,
  OpenTaskStep,
  SetFieldStep,
  SetStatusStep,
  type TaskStep,
} from './steps/task.ts'

/** One step: an id and one action, told apart by the action's key. */
export type Step = SendStep | TaskStep | ContactStep | FlowStep | OutsideStep | DataStep

type KeyOf<S> = S extends unknown ? keyof S : never
type BesideTheAction =
  | 'id'
  | 'name'
  | 'then'
  | 'else'
  | 'cases'
  | 'steps'
  | 'onReply'
  | 'onTimeout'
  | 'onInterrupt'
  | 'onError'

/** `sendText`, `wait`, …: the key that says what a step does. */
export type Action = Exclude<KeyOf<Step>, BesideTheAction>

/** A step with this action. */
export type StepOf<Name extends Action> = Extract<Step, Record<Name, unknown>>

/** The steps of a branch; none of them: the run goes on behind it. */
export type StepList = z.ZodType<Step[]>

const Steps: StepList = z.lazy(() => z.array(Step).max(500)).meta({ id: 'Steps' })

const schemas = {
  sendText: SendTextStep,
  sendTemplate: SendTemplateStep,
  sendInteractive: SendInteractiveStep,
  sendFile: SendFileStep,
  sendQuickReply: SendQuickReplyStep,
  openTask: OpenTaskStep,
  setStatus: SetStatusStep,
  setField: SetFieldStep,
  assign: AssignStep,
  addParticipants: AddParticipantsStep,
  comment: CommentStep,
  close: CloseStep,
  setContactField: SetContactFieldStep,
  tag: TagStep,
  untag: UntagStep,
  optOut: OptOutStep,
  ...flowSteps(Steps),
  http: httpStep(Steps),
  emit: EmitStep,
  set: SetStep,
  find: FindStep,
} satisfies { [Name in Action]: z.ZodType<StepOf<Name>> }

export const ACTIONS = Object.keys(schemas) as Action[]

export const Step: z.ZodType<Step> = keyedUnion<Step>('A step', schemas).meta({
  id: 'Step',
  title: 'Step',
  description: `An id and one action: ${ACTIONS.join(', ')}`,
})

/** What a step does. */
export function actionOf(step: Step): Action {
  const action = ACTIONS.find((name) => Object.hasOwn(step, name))
  if (!action) throw new Error(`step ${step.id} has no action`)
  return action
}
