import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { ChannelId } from '../../domain/ids.ts'
import type { TokenAge } from '../../domain/token-renewal.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import type { AccountFacts } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { changeChannel } from './channels.ts'
import { openChannel } from './load-channel.ts'

/** Names a token without saying it: another one is known to be another. */
const markOf = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 16)

/** Channels of these providers that are in use. */
export async function channelsOfProviders(db: Db, providers: readonly string[]): Promise<ChannelId[]> {
  if (providers.length === 0) return []
  const rows = await db
    .selectFrom('channels')
    .select('id')
    .where('provider', 'in', providers)
    .where('deleted_at', 'is', null)
    .where('state', '<>', 'disconnected')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Takes a token's renewal for this process, if its time has come: the try is noted before the provider is asked, so that
 * of several servers one asks. A token that is seen for the first time is as old as this moment.
 */
export async function claimRenewal(
  db: Db,
  box: SecretBox,
  id: ChannelId,
  now: number,
  isDue: (age: TokenAge) => boolean,
): Promise<{ config: Record<string, unknown>; age: TokenAge } | null> {
  return inTransaction(db, async (tx) => {
    const row = await lockRow(tx, id)
    if (!row) return null
    const { config } = openChannel(row, box)
    const mark = markOf(String(config.accessToken))
    const known = row.account.token
    if (known?.mark !== mark) {
      // A person gave it: nobody has said when it ends.
      await setFacts(tx, id, {
        token: { mark, since: new Date(now).toISOString(), triedAt: null },
        tokenExpiresAt: null,
      })
      return null
    }
    const age: TokenAge = {
      since: Date.parse(known.since),
      endsAt: row.account.tokenExpiresAt ? Date.parse(row.account.tokenExpiresAt) : null,
      triedAt: known.triedAt === null ? null : Date.parse(known.triedAt),
    }
    if (!isDue(age)) return null
    await setFacts(tx, id, { token: { ...known, triedAt: new Date(now).toISOString() } })
    return { config, age }
  })
}

/** The new token takes the old one's place, unless a person has given another meanwhile. @returns whether it did */
export async function storeRenewedToken(
  db: Db,
  box: SecretBox,
  id: ChannelId,
  renewed: { from: string; accessToken: string; endsAt: number; now: number },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const row = await lockRow(tx, id)
    if (!row || openChannel(row, box).config.accessToken !== renewed.from) return false
    const account: AccountFacts = {
      tokenExpiresAt: new Date(renewed.endsAt).toISOString(),
      token: { mark: markOf(renewed.accessToken), since: new Date(renewed.now).toISOString(), triedAt: null },
    }
    const changes = { secrets: { accessToken: renewed.accessToken }, account }
    await changeChannel(tx, box, id, changes, { kind: 'system', id: null })
    return true
  })
}

const lockRow = (tx: Tx, id: ChannelId) =>
  tx
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()

const setFacts = (tx: Tx, id: ChannelId, facts: AccountFacts) =>
  tx
    .updateTable('channels')
    .set({ account: sql<string>`account || ${JSON.stringify(facts)}::jsonb` })
    .where('id', '=', id)
    .execute()
