import { z } from 'zod'
import { spoken } from '../spoken.ts'
import { FORM_WORDS as form } from './form-words.ts'

/** A LiquidJS text; `{{ … }}` are filled in when the step runs. */
export const Text = z
  .string()
  .min(1, spoken(form.empty()))
  .max(10_000)
  .describe('Text; {{ contact.name }} is filled in')

/** A text of at most `max` characters, as far as can be told before it is filled. */
export const textUpTo = (max: number) =>
  Text.refine((text) => /\{[{%]/.test(text) || text.length <= max, spoken(form.textAtMost(max)))

/** What is computed: JSON whose texts are filled in, and `{ cel: … }` where an expression gives the value. */
export type Value = string | number | boolean | null | { cel: string } | Value[] | { [key: string]: Value }

export const Value: z.ZodType<Value> = z
  .lazy(() =>
    z.union([
      z.string().max(10_000),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(Value).max(1_000),
      z.record(z.string().min(1).max(100), Value),
    ]),
  )
  .meta({
    id: 'Value',
    description: 'A text with {{ … }}, a number, true/false, null, a list or a map of those, or { cel: expression }',
  })

export const Values = z
  .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, spoken(form.valueName())), Value)
  .refine((values) => Object.keys(values).length <= 100, spoken(form.valuesAtMost(100)))

/** True for a value that an expression gives. */
export const isCel = (value: unknown): value is { cel: string } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length === 1 &&
  typeof (value as { cel?: unknown }).cel === 'string'
