import { Link } from '@tanstack/react-router'
import { useRoomWords } from '../words/room-words.ts'
import type { ChannelDetails } from './api.ts'
import { ChannelFacts } from './channel-facts.tsx'
import { ChannelTroubles } from './channel-troubles.tsx'
import { CopyText } from './copy-text.tsx'
import { StateBadge } from './state-badge.tsx'
import { channelWords } from './words.ts'

/** One connected account in the list of them. */
export function ChannelCard({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(channelWords)
  return (
    <section aria-label={channel.name} className="rounded-xl border border-line bg-panel p-4">
      <header className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate font-medium">
            <Link to="/channels/$channelId" params={{ channelId: channel.id }} className="hover:underline">
              <bdi>{channel.name}</bdi>
            </Link>
          </h2>
          <p className="text-[0.8125rem] text-soft">
            {words.providers[channel.provider] ?? channel.provider}
            {channel.displayPhone && <span className="tabular-nums"> · {channel.displayPhone}</span>}
            {channel.coexistence && ` · ${words.facts.inApp}`}
          </p>
        </div>
        <StateBadge state={channel.state} />
      </header>
      <ChannelTroubles channel={channel} className="mt-3" />
      <div className="mt-3">
        <ChannelFacts channel={channel} />
      </div>
      <h3 className="mt-3 mb-1 text-xs text-soft">{words.webhookUrl}</h3>
      <CopyText text={channel.webhookUrl} label={words.copyAddress(channel.name)} />
    </section>
  )
}
