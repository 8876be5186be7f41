import { z } from 'zod'
import { apiAddress, secretWord } from '../account-values.ts'

export interface WhatsAppCloudConfig {
  /** Meta's id of the number, `phone_number_id` in webhooks. */
  phoneNumberId: string
  /** The WhatsApp business account that the number belongs to. */
  wabaId: string
  accessToken: string
  appSecret: string
  /** Where the Graph API is, without a version: the adapter adds it. No slash at the end. */
  graphUrl: string
}

/** The version whose behaviour reference/whatsapp-cloud-api.md describes. */
export const GRAPH_VERSION = 'v24.0'
export const META_GRAPH_URL = 'https://graph.facebook.com'

export const graphId = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be an id as Meta shows it')

/** Comes back in a query string, and is compared as it is. */
const verifyToken = z.string().regex(/^[\x21-\x7e]{1,500}$/, 'must be one word of printable characters')

/** Checks what the Graph API is called with; unknown keys are dropped. */
export const whatsAppCloudConfig = z.object({
  phoneNumberId: graphId,
  wabaId: graphId,
  accessToken: secretWord,
  appSecret: secretWord,
  graphUrl: apiAddress.default(META_GRAPH_URL),
})

/** All that is known of an account: what the Graph API is called with, and what Meta checks the webhook address with. */
export const whatsAppCloudAccount = whatsAppCloudConfig.extend({ verifyToken })
export type WhatsAppCloudAccount = z.output<typeof whatsAppCloudAccount>
