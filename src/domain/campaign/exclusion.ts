import type { Digits, PhoneRefusal } from '../phone-variants.ts'
import type { TemplateProblem } from '../template/template.ts'

/** Why somebody on a campaign's list gets nothing. */
export const EXCLUSIONS = ['bad_number', 'opted_out', 'no_consent', 'bad_parameters', 'duplicate'] as const
export type Exclusion = (typeof EXCLUSIONS)[number]

/** What decides whether somebody on the list gets the message. */
export interface RecipientFacts {
  number: Digits
  /** what is wrong with the line itself; null: nothing */
  lineProblem: string | null
  /** what is wrong with the filled template; empty: nothing */
  problems: readonly TemplateProblem[]
  /** what contacts with this number said; null: nobody with it is known */
  contact: { optedOut: boolean; consented: boolean } | null
  /** the row of an earlier recipient who is the same person and gets the message */
  sameAs: number | null
}

export interface ExclusionRules {
  /** the template's category; only marketing heeds an opt-out */
  marketing: boolean
  requireConsent: boolean
}

/**
 * Why this recipient gets nothing, in words for a person; null: they get the message. The first reason counts, and a
 * duplicate comes last: of several rows of one person, the first that can be sent stands.
 */
export function excludeRecipient(
  { number, lineProblem, problems, contact, sameAs }: RecipientFacts,
  { marketing, requireConsent }: ExclusionRules,
): { exclusion: Exclusion; detail: string } | null {
  if (!number.ok) return { exclusion: 'bad_number', detail: NUMBER_WORDS[number.reason] }
  if (marketing && contact?.optedOut) return { exclusion: 'opted_out', detail: 'The contact does not want marketing' }
  if (requireConsent && !contact?.consented) {
    return { exclusion: 'no_consent', detail: 'No contact with this number has agreed to marketing' }
  }
  const wrong = [...(lineProblem === null ? [] : [lineProblem]), ...problems.map(({ message }) => message)]
  if (wrong.length > 0) return { exclusion: 'bad_parameters', detail: wrong.join('. ') }
  if (sameAs !== null) return { exclusion: 'duplicate', detail: `The same person as in row ${sameAs}` }
  return null
}

const NUMBER_WORDS: Record<PhoneRefusal, string> = {
  empty: 'There is no number',
  not_a_number: 'This is no phone number; a spreadsheet may have changed it',
  no_country_code: 'The number needs its country code: +1 650 555 1234',
  too_short: 'The number is too short',
  too_long: 'The number is too long',
}
