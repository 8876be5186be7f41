interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  additionalProperties?: unknown
}
/** As much of an OpenAPI document as the tests read. */
export interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
  components: { schemas: Record<string, Schema> }
}

/** Every field of a body with the JSON types that it takes. */
export function fieldsOf(document: Document, schema: Schema): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>()
  const visit = (one: Schema) => {
    const at = resolve(document, one)
    for (const [name, field] of Object.entries(at.properties ?? {})) {
      const types = fields.get(name) ?? new Set()
      for (const type of typesOf(document, field)) types.add(type)
      fields.set(name, types)
    }
    for (const part of [...(at.anyOf ?? []), ...(at.oneOf ?? []), ...(at.allOf ?? [])]) visit(part)
  }
  visit(schema)
  return fields
}

const resolve = (document: Document, schema: Schema): Schema =>
  schema.$ref ? resolve(document, document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema

function typesOf(document: Document, schema: Schema): string[] {
  const at = resolve(document, schema)
  const parts = [...(at.anyOf ?? []), ...(at.oneOf ?? []), ...(at.allOf ?? [])]
  if (parts.length > 0) return parts.flatMap((part) => typesOf(document, part))
  if (at.type === undefined) return 'enum' in at || 'const' in at ? ['string'] : ['any']
  return [at.type].flat().map((type) => (type === 'integer' ? 'number' : type))
}
