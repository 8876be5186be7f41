import type { z } from 'zod'
import { Step } from '../document/step.ts'
import { fill } from './fill.ts'
import { StepFault, type Turn } from './turn.ts'

/**
 * A step with its texts filled in. They are held against the schema once more: what was filled in keeps the bounds of
 * what can be written (lengths, not empty), so that a text is refused here and not by the provider.
 * @throws StepFault
 */
export function filledStep<S extends Step>(turn: Turn, { name, ...step }: S): S {
  return bounded(Step, fill(turn, step)) as S
}

export function bounded<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new StepFault('out_of_bounds', `${place}: ${issue?.message ?? 'is not allowed'}`)
}
