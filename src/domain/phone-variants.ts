import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Why a text is no phone number that can be written to. */
export type PhoneRefusal = 'empty' | 'not_a_number' | 'no_country_code' | 'too_short' | 'too_long'
export type Digits = { ok: true; digits: string } | { ok: false; reason: PhoneRefusal }

/** E.164 allows 15 digits; the shortest numbers in use have 7 with their country code. */
const SHORTEST = 7
const LONGEST = 15

/**
 * `+1 (650) 555-1234` → `16505551234`: digits with country code, the form of a `wa_id`. A leading `00` is the
 * international prefix. Nothing is guessed: a national number is refused with `no_country_code`.
 */
export function digitsOf(phone: string): Digits {
  const text = phone.normalize('NFKC').trim()
  if (text === '') return { ok: false, reason: 'empty' }
  if (!/^\+?[\d\s().\-/\u2010-\u2015\u2212]+$/.test(text)) return { ok: false, reason: 'not_a_number' }
  const digits = text.replace(/\D/g, '').replace(text.startsWith('+') ? '' : /^00/, '')
  if (digits === '') return { ok: false, reason: 'not_a_number' }
  if (digits.startsWith('0')) return { ok: false, reason: 'no_country_code' }
  if (digits.length < SHORTEST) return { ok: false, reason: 'too_short' }
  if (digits.length > LONGEST) return { ok: false, reason: 'too_long' }
  return { ok: true, digits }
}

/**
 * Digits to write to. Without `+` or `00` nobody says that the number has its country code: `650 555 1234` would be
 * taken for Singapore's. So it must then be one that its country's numbering plan has.
 */
export function digitsToWrite(phone: string): Digits {
  const typed = digitsOf(phone)
  if (!typed.ok || /^\s*(\+|00)/.test(phone.normalize('NFKC')) || describe(typed.digits).valid) return typed
  return { ok: false, reason: 'no_country_code' }
}

export interface ParsedPhone {
  /** With country code, as typed; only a national number gets its country's code. */
  digits: string
  country: string | null
  /** Does the country's numbering plan have such a number? A hint: plans change faster than libraries. */
  valid: boolean
  /** For people: `+1 650 555 1234`. */
  display: string
}

/**
 * What a person typed → a number to write to.
 * @param defaultCountry ISO code for numbers typed without a country code
 */
export function parsePhone(
  input: string,
  defaultCountry?: string,
): { ok: true; phone: ParsedPhone } | { ok: false; reason: PhoneRefusal } {
  const text = input.normalize('NFKC').trim()
  const international = text.startsWith('+') || text.startsWith('00')
  const typed = digitsOf(text)
  if (international || defaultCountry === undefined) {
    if (!typed.ok) return typed
    return { ok: true, phone: describe(typed.digits) }
  }
  if (!typed.ok && typed.reason !== 'no_country_code' && typed.reason !== 'too_short') return typed
  const national = parsePhoneNumberFromString(text, { defaultCountry: defaultCountry as CountryCode, extract: false })
  if (national === undefined) return { ok: false, reason: typed.ok ? 'not_a_number' : typed.reason }
  return { ok: true, phone: describe(national.number.slice(1)) }
}

function describe(digits: string): ParsedPhone {
  const known = parsePhoneNumberFromString(`+${digits}`)
  return {
    digits,
    country: known?.country ?? null,
    valid: known?.isValid() ?? false,
    display: known?.formatInternational() ?? `+${digits}`,
  }
}

/**
 * The forms under which one person may be known, for a lookup: WhatsApp and people disagree on Brazil's ninth digit,
 * Argentina's 9 and 15, Mexico's 1. The number itself comes first. Candidates only: stored values are never rewritten.
 * Symmetric: b is a variant of a exactly when a is one of b.
 * @param digits with country code, no `+`
 */
export function phoneVariants(digits: string): string[] {
  if (!/^\d+$/.test(digits)) return [digits]
  return [...new Set([digits, ...brazil(digits), ...argentina(digits), ...mexico(digits)])]
}

/** Area codes of Brazil in use. */
const BRAZIL_AREA = '(?:1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9])'
/** Mobile numbers begin with 6 to 9 behind the ninth digit; 2 to 5 are landlines and never had one. */
const BRAZIL_MOBILE = new RegExp(`^55(${BRAZIL_AREA})9?([6-9]\\d{7})$`)

function brazil(digits: string): string[] {
  const [, area, number] = BRAZIL_MOBILE.exec(digits) ?? []
  return area === undefined ? [] : [`55${area}9${number}`, `55${area}${number}`]
}

/** Area codes of Argentina with three digits; 11 has two, all others have four. */
const ARGENTINA_THREE_DIGITS =
  /^(?:22[0137]|23[067]|249|26[01346]|280|29[1479]|29[89]|336|34[12358]|35[138]|36[24]|37[069]|38[0135678])/

function argentina(digits: string): string[] {
  const national = argentineNumber(digits)
  if (national === null) return []
  const area = argentineAreaLength(national)
  const [prefix, number] = [national.slice(0, area), national.slice(area)]
  return [`549${national}`, `54${national}`, `54${prefix}15${number}`]
}

/** Area and number, ten digits in all, out of `54 9 …`, `54 …` or `54 area 15 number`; null for anything else. */
function argentineNumber(digits: string): string | null {
  if (!digits.startsWith('54')) return null
  const rest = digits.slice(2)
  if (rest.length === 10) return /^(?:11|[23])/.test(rest) ? rest : null
  if (rest.length === 11) return /^9(?:11|[23])/.test(rest) ? rest.slice(1) : null
  if (rest.length !== 12 || !/^(?:11|[23])/.test(rest)) return null
  const area = argentineAreaLength(rest)
  return rest.startsWith('15', area) ? rest.slice(0, area) + rest.slice(area + 2) : null
}

function argentineAreaLength(national: string): number {
  if (national.startsWith('11')) return 2
  return ARGENTINA_THREE_DIGITS.test(national) ? 3 : 4
}

function mexico(digits: string): string[] {
  const number = /^521?([2-9]\d{9})$/.exec(digits)?.[1]
  return number === undefined ? [] : [`52${number}`, `521${number}`]
}
