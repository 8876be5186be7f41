import { Clock, LayoutTemplate, TriangleAlert } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Reach } from './use-reach.ts'
import { composerWords } from './words.ts'

/** Why nothing can go to the client now, before somebody writes it in vain; and what can. */
export function WindowBanner({ reach, onTemplate }: { reach: Reach; onTemplate: () => void }) {
  const { words, formats } = useLanguage()
  const room = useRoomWords(composerWords)
  const { composer } = words
  const text = {
    windowClosed: () => composer.closed(reach.closesAt ? formats.moment(reach.closesAt) : ''),
    neverWrote: () => composer.neverWrote,
    channelDisconnected: () => composer.channelDisconnected,
  }
  if (reach.because === null && !reach.paused) return null
  return (
    <Notice look="warning" className="mb-2 flex flex-wrap items-start gap-x-2 gap-y-1.5">
      <TriangleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
      <span className="min-w-0 flex-1 basis-56">
        {reach.because === null ? composer.channelPaused : text[reach.because]()}
      </span>
      {reach.because !== null && reach.because !== 'channelDisconnected' && (
        <Button small onClick={onTemplate} className="pointer-coarse:h-11">
          <LayoutTemplate size={14} aria-hidden="true" />
          {room.template.choose}
        </Button>
      )}
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
