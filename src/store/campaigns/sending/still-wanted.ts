import type { Run } from '../../intake/run.ts'
import { knownPeople } from '../known-people.ts'
import type { SendingCampaign } from './sending-campaign.ts'

/** Why somebody who was to get the campaign wants it no more. */
export type Unwanted = 'opted_out' | 'no_consent'

export const UNWANTED_WORDS: Record<Unwanted, string> = {
  opted_out: 'Stopped marketing messages after the list was made',
  no_consent: 'No contact with this number agrees to marketing any more',
}

/**
 * Who wants nothing of the campaign as things stand now, by the rules of its planning (src/domain/campaign/exclusion.ts):
 * weeks may lie between, and an opt-out counts on whatever channel it was said.
 * @param numbersOf the numbers of each client, digits with country code
 */
export async function unwantedOf<Client>(
  run: Run,
  { channelId, template, requireConsent }: SendingCampaign,
  numbersOf: ReadonlyMap<Client, readonly string[]>,
): Promise<Map<Client, Unwanted>> {
  const unwanted = new Map<Client, Unwanted>()
  const isMarketing = template.category === 'marketing'
  if (!isMarketing && !requireConsent) return unwanted
  const people = await knownPeople(run, channelId, [...numbersOf.values()].flat())
  for (const [client, numbers] of numbersOf) {
    const known = numbers.flatMap((digits) => people.get(digits) ?? [])
    if (isMarketing && known.some(({ optedOut }) => optedOut)) unwanted.set(client, 'opted_out')
    else if (requireConsent && !known.some(({ consented }) => consented)) unwanted.set(client, 'no_consent')
  }
  return unwanted
}
