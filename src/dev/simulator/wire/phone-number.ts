import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/**
 * The wa_id under which WhatsApp knows a number. Both ways of writing a number of Brazil, Mexico or Argentina
 * lead to one account, so the answer may differ from what was asked for (reference §2.1, §5.1).
 * @param digits country code and number, nothing else
 */
export function canonicalWaId(digits: string): string {
  const brazil = /^55(\d\d)(9?)(\d{8})$/.exec(digits)
  if (brazil) {
    const [, area = '', nine = '', rest = ''] = brazil
    // Accounts of areas beyond 30 were opened before the ninth digit came; landlines never have it.
    if (Number(area) > 30) return `55${area}${rest}`
    return nine || /^[6-9]/.test(rest) ? `55${area}9${rest}` : digits
  }
  if (/^52[2-9]\d{9}$/.test(digits)) return `521${digits.slice(2)}`
  if (/^54[1-8]\d{9}$/.test(digits)) return `549${digits.slice(2)}`
  return digits
}

/**
 * The wa_id that a `to` leads to. Without `+` the number is taken for a local one of the business's country,
 * and the message goes astray (reference §5.1).
 * @returns null when it is no phone number at all
 */
export function recipientOf(to: string, businessPhone: string): string | null {
  const digits = to.replace(/[\s().+-]/g, '')
  if (!/^\d{5,17}$/.test(digits)) return null
  if (to.trim().startsWith('+')) return canonicalWaId(digits)
  return canonicalWaId(`${countryCodeOf(businessPhone)}${digits.replace(/^0+/, '')}`)
}

/** `15550783881` → `+1 555-078-3881`, as the Graph field of that name has it. */
export function formatPhone(displayPhone: string): string {
  const digits = displayPhone.replace(/\D/g, '')
  const american = /^1(\d{3})(\d{3})(\d{4})$/.exec(digits)
  if (american) return `+1 ${american[1]}-${american[2]}-${american[3]}`
  return parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? `+${digits}`
}

/** The calling code of a number; 1 where it cannot be told (Meta's test numbers are American). */
function countryCodeOf(phone: string): string {
  return parsePhoneNumberFromString(`+${phone.replace(/\D/g, '')}`)?.countryCallingCode ?? '1'
}
