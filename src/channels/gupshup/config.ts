import { z } from 'zod'
import { apiAddress, secretWord, webhookKey } from '../account-values.ts'
import { ownNumber } from '../whatsapp-number.ts'

export const GUPSHUP_URL = 'https://api.gupshup.io'

/** What is known of an app at Gupshup (reference §12). An app has one number. */
export const gupshupAccount = z.object({
  /** what events call the account */
  appName: z
    .string()
    .trim()
    .regex(/^[\w .-]{1,100}$/, 'must be the name of an app'),
  /** what its newer calls name the app by: templates are listed and made with it */
  appId: z
    .string()
    .trim()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'must be the id of an app, as Gupshup shows it')
    .optional(),
  phone: ownNumber,
  apiKey: secretWord,
  /** what Gupshup shows when it calls us: it stands in the address */
  webhookKey,
  apiUrl: apiAddress.default(GUPSHUP_URL),
})

export type GupshupAccount = z.output<typeof gupshupAccount>
