import { z } from 'zod'
import { apiAddress, secretWord, webhookKey } from '../account-values.ts'

export const GREEN_API_URL = 'https://api.green-api.com'

/** What is known of an instance (reference §12). */
export const greenApiAccount = z.object({
  /** events name it */
  idInstance: z
    .string()
    .trim()
    .regex(/^\d{4,20}$/, 'must be the number of an instance'),
  /** stands in the path of every call */
  apiToken: secretWord,
  /** `webhookUrlToken`: what Green-API shows when it calls us */
  webhookKey,
  apiUrl: apiAddress.default(GREEN_API_URL),
})
export type GreenApiAccount = z.output<typeof greenApiAccount>

/** Not there yet while a connection is only tried out. */
export const secretsOf = ({ apiToken, webhookKey }: GreenApiAccount): string[] => [apiToken, webhookKey ?? '']
