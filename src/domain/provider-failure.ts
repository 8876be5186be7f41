import type { FailureClass, LimitScope } from './provider-errors.ts'

/** Why a call to a provider certainly had no effect, and what to do about it (reference §9). */
export interface ProviderFailure {
  class: FailureClass
  /** The provider's code (`131047`), or ours for what never got that far (`network`). */
  code: string
  /** The provider's own words, for the log of attempts. */
  detail: string
  /** The provider's hint, if it gave one. */
  retryAfterSeconds: number | null
  /** Whose limit was hit, where it was a limit. */
  limit: LimitScope | null
}
