import type { TaskStatus } from '../../api/types.ts'
import type { FieldValue, TaskTemplateValues } from './api.ts'

export const FIELD_TYPES = ['text', 'number', 'yes_no'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** A field as it is edited: its first value as it is typed. */
export interface DraftField {
  row: number
  name: string
  type: FieldType
  value: string
}

export interface DraftStatus extends TaskStatus {
  row: number
  /** Was there before: what tasks and scenarios refer to it by stays. */
  kept: boolean
}

export interface TemplateDraft extends Omit<TaskTemplateValues, 'statuses' | 'fields'> {
  statuses: DraftStatus[]
  fields: DraftField[]
  /** what has another form than can be edited here; it stays as it is */
  otherFields: Record<string, unknown>
}

let rows = 0
export const nextRow = (): number => ++rows

export function draftOf(values: TaskTemplateValues): TemplateDraft {
  const entries = Object.entries(values.fields)
  return {
    ...values,
    statuses: values.statuses.map((status) => ({ ...status, row: nextRow(), kept: true })),
    fields: entries.flatMap(([name, value]) =>
      isPlain(value) ? [{ row: nextRow(), name, type: typeOf(value), value: String(value) }] : [],
    ),
    otherFields: Object.fromEntries(entries.filter(([, value]) => !isPlain(value))),
  }
}

export function valuesOf({ statuses, fields, otherFields, ...draft }: TemplateDraft): TaskTemplateValues {
  return {
    ...draft,
    name: draft.name.trim(),
    titlePattern: draft.titlePattern.trim(),
    statuses: statuses.map(({ key, name, active }) => ({ key, name: name.trim(), active })),
    fields: {
      ...otherFields,
      ...Object.fromEntries(fields.map(({ name, type, value }) => [name.trim(), readValue(type, value)])),
    },
  }
}

const isPlain = (value: unknown): value is FieldValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const typeOf = (value: FieldValue): FieldType =>
  typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'yes_no' : 'text'

const readNumber = (text: string): number => Number(text.trim().replace(',', '.'))

function readValue(type: FieldType, value: string): FieldValue {
  if (type === 'number') return readNumber(value)
  return type === 'yes_no' ? value === 'true' : value
}

/** What scenarios will call a status of this name: letters a to z, digits and _, and no other status has it. */
export function keyFor(name: string, taken: ReadonlySet<string>): string {
  const latin = [...name.trim().toLowerCase()].map((letter) => CYRILLIC[letter] ?? letter).join('')
  const plain = latin
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)
  const base = plain || 'status'
  for (let number = 1; ; number++) {
    const key = number === 1 ? base : `${base}_${number}`
    if (!taken.has(key)) return key
  }
}

const CYRILLIC: Record<string, string> = Object.fromEntries(
  [...'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'].map((letter, index) => [
    letter,
    'a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya'.split(' ')[index] ?? '',
  ]),
)

export type DraftProblem =
  | 'name'
  | 'title'
  | 'noActive'
  | 'noInactive'
  | 'statusName'
  | 'fieldName'
  | 'fieldTwice'
  | 'number'

/** What keeps the draft from being saved. */
export function problemsOf(draft: TemplateDraft): DraftProblem[] {
  const names = draft.fields.map(({ name }) => name.trim())
  const problems: Record<DraftProblem, boolean> = {
    name: draft.name.trim() === '',
    title: draft.titlePattern.trim() === '',
    noActive: !draft.statuses.some(({ active }) => active),
    noInactive: draft.statuses.every(({ active }) => active),
    statusName: draft.statuses.some(({ name }) => name.trim() === ''),
    fieldName: names.some((name) => name === '' || /[{}.]/.test(name)),
    fieldTwice:
      new Set([...names, ...Object.keys(draft.otherFields)]).size <
      names.length + Object.keys(draft.otherFields).length,
    number: draft.fields.some(
      ({ type, value }) => type === 'number' && (value.trim() === '' || !Number.isFinite(readNumber(value))),
    ),
  }
  return (Object.keys(problems) as DraftProblem[]).filter((problem) => problems[problem])
}

/** The title as a task of an imagined client would have it (domain/task.ts). */
export const titleExample = (pattern: string, values: Record<'contact' | 'phone' | 'channel', string>): string =>
  pattern.replace(/\{(contact|phone|channel)\}/g, (_, name: 'contact' | 'phone' | 'channel') => values[name]).trim()
