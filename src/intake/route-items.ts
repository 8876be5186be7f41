import { type AccountRef, ANY_ACCOUNT, type DeadLetterReason, type InboundItem, OWN_ACCOUNT } from '../channels/port.ts'
import type { ChannelId } from '../domain/ids.ts'

type Item<To extends InboundItem['to']> = Extract<InboundItem, { to: To }>

/** An item whose channel is known. What nobody can be found for is a dead letter. */
export type RoutedItem =
  | { to: 'conversation'; channelId: ChannelId; item: Item<'conversation'> }
  | { to: 'delivery'; channelId: ChannelId; item: Item<'delivery'> }
  | { to: 'channel'; channelId: ChannelId; item: Item<'channel'> }
  | { to: 'dead_letter'; channelId: ChannelId | null; path: string; reason: DeadLetterReason; detail: string }

/** What routing needs to know of a channel. */
export interface RoutableChannel {
  id: ChannelId
  account_id: string
  business_id: string | null
  display_phone: string | null
}

/**
 * Gives each item to its channel. Only channels of the same app secret are asked: whoever can sign for one app says
 * nothing to the channels of another (contract.md, webhooks).
 * @param own the channel whose address was called
 * @param sharing all channels with its app secret, itself included
 */
export function routeItems(
  items: readonly InboundItem[],
  own: ChannelId,
  sharing: readonly RoutableChannel[],
): RoutedItem[] {
  const byAccount = new Map(sharing.map((channel) => [channel.account_id, channel.id]))
  return items.flatMap((item) => routeItem(item, own, sharing, byAccount))
}

function routeItem(
  item: InboundItem,
  own: ChannelId,
  sharing: readonly RoutableChannel[],
  byAccount: ReadonlyMap<string, ChannelId>,
): RoutedItem[] {
  switch (item.to) {
    case 'conversation':
    case 'delivery': {
      if (item.to === 'delivery' && item.account === ANY_ACCOUNT) {
        return sharing.map(({ id }) => ({ to: item.to, channelId: id, item }))
      }
      const channelId = item.account === OWN_ACCOUNT ? own : byAccount.get(item.account)
      if (channelId === undefined) return [unknownChannel(own, item.path, 'no channel has this account')]
      return [item.to === 'conversation' ? { to: item.to, channelId, item } : { to: item.to, channelId, item }]
    }
    case 'channel': {
      const channels = channelsOf(item.account, sharing)
      if (channels.length === 0) return [unknownChannel(own, item.path, 'no channel belongs to this account')]
      return channels.map(({ id }) => ({ to: item.to, channelId: id, item }))
    }
    case 'dead_letter': {
      const [channel] = item.account ? channelsOf(item.account, sharing) : []
      const { path, reason, detail } = item
      return [{ to: item.to, channelId: channel?.id ?? own, path, reason, detail }]
    }
  }
}

/**
 * The channels an account-level event is about: the number it names, else every number of the business account.
 * A number that is none of ours leaves nobody: its troubles must not be taken for its neighbour's.
 */
export function channelsOf(account: AccountRef, channels: readonly RoutableChannel[]): RoutableChannel[] {
  const { accountId, businessId, displayPhone } = account
  if (accountId !== undefined) return channels.filter((channel) => channel.account_id === accountId)
  const candidates =
    businessId === undefined ? channels : channels.filter((channel) => channel.business_id === businessId)
  if (displayPhone === undefined) return businessId === undefined ? [] : [...candidates]
  const digits = digitsOf(displayPhone)
  return candidates.filter((channel) => channel.display_phone !== null && digitsOf(channel.display_phone) === digits)
}

/** The same number is written with and without spaces and plus (reference §2.1). */
const digitsOf = (phone: string) => phone.replace(/\D/g, '')

const unknownChannel = (channelId: ChannelId, path: string, detail: string): RoutedItem => ({
  to: 'dead_letter',
  channelId,
  path,
  reason: 'unknown_channel',
  detail,
})
