import { useInfiniteQuery } from '@tanstack/react-query'
import { Badge, type BadgeLook } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { LongList } from '../../ui/long-list.tsx'
import { Card } from '../../ui/page.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { type ChannelEvent, channelEventsQuery } from '../api.ts'
import { reasonInWords } from '../reason-words.ts'
import { channelWords } from '../words.ts'

const LOOKS: Record<string, BadgeLook> = {
  disconnect: 'danger',
  restrict: 'danger',
  needs_attention: 'warning',
  notice: 'warning',
  reconnect: 'success',
}

/** What the provider said of the account, the newest first. */
export function EventsCard({ channelId }: { channelId: string }) {
  const { events: words } = useRoomWords(channelWords)
  const events = useInfiniteQuery(channelEventsQuery(channelId))
  const items = events.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Card title={words.title} intro={words.intro}>
      {events.data && items.length === 0 && <p className="text-[0.8125rem] text-soft">{words.empty}</p>}
      <LongList className="divide-y divide-line">
        {items.map((event) => (
          <EventRow key={event.id} event={event} />
        ))}
      </LongList>
      {events.hasNextPage && (
        <Button className="mt-3" disabled={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Card>
  )
}

function EventRow({ event }: { event: ChannelEvent }) {
  const { events: words, reasons } = useRoomWords(channelWords)
  const { formats } = useLanguage()
  const values = Object.entries(event.values)
  return (
    <li className="py-2.5 text-[0.8125rem]">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span className="flex flex-wrap items-center gap-2">
          <Badge look={LOOKS[event.effect] ?? 'plain'}>{words.kinds[event.kind] ?? event.kind}</Badge>
          {event.reason && <span className="wrap-anywhere">{reasonInWords(event.reason, reasons)}</span>}
        </span>
        <time dateTime={event.at} className="text-xs text-soft">
          {formats.moment(new Date(event.at))}
        </time>
      </div>
      {values.length > 0 && (
        <details className="mt-1">
          <summary className="text-xs text-soft">{words.details}</summary>
          <dl className="mt-1 grid gap-x-4 gap-y-0.5 font-mono text-xs sm:grid-cols-[max-content_1fr]">
            {values.map(([key, value]) => (
              <div key={key} className="contents">
                <dt className="text-soft">{key}</dt>
                <dd className="wrap-anywhere">{String(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  )
}
