import type { ProviderMessageId } from '../../domain/ids.ts'
import type { MessageContext } from '../../domain/message.ts'
import { at, idAt, objectAt } from '../wire/fields.ts'

/** What rides on a message of any kind: quote, forwarding mark, advertisement, product (reference §2.3). */
export function readContext(message: unknown): MessageContext {
  const context = objectAt(message, 'context')
  return {
    quoted: idAt(context, 'id') as ProviderMessageId | null,
    forwarded:
      at(context, 'frequently_forwarded') === true
        ? 'frequently'
        : at(context, 'forwarded') === true
          ? 'forwarded'
          : 'no',
    referral: objectAt(message, 'referral'),
    product: objectAt(context, 'referred_product'),
  }
}
