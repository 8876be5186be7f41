import { webhookAddressWithKey } from '../channels/webhook-address.ts'
import type { ChannelId } from '../domain/ids.ts'
import { channelCache } from '../store/channels/channel-cache.ts'
import { findChannel, noteChannelTrouble } from '../store/channels/channels.ts'
import { type ChannelRow, loadChannel } from '../store/channels/load-channel.ts'
import { inTransaction } from '../store/index.ts'
import { adapterOf, directEvents } from './channel-account.ts'
import type { HttpDeps } from './context.ts'
import { askPhoneAppOnce } from './phone-app.ts'
import { syncChannelTemplates } from './template-sync.ts'

/** A longer list is left to the next synchronisation (template-sync.ts). */
const SYNC_PATIENCE_MS = 10_000

/**
 * Directs an account's events here and asks what there is to ask. After the commit, for the provider tries the address at
 * once. What goes wrong is shown, and stops nothing.
 */
export async function directChannel(deps: HttpDeps, id: ChannelId): Promise<ChannelRow | null> {
  const { db } = deps.database
  const channel = await loadChannel(db, deps.secrets, id)
  if (!channel) return null
  const { row, config } = channel
  const address = webhookAddressWithKey(adapterOf(row.provider), config, deps.config.publicUrl, id)
  const trouble = await directEvents(row.provider, config, address)
  await inTransaction(db, (tx) => noteChannelTrouble(tx, id, trouble))
  if (trouble === null) await askPhoneAppOnce(deps, id)
  await syncChannelTemplates(deps, id, { kind: 'system', id: null }, AbortSignal.timeout(SYNC_PATIENCE_MS))
  channelCache(deps.database, deps.secrets).forget()
  return findChannel(db, id)
}
