import type { Schema } from '../api.ts'
import type { Json } from '../text/json.ts'
import { isJsonMap, isList } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { actionOf } from './actions.ts'

/** A schema behind its reference. */
export function resolved(schema: Schema | undefined, root: Schema): Schema | undefined {
  let at = schema
  for (let hops = 0; at?.$ref && hops < 10; hops++) at = root.$defs?.[at.$ref.replace('#/$defs/', '')]
  return at
}

/** The options of a schema, those of unions inside it included. */
function options(schema: Schema | undefined, root: Schema): Schema[] {
  const own = resolved(schema, root)
  if (!own) return []
  const union = own.anyOf ?? own.oneOf
  return union ? union.flatMap((one) => options(one, root)) : [own]
}

/** Of the options those that a value was meant to be: by its constants, else by the keys that it has. */
function fitting(all: readonly Schema[], value: Json | undefined): Schema[] {
  if (all.length <= 1) return [...all]
  if (isList(value)) return all.filter(({ type }) => type === 'array')
  if (!isJsonMap(value)) return [...all]
  const maps = all.filter(({ type }) => type === 'object')
  const byConstant = maps.filter(({ properties = {} }) =>
    Object.entries(properties).every(([key, schema]) => {
      const own = value[key]
      if (own === undefined) return true
      if (schema.const !== undefined) return schema.const === own
      return key !== 'event' || !schema.enum || schema.enum.includes(own)
    }),
  )
  const action = actionOf(value)
  const byAction = action ? byConstant.filter(({ properties = {} }) => Object.hasOwn(properties, action)) : []
  if (byAction.length > 0) return byAction
  const keys = Object.keys(value)
  const holdsAll = byConstant.filter(({ properties = {}, additionalProperties }) =>
    keys.every((key) => Object.hasOwn(properties, key) || typeof additionalProperties === 'object'),
  )
  return holdsAll.length > 0 ? holdsAll : byConstant
}

/** The schemas that a place of a document can have, narrowed by what stands above it. */
export function schemasAt(root: Schema, document: Json, path: Path): Schema[] {
  let schemas = options(root, root)
  let value: Json | undefined = document
  for (const [index, part] of path.entries()) {
    // What stands in the place itself does not say what could stand there.
    const meant = fitting(schemas, index === path.length - 1 ? without(value, part) : value)
    schemas = meant.flatMap((schema) => {
      if (typeof part === 'number') return options(schema.items, root)
      const own = schema.properties && Object.hasOwn(schema.properties, part) ? schema.properties[part] : undefined
      const other = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
      const found = own ?? other
      return found
        ? options(found, root).map((one) => ({
            ...(found.description ? { description: found.description } : {}),
            ...one,
          }))
        : []
    })
    if (typeof part === 'number') value = isList(value) ? value[part] : undefined
    else value = isJsonMap(value) && Object.hasOwn(value, part) ? value[part] : undefined
  }
  return schemas
}

function without(value: Json | undefined, part: string | number): Json | undefined {
  if (!isJsonMap(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== part))
}

export interface KeyInfo {
  key: string
  schema: Schema
  required: boolean
}

/** The keys that a map in a place can have, each once. */
export function keysAt(root: Schema, document: Json, path: Path, value: Json | undefined): KeyInfo[] {
  const found = new Map<string, KeyInfo>()
  for (const schema of fitting(schemasAt(root, document, path), value)) {
    for (const [key, own] of Object.entries(schema.properties ?? {})) {
      if (!found.has(key))
        found.set(key, { key, schema: resolved(own, root) ?? own, required: schema.required?.includes(key) ?? false })
    }
  }
  return [...found.values()]
}

/** The words and constants that can stand in a place. */
export function valuesOf(schemas: readonly Schema[]): string[] {
  const values = schemas.flatMap((schema) => [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.type === 'boolean' ? [true, false] : []),
  ])
  return [...new Set(values.map(String))]
}
