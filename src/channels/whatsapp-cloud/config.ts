import { z } from 'zod'

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

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname)

/** A token in a header must be printable; one with a line break in it was pasted wrong. */
const secret = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,2000}$/, 'must be one word of printable characters')
const graphId = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be an id as Meta shows it')

const graphUrl = z
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

/** Checks what a person or a script gave for a channel; unknown keys are dropped. */
export const whatsAppCloudConfig = z.object({
  phoneNumberId: graphId,
  wabaId: graphId,
  accessToken: secret,
  appSecret: secret,
  graphUrl: graphUrl.default(META_GRAPH_URL),
})
