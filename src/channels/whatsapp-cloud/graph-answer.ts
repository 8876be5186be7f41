import { at, isObject, objectAt, textAt } from './fields.ts'
import type { JsonObject } from './wire-json.ts'

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

/**
 * How long Meta wants us to wait, in seconds: the longer of `Retry-After` (seconds or a date) and
 * `X-Business-Use-Case-Usage`'s `estimated_time_to_regain_access` (minutes; reference §9). Null: it says nothing.
 */
export function waitHintOf(headers: Headers, now: Date): number | null {
  const hints = [retryAfter(headers.get('retry-after'), now), ...regainAccess(headers.get('x-business-use-case-usage'))]
  const usable = hints.filter((hint) => hint !== null && Number.isFinite(hint) && hint > 0) as number[]
  return usable.length === 0 ? null : Math.min(Math.ceil(Math.max(...usable)), LONGEST_WAIT)
}

/** No limit of Meta's lasts longer than 72 hours (reference §9, 133016); a larger hint is a mistake. */
const LONGEST_WAIT = 72 * 60 * 60

function retryAfter(value: string | null, now: Date): number | null {
  if (value === null) return null
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : (date - now.getTime()) / 1000
}

/** `{"<business account>": [{"type": "whatsapp", …, "estimated_time_to_regain_access": 5}]}` */
function regainAccess(header: string | null): number[] {
  const usage = header === null ? null : parsed(header)
  if (!isObject(usage)) return []
  const entries = Object.values(usage).flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
  return entries.map((entry) => Number(at(entry, 'estimated_time_to_regain_access')) * 60)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The longest answer that is read; real ones have a few hundred bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** Reads a body up to a limit. @throws what the connection throws; @returns null when it is too long */
export async function readBounded(response: Response): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** `{"success": true}`, which older calls write as text. */
export const isSuccess = (body: JsonObject): boolean => {
  const success = at(body, 'success')
  return success === true || success === 'true'
}
