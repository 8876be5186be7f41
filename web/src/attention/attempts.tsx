import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { attemptsQuery, type TroubledDelivery } from './api.ts'
import { attentionWords } from './words.ts'

/** Every call to the provider for this message, for whoever wants to know. */
export function Attempts({ delivery }: { delivery: TroubledDelivery }) {
  const { formats } = useLanguage()
  const words = useRoomWords(attentionWords).row
  const [open, setOpen] = useState(false)
  const attempts = useQuery({ ...attemptsQuery(delivery.id), enabled: open }).data
  if (delivery.attempt === 0) return null
  return (
    <details className="group/tried mt-2 text-xs" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="inline-flex min-h-6 list-none items-center gap-1 text-soft hover:text-ink pointer-coarse:min-h-11 [&::-webkit-details-marker]:hidden">
        <ChevronRight size={13} aria-hidden="true" className="transition-transform group-open/tried:rotate-90" />
        {words.attempts} ({words.tried(delivery.attempt)})
      </summary>
      <ol className="mt-1 space-y-1 border-l-2 border-line pl-3">
        {attempts?.map((attempt) => (
          <li key={attempt.attempt}>
            <time dateTime={attempt.startedAt}>{formats.moment(new Date(attempt.startedAt))}</time>
            {': '}
            {words.outcomes[attempt.outcome ?? 'none']}
            {attempt.error && (
              <span className="block text-soft wrap-anywhere">
                {attempt.error.message}
                {attempt.error.detail && ` (${attempt.error.code}: ${attempt.error.detail})`}
              </span>
            )}
          </li>
        ))}
      </ol>
    </details>
  )
}
