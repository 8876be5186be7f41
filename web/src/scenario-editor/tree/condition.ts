import { isJsonMap, isList, type Json, type JsonMap } from '../text/json.ts'
import { OPERATORS, type Operator } from './fields.ts'

export const JOINS = ['all', 'any', 'none'] as const
export type Join = (typeof JOINS)[number]

/** A condition as the form draws it; `other`: something that it cannot draw. */
export type Shape =
  | { is: 'group'; join: Join; parts: Json[] }
  | { is: 'row'; field: string; operator: Operator; value: Json }
  | { is: 'cel'; source: string }
  | { is: 'other' }

export function shapeOf(condition: Json | undefined): Shape {
  if (!isJsonMap(condition)) return { is: 'other' }
  const keys = Object.keys(condition)
  const [key] = keys
  if (keys.length === 1 && key !== undefined) {
    const value = condition[key]
    const join = JOINS.find((one) => one === key)
    if (join && isList(value)) return { is: 'group', join, parts: value }
    if (key === 'cel' && typeof value === 'string') return { is: 'cel', source: value }
  }
  const operator = OPERATORS.find((one) => Object.hasOwn(condition, one))
  if (keys.length !== 2 || typeof condition.field !== 'string' || !operator) return { is: 'other' }
  return { is: 'row', field: condition.field, operator, value: condition[operator] ?? null }
}

export const rowOf = (field: string, operator: Operator, value: Json): JsonMap => ({ field, [operator]: value })

/** What stands behind an operator at first, keeping what was there where it fits. */
export function valueFor(operator: Operator, old: Json | undefined, isBoolean: boolean): Json {
  const single = isList(old) ? (old[0] ?? '') : old
  const plain = typeof single === 'string' || typeof single === 'number' || typeof single === 'boolean' ? single : ''
  switch (operator) {
    case 'exists':
      return typeof old === 'boolean' ? old : true
    case 'in':
      return isList(old) ? old : plain === '' ? [] : [plain]
    case 'between':
      return isList(old) && old.length === 2 ? old : [plain === '' ? 0 : plain, plain === '' ? 0 : plain]
    case 'is':
    case 'isNot':
      return isBoolean ? (typeof plain === 'boolean' ? plain : true) : typeof plain === 'boolean' ? '' : plain
    default:
      return typeof plain === 'boolean' ? '' : plain
  }
}

/** A text that spells a number becomes one, where the field is a number or was compared with one. */
export function typed(text: string, asNumber: boolean): Json {
  return asNumber && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text.trim()) ? Number(text) : text
}
