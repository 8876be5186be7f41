import type { Capabilities, ChannelAdapter } from './port.ts'
import { whatsAppCloud } from './whatsapp-cloud/adapter.ts'

/** Every provider that Parley speaks to. A new one is a folder of its own and a line here. */
const ADAPTERS = {
  'whatsapp-cloud': whatsAppCloud,
} as const satisfies Record<string, ChannelAdapter>

export type Provider = keyof typeof ADAPTERS

export const isProvider = (provider: string): provider is Provider => Object.hasOwn(ADAPTERS, provider)

/** The adapter of a channel's provider; null when there is none of that name. */
export function adapterFor(provider: Provider): ChannelAdapter
export function adapterFor(provider: string): ChannelAdapter | null
export function adapterFor(provider: string): ChannelAdapter | null {
  return isProvider(provider) ? ADAPTERS[provider] : null
}

/** What a channel's provider can do; null when there is none of that name. */
export const capabilitiesOf = (provider: string): Capabilities | null => adapterFor(provider)?.capabilities ?? null
