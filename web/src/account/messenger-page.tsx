import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { meQuery } from '../api/session.ts'
import { channelListQuery, providersQuery } from '../channels/api.ts'
import { ChannelCard } from '../channels/channel-card.tsx'
import { useChannelsLive } from '../channels/use-channels-live.ts'
import { LINK_BUTTON, LINK_BUTTON_PLAIN } from '../ui/link-button.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { channelsOf, isMessenger, isServed, MESSENGERS, type Messenger } from './messengers.ts'
import { Trail } from './trail.tsx'
import { accountWords } from './words.ts'

/** Account → Integrations → Messengers → one of them (M21). */
export function MessengerPage() {
  const { messenger } = useParams({ from: '/app/account/integrations/messengers/$messenger' })
  const words = useRoomWords(accountWords)
  return isMessenger(messenger) ? <OneMessenger messenger={messenger} /> : <Empty title={words.missing} />
}

function OneMessenger({ messenger }: { messenger: Messenger }) {
  const words = useRoomWords(accountWords)
  const { locale } = useLanguage()
  const providers = useQuery(providersQuery(locale))
  const channels = useQuery(channelListQuery)
  const me = useQuery(meQuery).data
  useChannelsLive()
  const mayConnect = me?.permissions.includes('channels.manage') && me.channelIds === null
  const ways = MESSENGERS[messenger]
  const only = ways.length === 1 ? ways[0] : undefined
  const connect = (label: string) => (
    <Link to="/channels/new" search={only ? { way: only } : {}} className={LINK_BUTTON}>
      {label}
    </Link>
  )
  const above = (
    <Trail
      steps={[
        { label: words.title, link: { to: '/account/integrations' } },
        { label: words.messengers.title, link: { to: '/account/integrations/messengers' } },
      ]}
    />
  )
  return (
    <Page title={words.messengers.names[messenger]} intro={words.messengers.texts[messenger]} above={above}>
      <Loaded query={providers}>
        {(known) => (
          <Loaded query={channels}>
            {(all) => {
              const its = channelsOf(messenger, all, known)
              const label = !isServed(messenger, known)
                ? words.connectHow
                : its.length > 0
                  ? words.connectMore
                  : words.connect
              return (
                <>
                  <h2 className="mb-2 font-medium">{words.channels}</h2>
                  {its.length === 0 && <p className="text-soft">{words.noChannels}</p>}
                  <ul className="space-y-3">
                    {its.map((channel) => (
                      <li key={channel.id}>
                        <ChannelCard channel={channel} />
                      </li>
                    ))}
                  </ul>
                  <div className="mt-4 flex flex-wrap gap-2">
                    {mayConnect && connect(label)}
                    <Link to="/channels" className={LINK_BUTTON_PLAIN}>
                      {words.allChannels}
                    </Link>
                  </div>
                  {!mayConnect && (
                    <Notice look="plain" className="mt-3">
                      {words.needsAdmin}
                    </Notice>
                  )}
                </>
              )
            }}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}
