import { z } from 'zod'

/** A token in a header must be printable; one with a line break in it was pasted wrong. */
export const secretWord = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,2000}$/, 'must be one word of printable characters')

/** The word that a provider shows when it calls us (`WEBHOOK_KEY` in connection-fields.ts). */
export const webhookKey = z
  .string()
  .regex(/^[\x21-\x7e]{16,500}$/, 'must be one word of 16 printable characters or more')

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname)

/** https, or http on this machine; no slash at the end. */
export const apiAddress = z
  .string()
  .trim()
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const allowed = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)))
    if (
      url === null ||
      !allowed ||
      url.username !== '' ||
      url.password !== '' ||
      url.search !== '' ||
      url.hash !== ''
    ) {
      context.addIssue({ code: 'custom', message: 'must be an https address (http only on this machine)' })
      return z.NEVER
    }
    return url.href.replace(/\/+$/, '')
  })
