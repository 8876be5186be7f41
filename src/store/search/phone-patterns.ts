import { phoneVariants } from '../../domain/phone-variants.ts'

/** Patterns for a phone number as somebody typed it, under every form that it may be stored in; none if it is no number. */
export function phonePatterns(q: string): string[] {
  if (!/^[\d\s()+.\-/]+$/.test(q)) return []
  const digits = q.replace(/\D/g, '').replace(/^00/, '')
  return digits.length < 3 ? [] : phoneVariants(digits).map((variant) => `%${variant}%`)
}
