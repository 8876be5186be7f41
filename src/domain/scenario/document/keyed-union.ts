import { z } from 'zod'
import type { Words } from '../../words.ts'
import { FORM_WORDS as form, type UnionName } from './form-words.ts'
import { nearest } from './nearest.ts'

type Options = Record<string, z.ZodType>

interface KeyedUnionDef extends z.core.$ZodUnionDef {
  byKey: Options
  what: UnionName
}

interface KeyedUnionInternals extends z.core.$ZodTypeInternals<unknown> {
  def: KeyedUnionDef
}

interface KeyedUnion extends z.ZodType {
  _zod: KeyedUnionInternals
}

/**
 * A union whose options are told apart by the one key that each of them has: `{ sendText: … }` or `{ wait: … }`.
 * A plain `z.union` would try every option at every level, which grows without bound with the depth, and would say
 * what is wrong with all of them. For JSON Schema it is an ordinary union.
 */
const KeyedUnion: z.core.$constructor<KeyedUnion> = z.core.$constructor('KeyedUnion', (inst, def) => {
  z.ZodUnion.init(inst as unknown as z.ZodUnion, def)
  inst._zod.parse = (payload, context) => {
    const input = payload.value
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      payload.issues.push({ code: 'invalid_type', expected: 'object', input, inst })
      return payload
    }
    const key = Object.keys(def.byKey).find((name) => Object.hasOwn(input, name))
    const option = key === undefined ? undefined : def.byKey[key]
    if (!option) return refuse(payload, inst, noneOf(input, def))
    const allowed = shapeOf(option)
    const second = Object.keys(def.byKey).find(
      (name) => name !== key && Object.hasOwn(input, name) && !allowed.includes(name),
    )
    if (second === undefined) return option._zod.run(payload, context)
    return refuse(payload, inst, {
      words: form.bothKeys(def.what, key ?? '', second),
      key: second,
    })
  }
})

interface Refusal {
  words: Words
  /** the key that is wrong; null: one is missing */
  key: string | null
}

function refuse(payload: z.core.ParsePayload, inst: z.core.$ZodType, { words, key }: Refusal): z.core.ParsePayload {
  const place = key === null ? { path: [], params: { words } } : { path: [key], params: { words, at: 'key' } }
  payload.issues.push({ code: 'custom', message: words.en, ...place, input: payload.value, inst })
  return payload
}

function noneOf(input: object, { byKey, what }: KeyedUnionDef): Refusal {
  const keys = Object.keys(byKey)
  const known = new Set(Object.values(byKey).flatMap(shapeOf))
  for (const given of Object.keys(input)) {
    if (known.has(given)) continue
    const meant = nearest(given, keys)
    if (meant) return { words: form.noSuchKey(what, given, meant), key: given }
  }
  return { words: form.needsKey(what, keys), key: null }
}

/** The keys of an option; of one that is a union itself, none. */
const shapeOf = (option: z.ZodType): string[] =>
  Object.keys((option._zod.def as { shape?: Record<string, unknown> }).shape ?? {})

/**
 * @param what how messages call it: "A step"
 * @param byKey the options by their keys; where one option also has another's key, it stands before it
 */
export function keyedUnion<Output>(what: UnionName, byKey: Options): z.ZodType<Output> {
  const options = Object.values(byKey)
  return new KeyedUnion({ type: 'union', options, byKey, what }) as unknown as z.ZodType<Output>
}
