import type { Digits, PhoneRefusal } from '../phone-variants.ts'
import type { TemplateProblem } from '../template/template.ts'

/** Why somebody on a campaign's list gets nothing. */
export const EXCLUSIONS = ['bad_number', 'opted_out', 'no_consent', 'bad_parameters', 'duplicate'] as const
export type Exclusion = (typeof EXCLUSIONS)[number]

/** What exactly it is, by its code: stored with the recipient, and put into words by who shows it (exclusion-words.ts). */
export type ExclusionReason =
  | { why: PhoneRefusal | 'opted_out' | 'no_consent' }
  /** the line of a CSV has more values than there are columns */
  | { why: 'surplus'; columns: number }
  /** a value does not fit the template */
  | { why: 'value'; problem: TemplateProblem }
  | { why: 'same_person'; row: number }
  /** what showed when it was their turn */
  | { why: 'stopped_since' | 'no_consent_since' | 'number_given_up' | 'served' }

export interface Excluded {
  exclusion: Exclusion
  /** one at least */
  reasons: ExclusionReason[]
}

/** What decides whether somebody on the list gets the message. */
export interface RecipientFacts {
  number: Digits
  /** what is wrong with the line itself; null: nothing */
  lineProblem: ExclusionReason | null
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

/** So many of what is wrong with one recipient's values are kept: a person mends them one after the other anyway. */
const MOST_REASONS = 10

/**
 * Why this recipient gets nothing; null: they get the message. The first reason counts, and a duplicate comes last: of
 * several rows of one person, the first that can be sent stands.
 */
export function excludeRecipient(
  { number, lineProblem, problems, contact, sameAs }: RecipientFacts,
  { marketing, requireConsent }: ExclusionRules,
): Excluded | null {
  if (!number.ok) return { exclusion: 'bad_number', reasons: [{ why: number.reason }] }
  if (marketing && contact?.optedOut) return { exclusion: 'opted_out', reasons: [{ why: 'opted_out' }] }
  if (requireConsent && !contact?.consented) return { exclusion: 'no_consent', reasons: [{ why: 'no_consent' }] }
  const wrong = [...(lineProblem === null ? [] : [lineProblem]), ...valueReasons(problems)]
  if (wrong.length > 0) return { exclusion: 'bad_parameters', reasons: wrong.slice(0, MOST_REASONS) }
  if (sameAs !== null) return { exclusion: 'duplicate', reasons: [{ why: 'same_person', row: sameAs }] }
  return null
}

/** What is wrong with the filled template, as it is kept. */
export const valueReasons = (problems: readonly TemplateProblem[]): ExclusionReason[] =>
  problems.slice(0, MOST_REASONS).map((problem) => ({ why: 'value', problem }))
