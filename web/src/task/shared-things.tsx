import { MapPin, UserRound } from 'lucide-react'
import type { Comment } from '../api/types.ts'
import { breakable } from '../ui/breakable.tsx'
import { useWords } from '../words/language.tsx'
import { LinkedText } from './linked-text.tsx'
import { readCards, readPlace } from './shared-data.ts'

const BOX = 'flex w-72 max-w-full items-start gap-2.5 rounded-lg border border-line bg-panel px-3 py-2 text-ink'

/** A place on the map. No map is loaded: the page asks no other host for anything. */
export function SharedPlace({ comment }: { comment: Comment }) {
  const words = useWords()
  const place = readPlace(comment.data)
  if (!place) return comment.text ? <LinkedText text={comment.text} /> : null
  const { latitude, longitude, name, address } = place
  return (
    <div className={BOX}>
      <MapPin size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-danger" />
      <div className="min-w-0 text-[0.8125rem]">
        {name && <bdi className="block font-medium wrap-anywhere">{breakable(name)}</bdi>}
        {address && <bdi className="block text-soft wrap-anywhere">{breakable(address)}</bdi>}
        <a
          href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent underline"
        >
          {words.files.openMap}
        </a>
        <span className="ml-2 text-xs text-soft tabular-nums">
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </span>
      </div>
    </div>
  )
}

export function SharedCards({ comment }: { comment: Comment }) {
  const cards = readCards(comment.data)
  if (cards.length === 0) return comment.text ? <LinkedText text={comment.text} /> : null
  return (
    <div className="space-y-1">
      {cards.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards of one message never move
        <div key={index} className={BOX}>
          <UserRound size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-soft" />
          <div className="min-w-0 text-[0.8125rem]">
            <bdi className="block truncate font-medium">{card.name}</bdi>
            {card.phones.map((phone) => (
              <a
                key={phone}
                href={`tel:${phone.replace(/[^\d+]/g, '')}`}
                className="block wrap-anywhere text-accent underline"
              >
                {breakable(phone)}
              </a>
            ))}
            {card.emails.map((email) => (
              <a
                key={email}
                href={`mailto:${encodeURIComponent(email)}`}
                className="block truncate text-accent underline"
              >
                {email}
              </a>
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}
