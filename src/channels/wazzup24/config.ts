import { z } from 'zod'
import { apiAddress, secretWord, webhookKey } from '../account-values.ts'

export const WAZZUP_URL = 'https://api.wazzup24.com'

/** What is known of a channel at Wazzup (reference §12). */
export const wazzupAccount = z.object({
  /** Wazzup's id of its channel: messages name it */
  channelId: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be the id of a channel at Wazzup'),
  /** of the whole account at Wazzup */
  apiKey: secretWord,
  /** what Wazzup shows when it calls us: in the address, and as a bearer where it was given as `crmKey` */
  webhookKey,
  apiUrl: apiAddress.default(WAZZUP_URL),
})
export type WazzupAccount = z.output<typeof wazzupAccount>

/** Not there yet while a connection is only tried out. */
export const secretsOf = ({ apiKey, webhookKey }: WazzupAccount): string[] => [apiKey, webhookKey ?? '']
