import { z } from 'zod'
import { spoken } from '../spoken.ts'
import { clockDuration } from './durations.ts'
import { FORM_WORDS as form } from './form-words.ts'
import { ScenarioKey, VariableName } from './names.ts'
import { Step } from './step.ts'
import { VALUE_TYPES } from './steps/outside.ts'
import { Trigger } from './triggers.ts'

/** Largest text of a document, in bytes of UTF-8. */
export const MAX_DOCUMENT_BYTES = 256 * 1024
/** How deep steps stand within steps; those of `steps` itself are at depth 1. */
export const MAX_DEPTH = 20
export const MAX_STEPS = 500

/** A variable of a run: its type, and what it holds at the start; without a default it is missing until it is set. */
const Variable = z
  .strictObject({ type: z.enum(VALUE_TYPES), default: z.json().exactOptional() })
  .refine(({ type, default: value }) => value === undefined || hasType(value, type), {
    path: ['default'],
    error: spoken(form.wrongDefault()),
  })
export type Variable = z.output<typeof Variable>

const Limits = z.strictObject({
  messages: z.number().int().min(0).max(100).default(20).describe('Messages to the client in one run'),
  lifetime: clockDuration('90d').default('90d').describe('A run that is still there ends'),
})

/** One version of a scenario or button (scenario-format): plain JSON, with every default written out. */
export const ScenarioDocument = z
  .strictObject({
    id: ScenarioKey,
    name: z.string().trim().min(1).max(200),
    description: z.string().max(2_000).exactOptional(),
    trigger: Trigger,
    concurrency: z
      .enum(['skip', 'restart', 'queue', 'parallel'])
      .default('skip')
      .describe('What a second start in the same conversation does while a run is open'),
    priority: z.number().int().min(-1_000).max(1_000).default(0).describe('Higher goes first'),
    limits: Limits.prefault({}),
    vars: z.record(VariableName, Variable).default({}),
    steps: z.array(Step).min(1).max(MAX_STEPS),
  })
  .meta({ title: 'Parley scenario', description: 'A scenario or a button: what starts it, and its tree of steps' })
export type ScenarioDocument = z.output<typeof ScenarioDocument>

/** Whether a JSON value can stand in a variable of a type. A date is ISO 8601 text. */
export function hasType(value: unknown, type: (typeof VALUE_TYPES)[number]): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(T.+)?$/.test(value) && !Number.isNaN(Date.parse(value))
    case 'list':
      return Array.isArray(value)
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
  }
}
