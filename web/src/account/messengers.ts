import type { ChannelDetails, ConnectionWay, Provider } from '../channels/api.ts'

/** What connects clients with us, as people call it; each is reached by one or more ways. */
export const MESSENGERS = {
  whatsapp: ['new_number', 'coexistence'],
  instagram: ['instagram'],
  'third-party': ['third_party'],
} as const satisfies Record<string, readonly ConnectionWay[]>

export type Messenger = keyof typeof MESSENGERS

export const isMessenger = (name: string): name is Messenger => Object.hasOwn(MESSENGERS, name)
export const messengerNames = Object.keys(MESSENGERS) as Messenger[]

/** Does one of the installation's adapters connect it? */
export const isServed = (messenger: Messenger, providers: readonly Provider[]): boolean =>
  providers.some((provider) => belongs(messenger, provider))

/** The channels of a messenger: those of the providers that serve it. */
export function channelsOf(
  messenger: Messenger,
  channels: readonly ChannelDetails[],
  providers: readonly Provider[],
): ChannelDetails[] {
  const names = new Set(providers.filter((one) => belongs(messenger, one)).map(({ provider }) => provider))
  return channels.filter(({ provider }) => names.has(provider))
}

const belongs = (messenger: Messenger, { ways }: Provider): boolean =>
  ways.some((way) => (MESSENGERS[messenger] as readonly ConnectionWay[]).includes(way))
