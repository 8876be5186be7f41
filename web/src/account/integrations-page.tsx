import { useQuery } from '@tanstack/react-query'
import { Camera, Code, MessageCircle, Plug, PlugZap, Webhook } from 'lucide-react'
import { meQuery } from '../api/session.ts'
import { channelListQuery, providersQuery } from '../channels/api.ts'
import { Badge } from '../ui/badge.tsx'
import { Page } from '../ui/page.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { EntryLink } from './entry-link.tsx'
import { channelsOf, isServed, type Messenger, messengerNames } from './messengers.ts'
import { Trail } from './trail.tsx'
import { accountWords } from './words.ts'

const ICONS = { whatsapp: MessageCircle, instagram: Camera, 'third-party': Plug }
const LIST = 'divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel'

/** Account → Integrations (M21). */
export function IntegrationsPage() {
  const words = useRoomWords(accountWords)
  const permissions = useQuery(meQuery).data?.permissions ?? []
  const { systems } = words
  const others = (
    [
      {
        needs: 'webhooks.manage',
        to: '/settings/webhooks',
        icon: Webhook,
        title: systems.webhooks,
        text: systems.webhooksText,
      },
      {
        needs: 'endpoints.manage',
        to: '/settings/endpoints',
        icon: PlugZap,
        title: systems.endpoints,
        text: systems.endpointsText,
      },
      { needs: 'tokens.manage', to: '/settings/tokens', icon: Code, title: systems.api, text: systems.apiText },
    ] as const
  ).filter(({ needs }) => permissions.includes(needs))
  return (
    <Page title={words.title} intro={words.intro}>
      <h2 className="mb-2 font-medium">{words.messengers.title}</h2>
      <MessengerList />
      {others.length > 0 && (
        <>
          <h2 className="mt-6 mb-2 font-medium">{systems.title}</h2>
          <ul className={LIST}>
            {others.map(({ to, icon, title, text }) => (
              <li key={to}>
                <EntryLink link={{ to }} icon={icon} title={title} text={text} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  )
}

/** Account → Integrations → Messengers. */
export function MessengersPage() {
  const words = useRoomWords(accountWords)
  return (
    <Page
      title={words.messengers.title}
      intro={words.messengers.intro}
      above={<Trail steps={[{ label: words.title, link: { to: '/account/integrations' } }]} />}
    >
      <MessengerList />
    </Page>
  )
}

function MessengerList() {
  const { messengers: words } = useRoomWords(accountWords)
  return (
    <ul className={LIST}>
      {messengerNames.map((messenger) => (
        <li key={messenger}>
          <EntryLink
            link={{ to: '/account/integrations/messengers/$messenger', params: { messenger } }}
            icon={ICONS[messenger]}
            title={words.names[messenger]}
            text={words.texts[messenger]}
            state={<MessengerState messenger={messenger} />}
          />
        </li>
      ))}
    </ul>
  )
}

function MessengerState({ messenger }: { messenger: Messenger }) {
  const { messengers: words } = useRoomWords(accountWords)
  const { locale } = useLanguage()
  const providers = useQuery(providersQuery(locale)).data
  const channels = useQuery(channelListQuery).data
  if (!providers || !channels) return null
  if (!isServed(messenger, providers)) return <Badge>{words.notHere}</Badge>
  const its = channelsOf(messenger, channels, providers)
  const troubled = its.filter(({ state }) => state !== 'connected' && state !== 'paused').length
  return (
    <>
      <Badge look={its.length > 0 ? 'success' : 'plain'}>{its.length > 0 ? words.count(its.length) : words.none}</Badge>
      {troubled > 0 && <Badge look="danger">{words.trouble(troubled)}</Badge>}
    </>
  )
}
