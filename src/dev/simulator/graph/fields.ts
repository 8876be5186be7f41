import { GraphError } from './errors.ts'

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON body. @throws GraphError 100 when it is none */
export async function readJson(request: Request): Promise<Json> {
  const text = await request.text()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new GraphError(100, 'The request body is not valid JSON.')
  }
  if (!isObject(value)) throw new GraphError(100, 'The request body must be a JSON object.')
  return value
}

/** @throws GraphError 131008 when absent, 131009 when it is no object */
export function requireObject(parent: Json, key: string, path = key): Json {
  const value = parent[key]
  if (value === undefined || value === null) throw missing(path)
  if (!isObject(value)) throw new GraphError(131009, `Param '${path}' must be an object.`)
  return value
}

/** @throws GraphError 131008 when absent, 131009 when it is no list, 100 when its length is out of bounds */
export function requireList(parent: Json, key: string, bounds: { min?: number; max: number }, path = key): Json[] {
  const value = parent[key]
  if (value === undefined || value === null) throw missing(path)
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new GraphError(131009, `Param '${path}' must be a list of objects.`)
  }
  const { min = 1, max } = bounds
  if (value.length < min || value.length > max) {
    throw new GraphError(100, `Param '${path}' must have between ${min} and ${max} elements.`)
  }
  return value
}

/** @throws GraphError 131008 when absent or empty, 131009 when it is no string, 100 when it is too long (UTF-16 units) */
export function requireString(parent: Json, key: string, max: number, path = key): string {
  const value = parent[key]
  if (value === undefined || value === null || value === '') throw missing(path)
  return checkedString(value, max, path)
}

/** The same for a key that may be absent. */
export function optionalString(parent: Json, key: string, max: number, path = key): string | null {
  const value = parent[key]
  if (value === undefined || value === null || value === '') return null
  return checkedString(value, max, path)
}

function checkedString(value: unknown, max: number, path: string): string {
  if (typeof value !== 'string') throw new GraphError(131009, `Param '${path}' must be a string.`)
  if (value.length > max) throw new GraphError(100, `Param ${path} must be at most ${max} characters long.`)
  return value
}

/** Graph refuses keys that it does not know. @throws GraphError 100 */
export function onlyKeys(value: Json, allowed: readonly string[], path: string): void {
  const unexpected = Object.keys(value).find((key) => !allowed.includes(key))
  if (unexpected !== undefined) throw new GraphError(100, `Unexpected key "${unexpected}" on param "${path}".`)
}

const missing = (path: string): GraphError => new GraphError(131008, `Required parameter is missing: '${path}'.`)
