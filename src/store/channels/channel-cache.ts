import { sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import type { Database } from '../database.ts'
import type { SecretBox } from '../secret-box.ts'
import { type LoadedChannel, loadChannel, openChannel, signingKeyHash } from './load-channel.ts'

/** Channels for the hot paths (webhooks, sends): at most 2 s old, and fresh at once after a change by this process. */
export interface ChannelCache {
  byId(id: ChannelId): Promise<LoadedChannel | null>
  /** @param accountId what the provider routes by (`phone_number_id`) */
  byAccount(provider: string, accountId: string): Promise<LoadedChannel | null>
  /**
   * Channels whose events are signed with the same key, the channel itself included: its webhook address takes the
   * events of all of them (contract.md). While a key is changed, channels belong together by either of theirs.
   */
  sharingSecret(id: ChannelId): Promise<LoadedChannel[]>
  /** Forgets everything: call it after a channel was changed. */
  forget(): void
}

const MAX_AGE_MS = 2_000
/** Webhooks for made-up channel ids must not fill the memory. */
const MAX_ENTRIES = 2_000

const caches = new WeakMap<Database, ChannelCache>()

/** The one cache over a database, so that every route and activity of the process sees a change at once. */
export function channelCache(database: Database, secrets: SecretBox): ChannelCache {
  const known = caches.get(database)
  if (known) return known
  const cache = createCache(database, secrets)
  caches.set(database, cache)
  return cache
}

function createCache({ db }: Database, secrets: SecretBox): ChannelCache {
  const entries = new Map<string, { value: Promise<unknown>; until: number }>()

  function remember<T>(key: string, load: () => Promise<T>): Promise<T> {
    const now = performance.now()
    const entry = entries.get(key)
    if (entry && entry.until > now) return entry.value as Promise<T>
    if (entries.size >= MAX_ENTRIES) entries.clear()
    const value = load()
    const fresh = { value, until: now + MAX_AGE_MS }
    entries.set(key, fresh)
    // A failure is told to everyone who waits for it, and to nobody who asks later.
    value.catch(() => {
      if (entries.get(key) === fresh) entries.delete(key)
    })
    return value
  }

  const byId = (id: ChannelId) => remember(`id:${id}`, () => loadChannel(db, secrets, id))

  return {
    byId,
    byAccount: (provider, accountId) =>
      remember(`account:${provider}:${accountId}`, async () => {
        const row = await db
          .selectFrom('channels')
          .selectAll()
          .where('provider', '=', provider)
          .where('account_id', '=', accountId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst()
        return row ? openChannel(row, secrets) : null
      }),
    sharingSecret: (id) =>
      remember(`sharing:${id}`, async () => {
        const channel = await byId(id)
        if (!channel) return []
        const hashes = channel.signingKeys.map(signingKeyHash)
        const rows = await db
          .selectFrom('channels')
          .selectAll()
          .where('provider', '=', channel.row.provider)
          .where('deleted_at', 'is', null)
          .where((where) =>
            where.or([
              where('app_secret_hash', 'in', hashes),
              where(
                sql<string>`config ->> 'previousAppSecretHash'`,
                'in',
                hashes.map((hash) => hash.toString('hex')),
              ),
            ]),
          )
          .orderBy('id')
          .execute()
        return rows.map((row) => openChannel(row, secrets))
      }),
    forget: () => entries.clear(),
  }
}
