import { z } from 'zod'
import { type Condition, conditionSchema } from '../../expressions/conditions.ts'
import { keyedUnion } from '../keyed-union.ts'
import { VariableName } from '../names.ts'
import { STEP } from '../triggers.ts'
import { Values } from '../values.ts'

/** Variables, by name. */
export const SetStep = z.strictObject({ ...STEP, set: Values })
export type SetStep = z.output<typeof SetStep>

/** The most that a `find` gives (scenario-format, Guards). */
export const MOST_FOUND = 150

const found = {
  limit: z.number().int().min(1).max(MOST_FOUND).default(MOST_FOUND),
  into: VariableName.describe('A variable of the type list'),
}

/** Tasks or contacts that a condition holds for, into a list; in it, `task.*` or `contact.*` is the one looked at. */
export type FindStep = {
  id: string
  name?: string
  find: ({ tasks: Condition } | { contacts: Condition }) & { limit: number; into: string }
}
export const FindStep: z.ZodType<FindStep> = z.strictObject({
  ...STEP,
  find: keyedUnion<FindStep['find']>('A find', {
    tasks: z.strictObject({ tasks: conditionSchema, ...found }),
    contacts: z.strictObject({ contacts: conditionSchema, ...found }),
  }),
})

export type DataStep = SetStep | FindStep
