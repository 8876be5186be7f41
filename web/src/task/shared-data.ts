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

/** A template, or a text with something to tap: the parts of what the client sees. */
export interface Parts {
  header: string | null
  body: string | null
  footer: string | null
  buttons: { kind: string; text: string; target: string | null }[]
  /** rows of a list */
  sections: string[]
  /** the template's name */
  template: string | null
}

export function readParts(data: Data): Parts | null {
  const body = textOf(data.body)
  const header = textOf(data.header)
  if (body === null && header === null) return null
  return {
    header,
    body,
    footer: textOf(data.footer),
    buttons: listOf(data.buttons).map(({ kind, text, url, phone }) => ({
      kind: textOf(kind) ?? 'reply',
      text: textOf(text) ?? '',
      target: textOf(url) ?? textOf(phone),
    })),
    sections: listOf(data.sections).flatMap(({ rows }) => listOf(rows).flatMap(({ title }) => textOf(title) ?? [])),
    template: textOf(recordOf(data.template).name),
  }
}

export interface Order {
  items: { product: string | null; quantity: number; price: number | null; currency: string }[]
  note: string | null
  /** by currency */
  totals: { currency: string; sum: number }[]
}

export function readOrder(data: Data): Order {
  const items = listOf(data.items).map(({ productRetailerId, quantity, itemPrice, currency }) => ({
    product: textOf(productRetailerId),
    quantity: typeof quantity === 'number' ? quantity : 1,
    price: typeof itemPrice === 'number' ? itemPrice : null,
    currency: textOf(currency) ?? '',
  }))
  const sums = new Map<string, number>()
  for (const { price, quantity, currency } of items) {
    if (price !== null) sums.set(currency, (sums.get(currency) ?? 0) + price * quantity)
  }
  return { items, note: textOf(data.text), totals: [...sums].map(([currency, sum]) => ({ currency, sum })) }
}

/** Fields of a form, flat; the token by which the form is known is nobody's answer. */
export function readFormAnswers(data: Data): { name: string; value: string }[] {
  const { response } = data
  if (typeof response === 'string') return response === '' ? [] : [{ name: '', value: response }]
  return Object.entries(recordOf(response)).flatMap(([name, value]) =>
    name === 'flow_token' || value === null || value === ''
      ? []
      : [{ name, value: typeof value === 'string' ? value : JSON.stringify(value) }],
  )
}

const safeWebLink = (address: string): string | null => (/^https?:/i.test(address) ? safeLink(address) : null)
const recordOf = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {})
const listOf = (value: unknown): Data[] => (Array.isArray(value) ? value.map(recordOf) : [])
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
