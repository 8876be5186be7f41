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
  /** The server refused the stream: it restarts, or the session is over. */
  onRefused: () => void
  /** Another stream has come this far, and has ended; '': it is not known how far, or there was none. */
  resumeFrom?: string
}

/**
 * Follows `GET /api/live`. The browser resumes by itself with Last-Event-ID after a broken connection; where the server
 * refused (it restarts, or the session ended), a new stream is opened that names the last place. Without a place it says
 * how long this page has been there: what changed since something on the screen was answered comes first.
 * @returns ends it
 */
export function followLive({ onEvent, onRefused, resumeFrom = '' }: LiveOptions): () => void {
  let source: EventSource | null = null
  let lostTimer: ReturnType<typeof setTimeout> | undefined
  let backTimer: ReturnType<typeof setTimeout> | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let pause = RETRY_MS.first
  let place = resumeFrom

  function open() {
    clearTimeout(retryTimer)
    source?.close()
    const from = place ? { lastEventId: place } : { sinceMs: String(pageAgeMs()) }
    source = new EventSource(`/api/live?${new URLSearchParams(from)}`)
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
    onRefused()
    retryTimer = setTimeout(open, pause)
    pause = Math.min(RETRY_MS.most, pause * 2)
  }

  /** The network is there again: no need to wait for the next try, and the old stream may be dead without knowing. */
  function onOnline() {
    if (connectionState.get() === 'lost') open()
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

/** By the clock on the wall, for the other one stands still while a computer sleeps. */
const pageAgeMs = () => Math.max(0, Math.ceil(Date.now() - performance.timeOrigin))
