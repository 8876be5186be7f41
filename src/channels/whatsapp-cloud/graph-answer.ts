import { at, objectAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'

/** Meta's error envelope (reference §9). */
export interface GraphError {
  code: string
  subcode: string | null
  message: string
  details: string | null
  /** Meta's words for people, which come with templates and accounts. */
  userMessage: string | null
  trace: string | null
}

/** The error of an answer, if it is a well-formed envelope: an `error` object with a numeric code. */
export function graphErrorOf(body: unknown): GraphError | null {
  const error = objectAt(body, 'error')
  const code = textAt(error, 'code')
  if (error === null || code === null || !/^\d+$/.test(code)) return null
  return {
    code,
    subcode: textAt(error, 'error_subcode'),
    message: textAt(error, 'message') ?? 'no message',
    details: textAt(objectAt(error, 'error_data'), 'details'),
    userMessage: textAt(error, 'error_user_msg') ?? textAt(error, 'error_user_title'),
    trace: textAt(error, 'fbtrace_id'),
  }
}

/** `{"success": true}`, which older calls write as text. */
export const isSuccess = (body: JsonObject): boolean => {
  const success = at(body, 'success')
  return success === true || success === 'true'
}
