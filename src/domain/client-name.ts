import type { ClientProfile, IdentityValue } from './conversation-event.ts'

/**
 * How a client is shown (M8): the name of the profile, else the phone number, else the username.
 * Profiles are written by strangers: control and direction characters are dropped, at most 120 characters.
 */
export function clientName(profile: ClientProfile | null, identities: readonly IdentityValue[]): string {
  const phone = clientPhone(identities)
  const username = profile?.username ? `@${cleanName(profile.username)}` : ''
  return cleanName(profile?.name ?? '') || phone || username || 'Client'
}

/** The phone number for people to read, "+" and digits; null for a client known by user id only. */
export function clientPhone(identities: readonly IdentityValue[]): string | null {
  const named = identities.find(({ kind }) => kind === 'wa_id') ?? identities.find(({ kind }) => kind === 'phone')
  const [, digits] = /^\+?(\d{5,20})$/.exec(named?.value ?? '') ?? []
  return digits ? `+${digits}` : null
}

/** A stranger's name made harmless for one line of text. */
export function cleanName(name: string): string {
  const clean = name
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return [...clean].slice(0, 120).join('')
}
