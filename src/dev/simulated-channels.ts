import type { Provider } from '../channels/registry.ts'
import type { Config } from '../config.ts'
import { type LoadedChannel, openChannel } from '../store/channels/load-channel.ts'
import type { Database } from '../store/index.ts'
import type { SecretBox } from '../store/secret-box.ts'

/** Who is played: which key of a channel holds the provider's address, and where below `/simulator` its stand-in is. */
const PLAYED = {
  'whatsapp-cloud': { key: 'graphUrl', path: 'graph' },
  instagram: { key: 'graphUrl', path: 'instagram' },
  dialog360: { key: 'apiUrl', path: 'dialog360' },
  twilio: { key: 'apiUrl', path: 'twilio' },
  gupshup: { key: 'apiUrl', path: 'gupshup' },
  'green-api': { key: 'apiUrl', path: 'green-api' },
  wazzup24: { key: 'apiUrl', path: 'wazzup24' },
  chatapp: { key: 'apiUrl', path: 'chatapp' },
  'chat-api': { key: 'sendUrl', path: 'chat-api' },
} as const satisfies Partial<Record<Provider, { key: string; path: string }>>
export type PlayedProvider = keyof typeof PLAYED

/** Provider calls stay on this machine, whatever the public address is. */
const ownUrl = ({ host, port }: Config): string =>
  `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`

/** Where the stand-in of a provider is called. */
export const simulatorUrl = (config: Config, provider: PlayedProvider): string =>
  `${ownUrl(config)}/simulator/${PLAYED[provider].path}`

const isPlayed = (provider: string): provider is PlayedProvider => Object.hasOwn(PLAYED, provider)

const isSimulated = (provider: PlayedProvider, settings: Record<string, unknown>): boolean =>
  new RegExp(`/simulator/${PLAYED[provider].path}/?$`).test(String(settings[PLAYED[provider].key]))

/**
 * The provider's address in a channel's configuration, where it is the simulator's and has changed, for the port may be
 * another one than at the last start; null: it stays.
 */
export function movedAddress(
  own: Config,
  { provider, config }: { provider: string; config: Record<string, unknown> },
): Record<string, string> | null {
  if (!isPlayed(provider) || !isSimulated(provider, config)) return null
  const { key } = PLAYED[provider]
  const now = simulatorUrl(own, provider)
  return config[key] === now ? null : { [key]: now }
}

/** A channel that points at the simulator. */
export interface SimulatedChannel extends LoadedChannel {
  /** what its events are proved by */
  signingKey: string
  /** where its events are posted to, on this machine */
  webhookUrl: string
  /** the same as the world knows it */
  publicUrl: string
}

/** The channels of a provider that point at its stand-in, the oldest first. */
export async function simulatedChannels(
  { config: own, database, secrets }: { config: Config; database: Database; secrets: SecretBox },
  provider: PlayedProvider,
): Promise<SimulatedChannel[]> {
  const rows = await database.db
    .selectFrom('channels')
    .selectAll()
    .where('provider', '=', provider)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows
    .filter((row) => isSimulated(provider, row.config))
    .map((row) => {
      const loaded = openChannel(row, secrets)
      return {
        ...loaded,
        signingKey: loaded.signingKeys[0] ?? '',
        webhookUrl: `${ownUrl(own)}/webhooks/${row.id}`,
        publicUrl: `${own.publicUrl}/webhooks/${row.id}`,
      }
    })
}
