import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { WhatsAppCloudConfig } from '../../channels/whatsapp-cloud/config.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { Db, Tx } from '../database.ts'
import type { ChannelsTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'

/** What `channels.secrets` holds, sealed. */
export interface ChannelSecrets {
  accessToken: string
  appSecret: string
  /** Still accepted while an app secret is being rotated. */
  previousAppSecret: string | null
  verifyToken: string
}

/** A channel's row without what is encrypted in it. */
export type ChannelRow = Omit<Selectable<ChannelsTable>, 'secrets' | 'app_secret_hash' | 'config'> & {
  config: ChannelSettings
}

/** What `channels.config` holds: the provider's settings that are no secret. */
export interface ChannelSettings {
  graphUrl: string
  /** Did the provider confirm the account when the channel was made or last changed? */
  checked: boolean
  /** Hex; lets channels of one app find each other while their secret is rotated one by one. */
  previousAppSecretHash: string | null
}

/** A channel as adapters need it, with its secrets in the clear: never put it into an answer, a log or a history. */
export interface LoadedChannel {
  row: ChannelRow
  /** The adapter's configuration. */
  config: WhatsAppCloudConfig
  /** Secrets that a webhook's signature may have been made with, the current one first. */
  appSecrets: string[]
  verifyToken: string
}

/** Channels of one app are known by this; it is not the secret. */
export const appSecretHash = (appSecret: string): Buffer => createHash('sha256').update(appSecret).digest()

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
    graphUrl,
    checked = false,
    previousAppSecretHash = null,
  } = config as Pick<ChannelSettings, 'graphUrl'> & Partial<ChannelSettings>
  return { ...row, config: { graphUrl, checked, previousAppSecretHash } }
}

/** Decrypts a whole row. */
export function openChannel(whole: Selectable<ChannelsTable>, secrets: SecretBox): LoadedChannel {
  const row = withoutSecrets(whole)
  const { accessToken, appSecret, previousAppSecret, verifyToken } = secrets.open(whole.secrets) as ChannelSecrets
  return {
    row,
    config: {
      phoneNumberId: row.account_id,
      wabaId: row.business_id ?? '',
      accessToken,
      appSecret,
      graphUrl: row.config.graphUrl,
    },
    appSecrets: previousAppSecret === null ? [appSecret] : [appSecret, previousAppSecret],
    verifyToken,
  }
}
