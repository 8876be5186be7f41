import type { ProviderMessageId } from '../../domain/ids.ts'
import type { MediaKind } from '../../domain/message.ts'
import type { OutgoingBody, SendOutcome } from '../port.ts'

/** What the answer tells beside the id. */
type Seen = Partial<Pick<Extract<SendOutcome, { outcome: 'accepted' }>, 'identities' | 'held'>>

/**
 * A provider's yes to a send, by its id of the message. A yes without one says nothing that can be relied on: nobody
 * knows what became of the message, and the call must not be repeated (P3).
 */
export const acceptedAs = (id: string | null, { identities = [], held = false }: Seen = {}): SendOutcome =>
  id === null
    ? { outcome: 'unknown', detail: 'HTTP 2xx without a message id' }
    : { outcome: 'accepted', providerMessageId: id as ProviderMessageId, identities, held }

/**
 * Why a file cannot leave with the words beside it: they would be lost on the way. null: it can, or it has none.
 * @param takeCaptions kinds of files that the provider takes words with
 */
export const captionRefusal = (
  body: OutgoingBody,
  takeCaptions: readonly MediaKind[],
): { code: 'caption_not_supported'; detail: string } | null =>
  body.kind === 'media' && body.caption !== null && !takeCaptions.includes(body.media)
    ? { code: 'caption_not_supported', detail: `${body.media} takes no caption` }
    : null
