import type { ConversationEvent, IdentityValue } from '../domain/conversation-event.ts'
import type { ChannelName } from '../store/intake/names.ts'
import type { RoutedItem } from './route-items.ts'

/** Every name that items bring, for the lookup. */
export function namesIn(items: readonly RoutedItem[]): ChannelName[] {
  return items.flatMap((routed) => {
    if (routed.to !== 'conversation' && routed.to !== 'delivery') return []
    const names =
      routed.to === 'delivery'
        ? routed.item.status.identities
        : [...routed.item.identities, ...announcedNames(routed.item.event)]
    return names.map(({ kind, value }) => ({ channelId: routed.channelId, kind, value }))
  })
}

/** Names that the client has from this event on. */
export const announcedNames = (event: ConversationEvent): IdentityValue[] =>
  event.kind === 'contact.number_changed' ? event.to : []
