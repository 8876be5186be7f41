import type { Channel } from '../api/types.ts'
import { readSetting } from '../ui/settings.ts'

export const CHANNEL_SETTING = 'new-conversation.channel'

/** Over Instagram nobody can be written to first. */
export const writingChannels = (channels: readonly Channel[]): Channel[] =>
  channels.filter(({ provider }) => provider !== 'instagram')

/** The wanted one, else the one that was used last, else the first that can send. */
export function firstChannel(channels: readonly Channel[], wanted: string | undefined): Channel | undefined {
  const possible = writingChannels(channels)
  const byId = (id: string | null | undefined) => possible.find((channel) => channel.id === id)
  return (
    byId(wanted) ??
    byId(readSetting(CHANNEL_SETTING)) ??
    possible.find(({ state }) => state === 'connected') ??
    possible[0]
  )
}
