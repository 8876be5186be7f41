import { z } from 'zod'

/** A step's id: stable over versions, so that a run can be moved to a newer one. */
export const StepId = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/, 'must begin with a letter and have at most 64 letters, digits, _ and -')
  .describe('Unique in the scenario; keep it when the step changes')

export const ScenarioKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits and -, not beginning with -')

/** A variable, an input, an event of `emit`: what stands behind a dot in `vars.amount`. */
export const VariableName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, 'must begin with a letter and have at most 64 letters, digits and _')

/** Calendars are named the same way in `calendar.<name>.open`. */
export const CALENDAR_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/
export const CalendarName = z.string().regex(CALENDAR_NAME, 'is no name of a calendar').describe('A calendar, by name')

/** The key of a status, of a task's own set. */
export const StatusKey = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be lower-case letters, digits and _')

/** A custom field of tasks or contacts, as named there. */
export const FieldName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^{}.\p{Cc}]+$/u, 'must have no dots, braces and control characters')

/** Something of this installation that is named, not computed: a group, an endpoint, a template of tasks. */
export const PlainName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^{}\p{Cc}]+$/u, 'is a name: nothing is filled in here')

/** Roots of the paths that conditions and texts read (scenario-format, Conditions). */
export const FIELD_ROOTS = [
  'event',
  'contact',
  'task',
  'conversation',
  'channel',
  'calendar',
  'vars',
  'inputs',
  'current',
] as const

export const FieldPath = z
  .string()
  .max(300)
  .regex(
    /^(event|contact|task|conversation|channel|calendar|vars|inputs|current)(\.[^.{}[\]\s\p{Cc}]+)+$/u,
    `must be a field: ${FIELD_ROOTS.join('., ')}.`,
  )
  .describe('A field as in conditions, for instance event.buttonPayload')
