import { chatApi } from './chat-api/adapter.ts'
import { chatApp } from './chatapp/adapter.ts'
import { dialog360 } from './dialog360/adapter.ts'
import { greenApi } from './green-api/adapter.ts'
import { gupshup } from './gupshup/adapter.ts'
import { instagram } from './instagram/adapter.ts'
import type { Capabilities, ChannelAdapter } from './port.ts'
import { twilio } from './twilio/adapter.ts'
import { wazzup24 } from './wazzup24/adapter.ts'
import { whatsAppCloud } from './whatsapp-cloud/adapter.ts'

/** Every provider that Parley speaks to. A new one is a folder of its own and a line here. */
const ADAPTERS = {
  'whatsapp-cloud': whatsAppCloud,
  instagram,
  dialog360,
  twilio,
  gupshup,
  'chat-api': chatApi,
  'green-api': greenApi,
  wazzup24,
  chatapp: chatApp,
} as const satisfies Record<string, ChannelAdapter>

export type Provider = keyof typeof ADAPTERS

export const isProvider = (provider: string): provider is Provider => Object.hasOwn(ADAPTERS, provider)

/** The adapter of a channel's provider; null when there is none of that name. */
export function adapterFor(provider: Provider): ChannelAdapter
export function adapterFor(provider: string): ChannelAdapter | null
export function adapterFor(provider: string): ChannelAdapter | null {
  return isProvider(provider) ? ADAPTERS[provider] : null
}

/** All of them, for who chooses one. */
export const allAdapters = (): ChannelAdapter[] => Object.values(ADAPTERS)

/** What a channel's provider can do; null when there is none of that name. */
export const capabilitiesOf = (provider: string): Capabilities | null => adapterFor(provider)?.capabilities ?? null
