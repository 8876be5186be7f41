import { z } from 'zod'
import { apiAddress, secretWord, webhookKey } from '../account-values.ts'
import { graphId } from '../whatsapp-cloud/config.ts'
import type { GraphSecrets } from '../whatsapp-cloud/errors.ts'
import type { GraphAccess } from '../whatsapp-cloud/graph-client.ts'

export const DIALOG360_URL = 'https://waba-v2.360dialog.io'

/** What is known of a number at 360dialog (reference §12). */
export const dialog360Account = z.object({
  /** Meta's id of the number: events name it */
  phoneNumberId: graphId,
  wabaId: graphId,
  /** of this one number */
  apiKey: secretWord,
  /** what 360dialog shows when it calls us */
  webhookKey,
  apiUrl: apiAddress.default(DIALOG360_URL),
})

export type Dialog360Account = z.output<typeof dialog360Account>

/** Their API as the client of Meta's API calls it. */
export const graphOf = ({ apiUrl, apiKey, webhookKey }: Dialog360Account): GraphAccess & GraphSecrets => ({
  graphUrl: apiUrl,
  accessToken: apiKey,
  keyHeader: 'D360-API-KEY',
  // Not there yet while a connection is only tried out.
  appSecret: webhookKey ?? '',
})
