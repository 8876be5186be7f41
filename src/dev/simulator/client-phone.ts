import { z } from 'zod'

/** As a person writes it; kept without blanks and brackets. */
export const clientPhone = z
  .string()
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+\d{7,15}$/, 'must be a number with its country code'))

/** A number in an address: a plus that nobody encoded is a blank. */
export const phoneInQuery = (text: string | undefined): string | undefined =>
  text?.replace(/^ /, '+').replace(/[\s().-]/g, '')
