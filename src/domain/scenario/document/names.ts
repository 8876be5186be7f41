import { z } from 'zod'
import { spoken } from '../spoken.ts'
import { FORM_WORDS as form } from './form-words.ts'

/** A step's id: stable over versions, so that a run can be moved to a newer one. */
export const StepId = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/, spoken(form.stepId()))
  .describe('Unique in the scenario; keep it when the step changes')

export const ScenarioKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, spoken(form.scenarioKey()))

/** A variable, an input, an event of `emit`: what stands behind a dot in `vars.amount`. */
export const VariableName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, spoken(form.variableName()))

/** Calendars are named the same way in `calendar.<name>.open`. */
export const CALENDAR_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/
export const CalendarName = z.string().regex(CALENDAR_NAME, spoken(form.calendarName())).describe('A calendar, by name')

/** The key of a status, of a task's own set. */
export const StatusKey = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, spoken(form.statusKey()))

/** A custom field of tasks or contacts, as named there. */
export const FieldName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^{}.\p{Cc}]+$/u, spoken(form.fieldName()))

/** Something of this installation that is named, not computed: a group, an endpoint, a template of tasks. */
export const PlainName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^{}\p{Cc}]+$/u, spoken(form.plainName()))

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
    spoken(form.fieldPath(FIELD_ROOTS)),
  )
  .describe('A field as in conditions, for instance event.buttonPayload')
