import type { ChannelAdapter } from './port.ts'

/** Where a channel's events go, as far as everybody may know. */
export const webhookAddress = (publicUrl: string, channelId: string): string => `${publicUrl}/webhooks/${channelId}`

/** The whole address, with the key that proves who calls where the provider signs nothing: a secret (P8). */
export function webhookAddressWithKey(
  adapter: Pick<ChannelAdapter, 'addressKey'>,
  config: unknown,
  publicUrl: string,
  channelId: string,
): string {
  const address = webhookAddress(publicUrl, channelId)
  return adapter.addressKey ? `${address}?${adapter.addressKey(config)}` : address
}
