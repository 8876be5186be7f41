import { MalformedItem, textAt } from '../wire/fields.ts'

/** Milliseconds since 1970, as text or number → Date. @throws MalformedItem when there is no such time before 5000 */
export function requiredMillis(from: unknown, key: string): Date {
  const text = textAt(from, key)
  if (text === null || !/^\d{1,14}$/.test(text)) throw new MalformedItem(`no usable ${key}`)
  return new Date(Number(text))
}
