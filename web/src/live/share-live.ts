import { type ConnectionState, connectionState, followLive, type LiveOptions } from './connection.ts'
import type { LiveEvent } from './live-event.ts'

/** What the tab that holds the stream tells the others; and what a new one asks. */
type Told = { event: LiveEvent; place: string } | { state: ConnectionState; place: string } | { ask: true }

/**
 * One stream for all tabs of a browser: over HTTP/1.1 it allows six connections in all, and a seventh tab would stand still.
 * The tab that gets the lock holds the stream and tells the others. Should it be closed or crash, the browser gives the lock
 * to the next tab, which resumes where the one before had come to. Without locks (they need https) each has its own stream.
 * @param name who is signed in: another person's tabs see other things
 * @returns ends it
 */
export function shareLive(name: string, options: LiveOptions): () => void {
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) return followLive(options)
  const channel = new BroadcastChannel(`parley-live-${name}`)
  const over = new AbortController()
  /** '': not known, since nothing has happened yet */
  let place = ''
  let endStream: (() => void) | null = null
  let unwatch = () => {}

  const tell = (told: Told) => channel.postMessage(told)
  const tellState = () => tell({ state: connectionState.get(), place })

  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (endStream) {
      if ('ask' in data) tellState()
      return
    }
    if ('event' in data) {
      place = data.place
      options.onEvent(data.event, data.place)
    } else if ('state' in data) {
      if (place === '') place = data.place
      connectionState.set(data.state)
    }
  }

  function lead() {
    endStream = followLive({
      onEvent(event, at) {
        place = at
        tell({ event, place: at })
        options.onEvent(event, at)
      },
      onRefused: options.onRefused,
      resumeFrom: place,
    })
    unwatch = connectionState.subscribe(tellState)
  }

  const lock = navigator.locks.request(`parley-live-${name}`, { signal: over.signal }, async () => {
    if (over.signal.aborted) return
    lead()
    await new Promise((resolve) => over.signal.addEventListener('abort', resolve))
  })
  // Given up before it came: that is how a tab that never led ends.
  lock.catch(() => undefined)
  tell({ ask: true })

  return () => {
    over.abort()
    unwatch()
    endStream?.()
    channel.close()
    connectionState.set('connecting')
  }
}
