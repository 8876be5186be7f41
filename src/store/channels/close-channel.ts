import type { ChannelId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'
import { recordLive } from '../live-events.ts'
import type { ClosedChannel } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'
import { type ChannelRow, type ChannelSecrets, withoutSecrets } from './load-channel.ts'

/**
 * The end of a connection, said here (M6). What its events are signed with stays: what is still on its way is taken, and
 * history is kept. Repeating it changes nothing.
 * @param tokens the secrets that the provider is called with: they are gone for good
 * @returns null where there is no such channel
 */
export async function closeChannel(
  tx: Tx,
  box: SecretBox,
  id: ChannelId,
  tokens: readonly string[],
  closed: ClosedChannel,
): Promise<ChannelRow | null> {
  const before = await tx
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!before) return null
  // Resumed by somebody else in between: their word is the newer one.
  if (before.state !== 'disconnected' || before.closed) return withoutSecrets(before)
  const secrets: ChannelSecrets = { ...(box.open(before.secrets) as ChannelSecrets) }
  for (const key of tokens) secrets[key] = ''
  const row = await tx
    .updateTable('channels')
    .set({ secrets: box.seal(secrets), closed: JSON.stringify(closed) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordLive(tx, [{ event: 'channel', data: { channelId: id, state: row.state } }])
  return withoutSecrets(row)
}

/** It has a token again. */
export async function reopenChannel(tx: Tx, id: ChannelId): Promise<void> {
  await tx.updateTable('channels').set({ closed: null }).where('id', '=', id).where('closed', 'is not', null).execute()
}

/** Does another channel that is in use live off the same business account? */
export async function businessIsShared(db: Db, { id, provider, business_id }: ChannelRow): Promise<boolean> {
  if (business_id === null) return false
  const other = await db
    .selectFrom('channels')
    .select('id')
    .where('provider', '=', provider)
    .where('business_id', '=', business_id)
    .where('id', '<>', id)
    .where('state', '<>', 'disconnected')
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return other !== undefined
}

const PIN = 'registrationPin'

/** The number's two-step PIN that Parley chose; made up and kept, encrypted, before it is first used. */
export async function keptPin(tx: Tx, box: SecretBox, id: ChannelId, made: string): Promise<string | null> {
  const row = await tx
    .selectFrom('channels')
    .select('secrets')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) return null
  const secrets = box.open(row.secrets) as ChannelSecrets
  const known = secrets[PIN]
  if (known) return known
  await tx
    .updateTable('channels')
    .set({ secrets: box.seal({ ...secrets, [PIN]: made }) })
    .where('id', '=', id)
    .execute()
  return made
}
