import { createStore } from '../ui/store.ts'
import { LIVE_EVENTS, type LiveEvent, readLiveEvent } from './live-event.ts'

/** `back` stands for some seconds after a loss. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'back'

export const connectionState = createStore<ConnectionState>('connecting')

/** A short break is nobody's concern. */
const PATIENCE_MS = 1_500
const SAY_BACK_MS = 4_000
const RETRY_MS = { first: 1_000, most: 15_000 }

export interface LiveOptions {
  /** @param place where the stream can be resumed after this event */
  onEvent: (event: LiveEvent, place: string) => void
  /** The stream began anew without its place: everything on the screen may be old. */
  onGap: () => void
  /** The server refused the stream: it restarts, or the session is over. */
  onRefused: () => void
  /** Another stream has come this far, and has ended; '': it is not known how far. */
  resumeFrom?: string
}

/**
 * Follows `GET /api/live`. The browser resumes by itself with Last-Event-ID after a broken connection; where the server
 * refused (it restarts, or the session ended), a new stream is opened that names the last place.
 * @returns ends it
 */
export function followLive({ onEvent, onGap, onRefused, resumeFrom }: LiveOptions): () => void {
  let source: EventSource | null = null
  let lostTimer: ReturnType<typeof setTimeout> | undefined
  let backTimer: ReturnType<typeof setTimeout> | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let pause = RETRY_MS.first
  let place = resumeFrom ?? ''
  let gap = resumeFrom === ''

  function open() {
    clearTimeout(retryTimer)
    source?.close()
    source = new EventSource(place ? `/api/live?${new URLSearchParams({ lastEventId: place })}` : '/api/live')
    source.addEventListener('open', onOpen)
    source.addEventListener('error', onError)
    for (const name of LIVE_EVENTS) {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        place = message.lastEventId
        onEvent(readLiveEvent(name, message.data), place)
      })
    }
  }

  function onOpen() {
    clearTimeout(lostTimer)
    lostTimer = undefined
    pause = RETRY_MS.first
    if (gap) onGap()
    gap = false
    if (connectionState.get() !== 'lost') return connectionState.set('open')
    connectionState.set('back')
    backTimer = setTimeout(() => connectionState.set('open'), SAY_BACK_MS)
  }

  function sayLost() {
    clearTimeout(backTimer)
    connectionState.set('lost')
  }

  function onError() {
    lostTimer ??= setTimeout(sayLost, PATIENCE_MS)
    if (source?.readyState !== EventSource.CLOSED) return
    gap = place === ''
    onRefused()
    retryTimer = setTimeout(open, pause)
    pause = Math.min(RETRY_MS.most, pause * 2)
  }

  /** The network is there again: no need to wait for the next try, and the old stream may be dead without knowing. */
  function onOnline() {
    if (connectionState.get() !== 'lost') return
    gap = place === ''
    open()
  }

  open()
  window.addEventListener('online', onOnline)
  window.addEventListener('offline', sayLost)
  return () => {
    window.removeEventListener('online', onOnline)
    window.removeEventListener('offline', sayLost)
    for (const timer of [lostTimer, backTimer, retryTimer]) clearTimeout(timer)
    source?.close()
    connectionState.set('connecting')
  }
}
