import { useQuery } from '@tanstack/react-query'
import { Smartphone } from 'lucide-react'
import { channelsQuery, phoneQuery } from '../api/people.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { ChannelCard } from './channel-card.tsx'

/** The connected accounts and how they are (M21). */
export function ChannelsPage() {
  const words = useWords()
  const errorText = useErrorText()
  const channels = useQuery(channelsQuery)
  const phone = useQuery(phoneQuery)
  if (channels.error && !channels.data) {
    return (
      <Empty title={errorText(channels.error)}>
        <Button onClick={() => void channels.refetch()}>{words.app.tryAgain}</Button>
      </Empty>
    )
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-3xl p-4 sm:p-8">
        <h1 className="text-lg font-semibold tracking-tight">{words.channels.title}</h1>
        <p className="mb-5 text-soft">{words.channels.intro}</p>
        {phone.data && (
          <section
            aria-label={words.channels.phoneTitle}
            className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border border-line bg-selected p-4"
          >
            <Smartphone size={22} aria-hidden="true" className="shrink-0 text-accent" />
            <div className="min-w-52 flex-1">
              <h2 className="font-medium">{words.channels.phoneTitle}</h2>
              <p className="text-[0.8125rem] text-soft">{words.channels.phoneText}</p>
            </div>
            <a
              href="/simulator/phone"
              target="_blank"
              rel="noopener noreferrer"
              className="inline-flex h-8 items-center rounded-md bg-accent-fill px-3 text-[0.8125rem] font-medium text-white hover:brightness-110 pointer-coarse:h-11"
            >
              {words.channels.openPhone}
            </a>
          </section>
        )}
        {channels.data?.length === 0 && <p className="text-soft">{words.channels.empty}</p>}
        <ul className="space-y-3">
          {channels.data?.map((channel) => (
            <li key={channel.id}>
              <ChannelCard channel={channel} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
