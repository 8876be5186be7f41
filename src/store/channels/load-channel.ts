import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { AccountForm } from '../../channels/port.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'
import type { ChannelsTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'

/** What `channels.secrets` holds, sealed: the provider's keys that are secret. */
export interface ChannelSecrets {
  [key: string]: string | null
  /** The signing key until now: still accepted while it is being changed. */
  previousAppSecret: string | null
}

/** A channel's row without what is encrypted in it. */
export type ChannelRow = Omit<Selectable<ChannelsTable>, 'secrets' | 'app_secret_hash' | 'config'> & {
  config: ChannelSettings
}

/** Which keys of the provider stand where in a row: the account, the business above it, what events are signed with. */
export type AccountKeys = Pick<AccountForm, 'id' | 'business' | 'signedWith'>

/** What `channels.config` holds, beside the provider's own keys. */
interface OwnSettings {
  /** Did the provider confirm the account when the channel was made or last changed? */
  checked: boolean
  /** Hex; lets channels of one app find each other while their secret is changed one by one. */
  previousAppSecretHash: string | null
  keys: AccountKeys
}

export interface ChannelSettings extends OwnSettings {
  /** The provider's keys that are no secret, beside those of the account and the business. */
  settings: Record<string, unknown>
}

/** A channel as adapters need it, with its secrets in the clear: never put it into an answer, a log or a history. */
export interface LoadedChannel {
  row: ChannelRow
  /** The adapter's configuration: its keys as they were given, by their names. */
  config: Record<string, unknown>
  /** What a webhook may have been signed with, the current one first. */
  signingKeys: string[]
}

/** Rows from before there were other providers name no keys. */
export const FIRST_KEYS: AccountKeys = { id: 'phoneNumberId', business: 'wabaId', signedWith: 'appSecret' }

/** Channels of one app are known by this; it is not the secret. */
export const signingKeyHash = (key: string): Buffer => createHash('sha256').update(key).digest()

/**
 * @returns null where there is no such channel, or where it was deleted (its secrets are gone then)
 * @throws when the key that its secrets were encrypted with is not known
 */
export async function loadChannel(db: Db | Tx, secrets: SecretBox, id: ChannelId): Promise<LoadedChannel | null> {
  const row = await db
    .selectFrom('channels')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ? openChannel(row, secrets) : null
}

/** A whole row as it may be shown. */
export function withoutSecrets(whole: Selectable<ChannelsTable>): ChannelRow {
  const { secrets: _sealed, app_secret_hash: _hash, config, ...row } = whole
  const {
    checked = false,
    previousAppSecretHash = null,
    keys = FIRST_KEYS,
    ...settings
  } = config as Partial<OwnSettings> & Record<string, unknown>
  return { ...row, config: { checked, previousAppSecretHash, keys, settings } }
}

/** As `channels.config` is stored. */
export const storedConfig = ({ settings, ...own }: ChannelSettings): string => JSON.stringify({ ...settings, ...own })

/** Decrypts a whole row. */
export function openChannel(whole: Selectable<ChannelsTable>, box: SecretBox): LoadedChannel {
  const row = withoutSecrets(whole)
  const { previousAppSecret, ...secrets } = box.open(whole.secrets) as ChannelSecrets
  const { keys, settings } = row.config
  const config = {
    ...settings,
    ...secrets,
    [keys.id]: row.account_id,
    ...(keys.business === null ? {} : { [keys.business]: row.business_id ?? '' }),
  }
  const current = secrets[keys.signedWith] ?? ''
  return { row, config, signingKeys: previousAppSecret === null ? [current] : [current, previousAppSecret] }
}
