/**
 * What the expressions of a scenario can see: plain JSON under nine names (scenario-format, Conditions), and nothing
 * else: no functions, no prototypes, no clock. The interpreter makes one scope for each moment and gives it to every
 * condition and text of that moment.
 */

export const ROOTS = [
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

export type Root = (typeof ROOTS)[number]

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** Made by `createScope`. A root that has nothing to show (no task yet) is an empty object. */
export type Scope = { readonly [root in Root]: Json }

/** Deepest nesting, and most values, that a scope may have: what is beyond was not made for a condition to read. */
export const MAX_DEPTH = 32
export const MAX_VALUES = 100_000

export type ScopeProblem = { ok: false; path: string; message: string }

/**
 * Copies and freezes the values, so that nothing an expression does, and nothing the caller does later, changes what
 * the other expressions of the same moment see. Properties that are `undefined` are left out, as in JSON.
 *
 * Refused, with the path: what is no plain JSON (a Date, a Map, NaN, a class), more than 32 levels, more than 100,000
 * values, a name that is no root.
 */
export function createScope(values: Partial<Record<Root, unknown>>): { ok: true; scope: Scope } | ScopeProblem {
  const unknownRoot = Object.keys(values).find((name) => !isRoot(name))
  if (unknownRoot !== undefined) return { ok: false, path: unknownRoot, message: `There is no “${unknownRoot}”` }
  const filled = Object.fromEntries(ROOTS.map((root) => [root, values[root] ?? {}]))
  const copied = copy(filled, '', 0, { values: 0 })
  // The roots stand by their names: what was copied has exactly these.
  return copied.ok ? { ok: true, scope: copied.value as unknown as Scope } : copied
}

/** Whether a value is plain JSON within the limits of a scope. */
export const isPlainJson = (value: unknown): value is Json => copy(value, '', 0, { values: 0 }).ok

export const isRoot = (name: string): name is Root => (ROOTS as readonly string[]).includes(name)

type Copied = { ok: true; value: Json } | ScopeProblem

function copy(value: unknown, path: string, depth: number, count: { values: number }): Copied {
  const refuse = (message: string): ScopeProblem => ({ ok: false, path, message })
  if (++count.values > MAX_VALUES) return refuse(`More than ${MAX_VALUES} values`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return { ok: true, value }
  if (typeof value === 'number') return Number.isFinite(value) ? { ok: true, value } : refuse(`${value} is no number`)
  if (typeof value !== 'object') return refuse(`A ${typeof value} is no JSON`)
  if (depth >= MAX_DEPTH) return refuse(`Nested more than ${MAX_DEPTH} levels deep`)

  if (Array.isArray(value)) {
    const list: Json[] = []
    for (let place = 0; place < value.length; place++) {
      const item = copy(value[place] ?? null, `${path}[${place}]`, depth + 1, count)
      if (!item.ok) return item
      list.push(item.value)
    }
    return { ok: true, value: Object.freeze(list) }
  }

  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return refuse('Not a plain object')
  // Without a prototype a field called `constructor` or `__proto__` is a field like any other.
  const object: Record<string, Json> = Object.create(null)
  for (const name of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name)
    if (!descriptor || (descriptor.value === undefined && !descriptor.get)) continue
    const inner = path === '' ? name : `${path}.${name}`
    if (descriptor.get) return { ok: false, path: inner, message: 'Not a plain value' }
    const item = copy(descriptor.value, inner, depth + 1, count)
    if (!item.ok) return item
    object[name] = item.value
  }
  return { ok: true, value: Object.freeze(object) }
}
