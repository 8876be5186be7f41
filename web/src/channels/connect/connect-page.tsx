import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useState } from 'react'
import { meQuery } from '../../api/session.ts'
import { Select } from '../../ui/field.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { type ConnectionWay, type Provider, providersQuery } from '../api.ts'
import { channelWords } from '../words.ts'
import { ConnectForm } from './connect-form.tsx'
import { ConnectedSteps } from './connected-steps.tsx'
import { NoProvider } from './no-provider.tsx'
import { SignupCard } from './signup-card.tsx'
import { WayChoice } from './way-choice.tsx'
import { WayNotes } from './way-notes.tsx'
import { connectWords } from './words.ts'

interface Made {
  channelId: string
  verifyToken: string
}

/** From the question what to connect to the first message that arrives (M2–M5). */
export function ConnectPage() {
  const words = useRoomWords(connectWords)
  const channels = useRoomWords(channelWords)
  const { words: common, locale } = useLanguage()
  const { way } = useSearch({ from: '/app/channels/new' })
  const providers = useQuery(providersQuery(locale))
  const me = useQuery(meQuery).data
  const [made, setMade] = useState<Made | null>(null)
  const mayConnect = me?.permissions.includes('channels.manage') && me.channelIds === null
  const above = (
    <Link
      to={way && !made ? '/channels/new' : '/channels'}
      search={{}}
      className="mb-2 inline-flex items-center gap-1 text-[0.8125rem] text-soft hover:text-ink pointer-coarse:min-h-11"
    >
      <ChevronLeft size={15} aria-hidden="true" />
      {way && !made ? words.otherWay : channels.back}
    </Link>
  )
  if (made) return <ConnectedSteps {...made} above={above} />
  if (!way) {
    return (
      <Page title={words.title} intro={words.chooseIntro} above={above}>
        <Loaded query={providers}>{(items) => <WayChoice providers={items} />}</Loaded>
      </Page>
    )
  }
  return (
    <Page title={words.ways[way].title} intro={words.ways[way].intro} above={above}>
      <WayNotes way={way} />
      {mayConnect ? (
        <Loaded query={providers}>{(items) => <OneWay way={way} providers={items} onMade={setMade} />}</Loaded>
      ) : (
        <Notice look="warning">{common.errors.forbidden}</Notice>
      )}
    </Page>
  )
}

function OneWay({
  way,
  providers,
  onMade,
}: {
  way: ConnectionWay
  providers: Provider[]
  onMade: (made: Made) => void
}) {
  const words = useRoomWords(connectWords)
  const fitting = providers.filter(({ ways }) => ways.includes(way))
  const [chosen, setChosen] = useState(fitting[0]?.provider)
  const provider = fitting.find((one) => one.provider === chosen) ?? fitting[0]
  if (!provider) return <NoProvider way={way} />
  return (
    <>
      {fitting.length > 1 && (
        <Select
          className="mb-4 max-w-sm"
          label={words.service}
          value={provider.provider}
          options={fitting.map((one) => ({ value: one.provider, label: one.name }))}
          onChange={(event) => setChosen(event.target.value)}
        />
      )}
      {provider.provider === 'whatsapp-cloud' && <SignupCard onPhoneApp={way === 'coexistence'} />}
      <ConnectForm key={`${way} ${provider.provider}`} way={way} provider={provider} onMade={onMade} />
    </>
  )
}
