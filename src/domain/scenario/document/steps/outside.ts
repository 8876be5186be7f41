import { z } from 'zod'
import { clockDuration } from '../durations.ts'
import { PlainName, VariableName } from '../names.ts'
import type { Step, StepList } from '../step.ts'
import { STEP } from '../triggers.ts'
import { Text, Value, Values } from '../values.ts'

/** Types of variables, of inputs of `response`, and of `set`. */
export const VALUE_TYPES = ['string', 'number', 'boolean', 'date', 'map', 'list'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

const Http = z.strictObject({
  endpoint: PlainName.describe('An endpoint of the settings: address, secret, limits'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  path: Text.exactOptional().describe('Behind the endpoint’s address'),
  query: z.record(z.string().min(1).max(100), Text).exactOptional(),
  body: Value.exactOptional(),
  timeout: clockDuration('60s').default('10s'),
  retries: z.number().int().min(0).max(5).default(3),
  response: z
    .record(
      z.string().min(1).max(100),
      z.strictObject({ type: z.enum(VALUE_TYPES), optional: z.boolean().default(false) }),
    )
    .exactOptional()
    .describe('Keys that the JSON answer must have; another answer is a failure'),
  into: VariableName.exactOptional().describe('A variable of the type map, for the answer'),
})

/** Calls a named endpoint; what still fails after the retries goes to `onError`, or fails the run. */
export interface HttpStep {
  id: string
  name?: string
  http: z.output<typeof Http>
  onError?: Step[]
}
export const httpStep = (steps: StepList): z.ZodType<HttpStep> =>
  z.strictObject({ ...STEP, http: Http, onError: steps.exactOptional() })

/** A signed webhook to whoever subscribed to its name. */
export const EmitStep = z.strictObject({
  ...STEP,
  emit: z.strictObject({ event: PlainName, data: Values.default({}) }),
})
export type EmitStep = z.output<typeof EmitStep>

export type OutsideStep = HttpStep | EmitStep
