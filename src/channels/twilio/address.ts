import { MalformedItem } from '../wire/fields.ts'

/** `whatsapp:+16505551234` → `16505551234`. @throws MalformedItem for what is of no WhatsApp number */
export function digitsIn(address: string | null): string {
  const digits = /^whatsapp:\+(\d{7,15})$/.exec(address ?? '')?.[1]
  if (digits === undefined) throw new MalformedItem('an address that is no WhatsApp number')
  return digits
}
