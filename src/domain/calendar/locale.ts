/**
 * A language as BCP 47 writes it, in its canonical form (`pt-br` is `pt-BR`).
 * @returns null for what is none, and for a language that this installation has no data of: dates would be written in
 * the machine's own
 */
export function canonicalLocale(text: string): string | null {
  if (text.length > 64) return null
  try {
    const [locale] = Intl.DateTimeFormat.supportedLocalesOf(text)
    return locale ?? null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
