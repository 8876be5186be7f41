/**
 * What a provider does not let an account send for a while (reference §4.3, ACCOUNT_RESTRICTION). A restriction that
 * blocks nothing we send, such as one of calls, is a notice and none of these.
 */
export interface SendRestriction {
  /** the provider's word */
  type: string
  blocks: RestrictedSends
  /** ISO 8601; null: until the provider says otherwise */
  until: string | null
}

/** `templates`: what the business begins · `replies`: free words to a client · `utility_templates`: of one category */
export type RestrictedSends = 'templates' | 'replies' | 'utility_templates'

/** What is to leave, as far as restrictions ask. */
export type RestrictedSubject = { kind: 'free' } | { kind: 'template'; category: string }

/** The restriction that keeps this from leaving now; undefined: none does. */
export const restrictionOn = (
  restrictions: readonly SendRestriction[],
  subject: RestrictedSubject,
  now: Date,
): SendRestriction | undefined =>
  stillInForce(restrictions, now).find(({ blocks }) => {
    switch (blocks) {
      case 'templates':
        return subject.kind === 'template'
      case 'replies':
        return subject.kind === 'free'
      case 'utility_templates':
        return subject.kind === 'template' && subject.category === 'utility'
      default:
        return blocks satisfies never
    }
  })

/** Those that have not ended by themselves. */
export const stillInForce = (restrictions: readonly SendRestriction[], now: Date): SendRestriction[] =>
  restrictions.filter(({ until }) => until === null || new Date(until) > now)

/** The newer word about a type stands; what it does not speak of stays. */
export const mergedRestrictions = (
  known: readonly SendRestriction[],
  news: readonly SendRestriction[],
): SendRestriction[] => [...known.filter(({ type }) => news.every((one) => one.type !== type)), ...news]
