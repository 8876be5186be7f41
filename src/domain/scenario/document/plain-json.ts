import { type Path, pathText } from './problem.ts'

/** Levels of the deepest document: 20 steps within each other, and a condition in the last. */
const MAX_LEVELS = 200
const MAX_VALUES = 50_000

/**
 * Whether a value is plain JSON of a bounded size, looked at before anything descends into it. An object that is
 * reached in several ways counts each time, so that aliases cannot blow it up.
 * @returns what is wrong with it, in words; null: nothing
 */
export function plainJsonFault(root: unknown): { message: string; path: Path } | null {
  const open: { value: unknown; path: Path }[] = [{ value: root, path: [] }]
  let count = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next
    if (++count > MAX_VALUES) return { message: `The document has more than ${MAX_VALUES} values`, path: [] }
    if (path.length > MAX_LEVELS) {
      return { message: `The document is nested more than ${MAX_LEVELS} levels deep`, path: [] }
    }
    const fault = leafFault(value)
    if (fault !== null) return { message: `${pathText(path) || 'The document'} ${fault}`, path }
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) open.push({ value: item, path: [...path, index] })
      continue
    }
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') return { message: '“__proto__” cannot be a name', path: [...path, key] }
      open.push({ value: item, path: [...path, key] })
    }
  }
  return null
}

function leafFault(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? null : 'holds a broken character'
    case 'boolean':
      return null
    case 'number':
      if (!Number.isFinite(value)) return 'is no number that JSON has'
      return Number.isInteger(value) && !Number.isSafeInteger(value)
        ? 'is too large to be kept exactly: put it in quotes'
        : null
    case 'object': {
      if (value === null || Array.isArray(value)) return null
      const prototype: unknown = Object.getPrototypeOf(value)
      return prototype === Object.prototype || prototype === null ? null : 'is no plain JSON'
    }
    default:
      return 'is no plain JSON'
  }
}
