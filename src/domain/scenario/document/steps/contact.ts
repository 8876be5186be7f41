import { z } from 'zod'
import { FieldName } from '../names.ts'
import { STEP } from '../triggers.ts'
import { textUpTo, Value } from '../values.ts'

export const SetContactFieldStep = z.strictObject({
  ...STEP,
  setContactField: z.strictObject({ field: FieldName, value: Value }),
})
export type SetContactFieldStep = z.output<typeof SetContactFieldStep>

export const TagStep = z.strictObject({ ...STEP, tag: textUpTo(100) })
export type TagStep = z.output<typeof TagStep>

export const UntagStep = z.strictObject({ ...STEP, untag: textUpTo(100) })
export type UntagStep = z.output<typeof UntagStep>

/** Marketing messages do not reach the contact from then on. */
export const OptOutStep = z.strictObject({ ...STEP, optOut: z.literal(true) })
export type OptOutStep = z.output<typeof OptOutStep>

export type ContactStep = SetContactFieldStep | TagStep | UntagStep | OptOutStep
