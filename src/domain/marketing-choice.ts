/** What a client wants of marketing messages. The two stand beside each other: whoever opted out gets none, consent or not. */
export interface MarketingChoice {
  /** since when they want none; null: they have not said so */
  optedOutAt: Date | null
  /** since when they agree to it; null: not known, or taken back */
  consentAt: Date | null
}

/**
 * The choice of two contacts that are one person: what forbids more stands. Out, if either is out. Consent, only if both
 * gave it: its absence may be a consent that was taken back, and must not be filled from elsewhere.
 */
export function stricterChoice(one: MarketingChoice, other: MarketingChoice): MarketingChoice {
  const outs = [one.optedOutAt, other.optedOutAt].flatMap((at) => (at ? [at.getTime()] : []))
  return {
    optedOutAt: outs.length > 0 ? new Date(Math.min(...outs)) : null,
    consentAt:
      one.consentAt && other.consentAt ? new Date(Math.max(one.consentAt.getTime(), other.consentAt.getTime())) : null,
  }
}

export const sameChoice = (one: MarketingChoice, other: MarketingChoice): boolean =>
  one.optedOutAt?.getTime() === other.optedOutAt?.getTime() && one.consentAt?.getTime() === other.consentAt?.getTime()
