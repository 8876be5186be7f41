import { at, isObject } from './fields.ts'

/**
 * How long a provider wants us to wait, in seconds: the longer of `Retry-After` (seconds or a date) and Meta's
 * `X-Business-Use-Case-Usage`, `estimated_time_to_regain_access` (minutes; reference §9). Null: it says nothing.
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
