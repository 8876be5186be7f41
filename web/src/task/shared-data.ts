import { safeLink } from './linked-text.tsx'

/** Readers of a comment's `data`: it comes from clients over a provider, so nothing in it is taken for granted. */
type Data = Record<string, unknown>

export interface Place {
  name: string | null
  address: string | null
  latitude: number
  longitude: number
}

export function readPlace(data: Data): Place | null {
  const { latitude, longitude } = data
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null
  return { latitude, longitude, name: textOf(data.name), address: textOf(data.address) }
}

export interface Card {
  name: string
  phones: string[]
  emails: string[]
}

export function readCards(data: Data): Card[] {
  return listOf(data.contacts).map((card) => {
    const name = recordOf(card.name)
    const phones = listOf(card.phones).flatMap(({ phone, wa_id }) => textOf(phone) ?? textOf(wa_id) ?? [])
    const emails = listOf(card.emails).flatMap(({ email }) => textOf(email) ?? [])
    return { name: textOf(name.formatted_name) ?? textOf(name.first_name) ?? phones[0] ?? '', phones, emails }
  })
}

/** The advertisement that a client came from. */
export function readAdvert(data: Data): { headline: string | null; link: string | null } | null {
  if (typeof data.referral !== 'object' || data.referral === null) return null
  const { headline, source_url } = recordOf(data.referral)
  const link = textOf(source_url)
  return { headline: textOf(headline), link: link === null ? null : safeWebLink(link) }
}

const safeWebLink = (address: string): string | null => (/^https?:/i.test(address) ? safeLink(address) : null)
const recordOf = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {})
const listOf = (value: unknown): Data[] => (Array.isArray(value) ? value.map(recordOf) : [])
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
