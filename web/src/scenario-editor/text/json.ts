import type { Path } from './path.ts'

/** What a document is made of. */
export type Json = null | boolean | number | string | Json[] | JsonMap
export interface JsonMap {
  [key: string]: Json
}

export const isJsonMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: unknown): value is Json[] => Array.isArray(value)

/** The value at a path; undefined: there is none. Only what is the value's own counts. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  let value = root
  for (const part of path) {
    if (typeof part === 'number') value = isList(value) ? value[part] : undefined
    else value = isJsonMap(value) && Object.hasOwn(value, part) ? value[part] : undefined
  }
  return value
}

export const mapAt = (root: Json | undefined, path: Path): JsonMap => {
  const value = valueAt(root, path)
  return isJsonMap(value) ? value : {}
}

export const listAt = (root: Json | undefined, path: Path): Json[] => {
  const value = valueAt(root, path)
  return isList(value) ? value : []
}

export const textIn = (map: JsonMap, key: string): string => {
  const value = Object.hasOwn(map, key) ? map[key] : undefined
  return typeof value === 'string' ? value : ''
}

/** The same values; the order of keys does not count. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (Object.is(a, b)) return true
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, at) => same(item, b[at]))
  if (!isJsonMap(a) || !isJsonMap(b)) return a === 0 && b === 0
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}
