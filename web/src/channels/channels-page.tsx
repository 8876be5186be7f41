import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, Smartphone } from 'lucide-react'
import { phoneQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { LINK_BUTTON, LINK_BUTTON_PLAIN } from '../ui/link-button.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { channelListQuery } from './api.ts'
import { ChannelCard } from './channel-card.tsx'
import { useChannelsLive } from './use-channels-live.ts'
import { channelWords } from './words.ts'

/** The connected accounts and how they are (M21). */
export function ChannelsPage() {
  const words = useRoomWords(channelWords)
  const channels = useQuery(channelListQuery)
  const phone = useQuery(phoneQuery)
  const me = useQuery(meQuery).data
  useChannelsLive()
  const mayConnect = me?.permissions.includes('channels.manage') && me.channelIds === null
  const connect = mayConnect && (
    <Link to="/channels/new" className={LINK_BUTTON}>
      <Plus size={16} aria-hidden="true" />
      {words.connect}
    </Link>
  )
  return (
    <Page title={words.title} intro={words.intro} actions={connect}>
      {phone.data && <PhoneCard />}
      <Loaded query={channels}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.empty} hint={words.emptyHint}>
              {connect}
            </Empty>
          ) : (
            <ul className="space-y-3">
              {items.map((channel) => (
                <li key={channel.id}>
                  <ChannelCard channel={channel} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  )
}

function PhoneCard() {
  const words = useRoomWords(channelWords)
  return (
    <section
      aria-label={words.phoneTitle}
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border border-line bg-selected p-4"
    >
      <Smartphone size={22} aria-hidden="true" className="shrink-0 text-accent" />
      <div className="min-w-52 flex-1">
        <h2 className="font-medium">{words.phoneTitle}</h2>
        <p className="text-[0.8125rem] text-soft">{words.phoneText}</p>
      </div>
      <a href="/simulator/phone" target="_blank" rel="noopener noreferrer" className={LINK_BUTTON_PLAIN}>
        {words.openPhone}
      </a>
    </section>
  )
}
