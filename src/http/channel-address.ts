import { adapterFor } from '../channels/registry.ts'
import { webhookAddress, webhookAddressWithKey } from '../channels/webhook-address.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import type { ChannelRow } from '../store/channels/load-channel.ts'
import type { HttpDeps, Principal } from './context.ts'
import { may } from './permissions.ts'

/**
 * The webhook address as somebody may see it. The key of a provider that signs nothing stands in it only for who may set
 * up channels: with it anybody could write in a client's name.
 */
export function channelAddress({
  database,
  secrets,
  config: { publicUrl },
  log,
}: Pick<HttpDeps, 'database' | 'secrets' | 'config' | 'log'>): (who: Principal, row: ChannelRow) => Promise<string> {
  const channels = channelCache(database, secrets)
  return async (who, row) => {
    const adapter = adapterFor(row.provider)
    const plain = webhookAddress(publicUrl, row.id)
    if (!adapter?.addressKey || !may(who, 'channels.manage')) return plain
    // Secrets that cannot be opened must not hide the channel itself; that they cannot is said.
    const channel = await channels.byId(row.id).catch((error: unknown) => {
      log.warn({ err: error, channel: row.id }, 'a channel’s webhook address is shown without its key')
      return null
    })
    return channel ? webhookAddressWithKey(adapter, channel.config, publicUrl, row.id) : plain
  }
}
