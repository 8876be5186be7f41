const DAY_MS = 24 * 60 * 60_000

/** So long nothing may be heard of a phone app before people are told. */
export const SILENT_AFTER_DAYS = 11
/** Meta ends a connection whose phone was offline for about so long (reference §10.3, PRIMARY_INACTIVITY). */
export const ENDED_AFTER_DAYS = 14

/** Providers over which Meta connects a number that its phone app uses, too. Other services have rules of their own. */
export const SHARED_WITH_PHONE_APP = ['whatsapp-cloud', 'dialog360'] as const

/**
 * A silence of the phone app that uses the same number, of which people have been told.
 * @param heardAt when it last gave a sign of life; null: never since it was connected
 * @param warnedAt when people were last told; null: never
 * @returns null where nobody has been told of this one
 */
export function phoneSilence(of: {
  heardAt: Date | null
  connectedAt: Date
  warnedAt: Date | null
}): { since: Date; endsAt: Date } | null {
  const since = of.heardAt ?? of.connectedAt
  return of.warnedAt !== null && of.warnedAt > since ? { since, endsAt: endOf(since) } : null
}

/** About when Meta ends the connection, if the phone stays away. */
export const endOf = (since: Date): Date => new Date(since.getTime() + ENDED_AFTER_DAYS * DAY_MS)
