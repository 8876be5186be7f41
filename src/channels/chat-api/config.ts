import { z } from 'zod'
import { faultOf } from '../../outside/address.ts'
import { isLoopbackOrigin } from '../linked-file.ts'

const sendUrl = z
  .string()
  .trim()
  .max(2000)
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const isHere = url !== null && isLoopbackOrigin(url.origin)
    const fault = faultOf(text, isHere)
    if (url === null || fault !== null || url.hash !== '') {
      context.addIssue({ code: 'custom', message: fault ?? 'must be an address without a fragment' })
      return z.NEVER
    }
    return url.href
  })

/** What is known of a bridge (docs/channels/chat-api.md). */
export const chatApiAccount = z.object({
  /** what people call the service, in one word: two bridges are told apart by it */
  service: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u, 'must be one word of letters, digits, dots and dashes'),
  /** where messages go: https, or http on this machine */
  sendUrl,
  /** both sides prove themselves with it */
  secret: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{16,500}$/, 'must be one word of at least 16 printable characters'),
})
export type ChatApiAccount = z.output<typeof chatApiAccount>

export const bridgeOrigin = ({ sendUrl: address }: ChatApiAccount): string => new URL(address).origin
