import type { Words } from '../../words.ts'
import { FORM_WORDS as form } from './form-words.ts'
import { type Path, pathText } from './problem.ts'

/** Levels of the deepest document: 20 steps within each other, and a condition in the last. */
const MAX_LEVELS = 200
const MAX_VALUES = 50_000

/**
 * Whether a value is plain JSON of a bounded size, looked at before anything descends into it. An object that is
 * reached in several ways counts each time, so that aliases cannot blow it up.
 * @returns what is wrong with it; null: nothing
 */
export function plainJsonFault(root: unknown): { words: Words; path: Path } | null {
  const open: { value: unknown; path: Path }[] = [{ value: root, path: [] }]
  let count = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next
    if (++count > MAX_VALUES) return { words: form.manyValues(MAX_VALUES), path: [] }
    if (path.length > MAX_LEVELS) return { words: form.manyLevels(MAX_LEVELS), path: [] }
    const fault = leafFault(value)
    if (fault !== null) return { words: form.leaf(pathText(path), fault), path }
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) open.push({ value: item, path: [...path, index] })
      continue
    }
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') return { words: form.forbiddenKey(), path: [...path, key] }
      open.push({ value: item, path: [...path, key] })
    }
  }
  return null
}

function leafFault(value: unknown): Words | null {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? null : form.brokenCharacter()
    case 'boolean':
      return null
    case 'number':
      if (!Number.isFinite(value)) return form.noJsonNumber()
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? form.inexact() : null
    case 'object': {
      if (value === null || Array.isArray(value)) return null
      const prototype: unknown = Object.getPrototypeOf(value)
      return prototype === Object.prototype || prototype === null ? null : form.noPlainJson()
    }
    default:
      return form.noPlainJson()
  }
}
