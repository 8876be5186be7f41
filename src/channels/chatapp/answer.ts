import { at, objectAt, textAt } from '../wire/fields.ts'

/**
 * The error in an answer: `{ "success": false, "error": { "code", "message" } }`, of whatever HTTP status (reference
 * §12); null: it holds none.
 */
export function errorIn(body: unknown): { code: string | null; words: string | null } | null {
  const error = objectAt(body, 'error')
  if (error === null && at(body, 'success') !== false) return null
  const code = textAt(error, 'code')
  const words = [code, textAt(error, 'message') ?? textAt(body, 'message')].filter((word) => word !== null).join(': ')
  return { code, words: words || null }
}
