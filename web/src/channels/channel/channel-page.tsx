import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { ApiFailure } from '../../api/request.ts'
import { meQuery } from '../../api/session.ts'
import { LINK_BUTTON_PLAIN } from '../../ui/link-button.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { type ChannelDetails, channelQuery } from '../api.ts'
import { ChannelTroubles } from '../channel-troubles.tsx'
import { StateBadge } from '../state-badge.tsx'
import { useChannelsLive } from '../use-channels-live.ts'
import { channelWords } from '../words.ts'
import { AccessCard } from './access-card.tsx'
import { BulkCard } from './bulk-card.tsx'
import { ChannelActions } from './channel-actions.tsx'
import { EventsCard } from './events-card.tsx'
import { LeaveCard } from './leave-card.tsx'
import { OptionsCard } from './options-card.tsx'
import { SecretsCard } from './secrets-card.tsx'
import { StandingCard } from './standing-card.tsx'

/** One account: how it stands, what it does with messages, and how it is left (M6, M13, M17–M19). */
export function ChannelPage() {
  const { channelId } = useParams({ from: '/app/channels/$channelId' })
  const words = useRoomWords(channelWords)
  const channel = useQuery(channelQuery(channelId))
  useChannelsLive()
  const isGone = channel.error instanceof ApiFailure && channel.error.status === 404
  if (isGone) {
    return (
      <Empty title={words.missing}>
        <Link to="/channels" className={LINK_BUTTON_PLAIN}>
          {words.back}
        </Link>
      </Empty>
    )
  }
  return <Loaded query={channel}>{(data) => <OneChannel key={data.id} channel={data} />}</Loaded>
}

function OneChannel({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(channelWords)
  const mayManage = useQuery(meQuery).data?.permissions.includes('channels.manage') ?? false
  const above = (
    <Link
      to="/channels"
      className="mb-2 inline-flex items-center gap-1 text-[0.8125rem] text-soft hover:text-ink pointer-coarse:min-h-11"
    >
      <ChevronLeft size={15} aria-hidden="true" />
      {words.back}
    </Link>
  )
  const intro = (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem]">
      <StateBadge state={channel.state} />
      {words.providers[channel.provider] ?? channel.provider}
      {channel.displayPhone && <span className="tabular-nums">{channel.displayPhone}</span>}
      {channel.coexistence && <span>{words.facts.inApp}</span>}
    </span>
  )
  return (
    <Page title={channel.name} intro={intro} above={above} actions={mayManage && <ChannelActions channel={channel} />}>
      <ChannelTroubles channel={channel} className="mb-4" />
      <div className="space-y-4">
        <StandingCard channel={channel} mayManage={mayManage} />
        {mayManage && (
          <>
            <OptionsCard channel={channel} />
            <BulkCard channel={channel} />
            <SecretsCard channel={channel} />
            <EventsCard channelId={channel.id} />
          </>
        )}
        <AccessCard channelId={channel.id} />
        {mayManage && <LeaveCard channel={channel} />}
      </div>
    </Page>
  )
}
