import { z } from 'zod'
import { apiAddress, secretWord, webhookKey } from '../account-values.ts'

export const CHATAPP_URL = 'https://api.chatapp.online'

/** The messengers of a line that are WhatsApp: the ordinary one by its QR code, and the Business Platform (reference §12). */
export const WHATSAPP_MESSENGERS = ['grWhatsApp', 'caWhatsApp'] as const

/** What is known of a line at ChatApp (reference §12). */
export const chatAppAccount = z.object({
  /** the line's number and which of its messengers, as in the addresses of the API: events name both */
  line: z
    .string()
    .trim()
    .regex(/^\d{1,12}\/(grWhatsApp|caWhatsApp)$/, 'must be a line and its messenger, as 37233/grWhatsApp'),
  /** whom ChatApp's cabinet knows, and the app that it gave them */
  email: z.string().trim().max(254).email('must be the e-mail address of an account at ChatApp'),
  appId: z
    .string()
    .trim()
    .regex(/^[\w.-]{1,100}$/, 'must be the id of an app at ChatApp'),
  /** as it was chosen, spaces included */
  password: z.string().min(1, 'must not be empty').max(500),
  /** what stands in the webhook address, and is all that tells ChatApp from anybody else */
  webhookKey,
  apiUrl: apiAddress.default(CHATAPP_URL),
})
export type ChatAppAccount = z.output<typeof chatAppAccount>

/** A token as ChatApp gives it, fit for a header. */
export const isToken = (text: string | null): text is string => text !== null && secretWord.safeParse(text).success

/** Not there yet while a connection is only tried out. */
export const secretsOf = ({ password, webhookKey }: ChatAppAccount): string[] => [password, webhookKey ?? '']
