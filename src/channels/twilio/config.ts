import { z } from 'zod'
import { apiAddress, secretWord } from '../account-values.ts'
import { ownNumber } from '../whatsapp-number.ts'

export const TWILIO_URL = 'https://api.twilio.com'

/** What is known of a WhatsApp sender at Twilio (reference §12). */
export const twilioAccount = z.object({
  /** the sender; events name it */
  phone: ownNumber,
  accountSid: z
    .string()
    .trim()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'must be AC and 32 characters'),
  /** Twilio signs its events with it, and takes it as the password of its API */
  authToken: secretWord,
  apiUrl: apiAddress.default(TWILIO_URL),
})

export type TwilioAccount = z.output<typeof twilioAccount>

/** Calls, and files, are asked for by name and password. */
export const credentialsOf = ({ accountSid, authToken }: TwilioAccount): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
})

/** Below the account; @param path with a leading slash, or empty */
export const accountUrl = ({ apiUrl, accountSid }: TwilioAccount, path: string): string =>
  `${apiUrl}/2010-04-01/Accounts/${accountSid}${path}.json`

/**
 * Contents live on a host of their own beside that of messages: `content.` for `api.` (Twilio's Content API).
 * @param path with a leading slash
 */
export const contentUrl = ({ apiUrl }: TwilioAccount, path: string, version: 'v1' | 'v2'): string =>
  `${apiUrl.replace(/^https:\/\/api\.((?:[a-z0-9-]+\.)*twilio\.com)(?=[:/]|$)/, 'https://content.$1')}/${version}${path}`

/** What Twilio calls a content, whether it is a template or not. */
export const isContentSid = (text: string | null | undefined): text is string => /^HX[0-9a-fA-F]{32}$/.test(text ?? '')
