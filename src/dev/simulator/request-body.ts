import type { Context } from 'hono'
import type { z } from 'zod'
import { Refusal } from './refusal.ts'

/**
 * A checked JSON body.
 * @throws Refusal 415 for another content type (a foreign page's form cannot send JSON), 400 with the list of what is wrong
 */
export async function parsedBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  if (!c.req.header('content-type')?.toLowerCase().startsWith('application/json')) {
    throw new Refusal(415, 'unsupported_media_type', 'The body must be application/json.')
  }
  let value: unknown
  try {
    value = await c.req.json()
  } catch {
    throw new Refusal(400, 'invalid_json', 'The body is not valid JSON.')
  }
  return checked(value, schema)
}

/** @throws Refusal 400 */
export function checked<Schema extends z.ZodType>(value: unknown, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const details = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = details[0]
  throw new Refusal(400, 'invalid_request', first ? `${first.path || 'body'}: ${first.message}` : 'invalid', details)
}
