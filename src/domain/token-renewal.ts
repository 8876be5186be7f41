/** What is known of an access token that ends. Milliseconds since 1970. */
export interface TokenAge {
  /** since when we have it */
  since: number
  /** null: nobody has said yet */
  endsAt: number | null
  /** when renewing it was last tried; null: never */
  triedAt: number | null
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A provider renews no token that is younger (reference §11). */
const YOUNGEST = DAY
/** A token of sixty days is renewed when half of its life is over: two tries a day for a month before it ends. */
const BEFORE_END = 30 * DAY
const TRY_EVERY = 12 * HOUR
/** People are told so long before the end. */
const TELL_BEFORE_END = 14 * DAY

/** Is it time to renew a token? One whose end nobody knows is renewed as soon as it may: the answer says when the next one ends. */
export function isRenewalDue({ since, endsAt, triedAt }: TokenAge, now: number): boolean {
  if (now - since < YOUNGEST) return false
  if (triedAt !== null && now - triedAt < TRY_EVERY) return false
  return endsAt === null || endsAt - now <= BEFORE_END
}

/** Do people have to be told that a token could not be renewed? */
export const isRenewalUrgent = ({ since, endsAt }: TokenAge, now: number): boolean =>
  endsAt === null ? now - since > BEFORE_END : endsAt - now <= TELL_BEFORE_END
