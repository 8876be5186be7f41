import { useEffect, useEffectEvent } from 'react'
import type { LiveEvent } from './live-event.ts'

const listeners = new Set<(event: LiveEvent) => void>()

/** Tells the parts of the app that are on the screen. */
export function tellLive(event: LiveEvent): void {
  for (const listener of listeners) listener(event)
}

/**
 * For a part of the app that keeps something of its own true to the live updates, such as a campaign's numbers.
 * After `resync`, and after a stream that began anew, every query is asked for again anyway.
 */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  const onEvent = useEffectEvent(listener)
  useEffect(() => {
    const entry = (event: LiveEvent) => onEvent(event)
    listeners.add(entry)
    return () => {
      listeners.delete(entry)
    }
  }, [])
}
