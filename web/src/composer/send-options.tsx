import { Info, Settings2 } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Popover } from '../ui/popover.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { SendLimits } from './send-rules.ts'
import { composerWords } from './words.ts'

const SendChoices = lazy(() => import('./send-choices.tsx').then((module) => ({ default: module.SendChoices })))
const LimitsList = lazy(() => import('./send-choices.tsx').then((module) => ({ default: module.LimitsList })))

const BUTTON =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-ink/10 hover:text-ink pointer-coarse:size-11'
/** Across the window, where there is no room beside the button. */
const NARROW = 'max-sm:fixed max-sm:inset-x-2 max-sm:bottom-28'

/** How this person likes to send. */
export function SendOptions() {
  const { settings } = useRoomWords(composerWords)
  return (
    <Popover
      label={settings.label}
      place={`bottom-full right-0 mb-2 sm:w-72 ${NARROW}`}
      buttonClass={BUTTON}
      button={<Settings2 size={16} aria-hidden="true" />}
    >
      <Suspense fallback={null}>
        <SendChoices />
      </Suspense>
    </Popover>
  )
}

/** What this channel takes, before somebody chooses a file in vain. */
export function SendLimitsInfo({ limits, channelName }: { limits: SendLimits; channelName: string }) {
  const { limits: words } = useRoomWords(composerWords)
  return (
    <Popover
      label={words.label}
      place={`bottom-full left-0 mb-2 sm:w-64 ${NARROW}`}
      buttonClass={BUTTON}
      button={<Info size={16} aria-hidden="true" />}
    >
      <Suspense fallback={null}>
        <LimitsList limits={limits} channelName={channelName} />
      </Suspense>
    </Popover>
  )
}
