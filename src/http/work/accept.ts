import type { Refusable, Refusal } from '../../store/refusal.ts'
import { ApiError } from '../errors.ts'

const STATUS = { missing: 404, conflict: 409, invalid: 422 } as const satisfies Record<Refusal['because'], number>

/** What a verb did. @throws ApiError where it refused; a transaction around it is then rolled back */
export function accept<T>(result: Refusable<T>): T {
  if (!result.refused) return result.value
  const { because, code, message, details } = result.refused
  throw new ApiError(STATUS[because], code, message, details)
}
