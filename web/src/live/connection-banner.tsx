import { Wifi, WifiOff } from 'lucide-react'
import { useStore } from '../ui/store.ts'
import { useWords } from '../words/language.tsx'
import { connectionState } from './connection.ts'

/** Says when the connection is lost, and when it is back. The region is always there, so that it is read out. */
export function ConnectionBanner() {
  const state = useStore(connectionState)
  const words = useWords()
  return (
    <div role="status" aria-live="polite">
      {state === 'lost' && (
        <p className="flex items-center justify-center gap-2 bg-warning-ground px-4 py-1.5 text-[0.8125rem] text-warning">
          <WifiOff size={14} aria-hidden="true" />
          {words.live.lost}
        </p>
      )}
      {state === 'back' && (
        <p className="flex items-center justify-center gap-2 bg-message-bubble px-4 py-1.5 text-[0.8125rem] text-success">
          <Wifi size={14} aria-hidden="true" />
          {words.live.back}
        </p>
      )}
    </div>
  )
}
