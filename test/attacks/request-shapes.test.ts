import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../http/work/desk.ts'
import { documentedRoutes, NOBODYS, type Route } from './whole-app.ts'

/** Parts of bodies whose keys their writers choose: what they hold is data, and names nothing of ours. */
const FREE: [RegExp, string][] = [
  [/\.fields$/, 'fields of contacts, tasks and templates, as people name them'],
  [/^(post|patch) \/api\/endpoints(\/\{id\})?\.headers$/, 'headers that are sent to somebody else'],
  [/\.parameters\.body$/, 'parameters of a template by their names'],
  [/ \/api\/templates(\/\{id\})?\.components\[\]$/, 'parts of a template in the form of its provider'],
  [
    / \/api\/scenarios[^.]*\.document$/,
    'read by the schema of scenarios, which is strict (test/domain/scenario/document)',
  ],
  [/(\/buttons\/\{scenarioId\}|\.press)\.inputs$/, 'read by the names that the button asks for'],
  [/^patch \/api\/channels\/\{id\}$/, 'keys of its provider, whose schema is strict: see below'],
]
/** What only the server may say, as columns and views call it. */
const OWNED = [
  'id',
  'role',
  'userId',
  'createdBy',
  'created_at',
  'passwordHash',
  'state',
  'channel_ids',
  'secrets',
  '__proto__',
  'constructor',
]

interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  prefixItems?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  additionalProperties?: boolean | Schema
}

let desk: Desk
let routes: Route[]
let schemas: Record<string, Schema>
beforeAll(async () => {
  desk = await openDesk()
  const document = await documentedRoutes(desk)
  routes = document.routes
  schemas = document.schemas as Record<string, Schema>
})
afterAll(() => desk.close())

/** Every object inside a schema, with the way to it. */
function* objectsOf(schema: Schema, at: string, seen: readonly string[] = []): Generator<[string, Schema]> {
  if (schema.$ref) {
    if (seen.includes(schema.$ref)) return
    const name = schema.$ref.split('/').at(-1) ?? ''
    yield* objectsOf(schemas[name] ?? {}, at, [...seen, schema.$ref])
    return
  }
  if (schema.type === 'object' || schema.properties || schema.additionalProperties !== undefined) yield [at, schema]
  for (const [name, inner] of Object.entries(schema.properties ?? {})) yield* objectsOf(inner, `${at}.${name}`, seen)
  if (schema.items) yield* objectsOf(schema.items, `${at}[]`, seen)
  for (const inner of schema.prefixItems ?? []) yield* objectsOf(inner, `${at}[]`, seen)
  if (typeof schema.additionalProperties === 'object') yield* objectsOf(schema.additionalProperties, `${at}.*`, seen)
  for (const inner of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    yield* objectsOf(inner, at, seen)
  }
}

/** Of several forms none fits: which keys were wrong in which is not said. */
const isUnion = ({ $ref, anyOf, oneOf }: Schema): boolean =>
  $ref ? isUnion(schemas[$ref.split('/').at(-1) ?? ''] ?? {}) : (anyOf ?? oneOf) !== undefined

const isFree = ({ additionalProperties }: Schema): boolean => additionalProperties !== false

const bodies = (): [Route, Schema][] =>
  routes.flatMap((one) => {
    const schema = one.operation.requestBody?.content['application/json']?.schema
    return schema ? [[one, schema] as [Route, Schema]] : []
  })

describe('bodies (S12)', () => {
  it('take the keys that they name and no others, at every depth; where anybody may name them, it says why', () => {
    const free = new Set<string>()
    for (const [{ route }, schema] of bodies()) {
      for (const [at, object] of objectsOf(schema, route)) {
        if (object.additionalProperties !== false) free.add(at)
      }
    }
    expect([...free].filter((at) => !FREE.some(([allowed]) => allowed.test(at)))).toEqual([])
    expect(FREE.filter(([allowed]) => ![...free].some((at) => allowed.test(at)))).toEqual([])
  })

  it('cannot say what only the server may: each such key is named as an unknown key', async () => {
    let asked = 0
    const taken: string[] = []
    for (const [{ route, method, address }, schema] of bodies()) {
      const known = [...objectsOf(schema, '')].flatMap(([at, { properties }]) =>
        at === '' ? Object.keys(properties ?? {}) : [],
      )
      // Only of one that is there it is known which keys its provider has.
      const about = address.replace(`/channels/${NOBODYS}`, `/channels/${desk.channel}`)
      for (const name of OWNED) {
        // Where keys are free, zod drops this one: it becomes nothing, and nobody's prototype.
        if (known.includes(name) || (name === '__proto__' && isFree(schema))) continue
        const { status, json } = await desk.owner(about, { method, body: `{${JSON.stringify(name)}:"owner"}` })
        const details = (json?.error?.details ?? []) as { path: string; message: string }[]
        const isNamed = details.some(({ path, message }) => path === name && message === 'unknown key')
        if (status !== 400 || !(isNamed || isUnion(schema)))
          taken.push(`${route} ${name}: ${status} ${JSON.stringify(json)}`)
        asked++
      }
    }
    expect(taken).toEqual([])
    expect(asked).toBeGreaterThan(500)
  })
})
