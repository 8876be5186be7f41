import { Clock, TriangleAlert } from 'lucide-react'
import { cx } from '../ui/class-names.ts'
import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import type { Reach } from './use-reach.ts'

/** Why nothing can go to the client now, before somebody writes it in vain. */
export function WindowBanner({ reach }: { reach: Reach }) {
  const { words, formats } = useLanguage()
  const { composer } = words
  const text = {
    windowClosed: () => composer.closed(reach.closesAt ? formats.moment(reach.closesAt) : ''),
    neverWrote: () => composer.neverWrote,
    channelDisconnected: () => composer.channelDisconnected,
  }
  if (reach.because === null && !reach.paused) return null
  return (
    <Notice look="warning" className="mb-2 flex items-start gap-2">
      <TriangleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
      {reach.because === null ? composer.channelPaused : text[reach.because]()}
    </Notice>
  )
}

const SOON_MS = 3_600_000

/** How long free text can still be sent. */
export function WindowClock({ reach }: { reach: Reach }) {
  const { words, formats } = useLanguage()
  if (!reach.possible || reach.closesAt === null) return null
  return (
    <p
      role="timer"
      aria-label={words.composer.closesIn(formats.left(reach.leftMs))}
      title={words.composer.closesAt(formats.moment(reach.closesAt))}
      className={cx(
        'flex items-center gap-1 px-1 text-xs tabular-nums',
        reach.leftMs < SOON_MS ? 'font-medium text-warning' : 'text-soft',
      )}
    >
      <Clock size={12} aria-hidden="true" />
      {words.composer.left(formats.left(reach.leftMs))}
    </p>
  )
}
