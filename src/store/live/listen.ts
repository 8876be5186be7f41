import type pg from 'pg'
import { LIVE_CHANNEL } from './notify.ts'

const RECONNECT_MS = 1_000

/**
 * Keeps one connection of the pool on LISTEN, and a new one after an outage.
 * @param onHint called for every hint, and once the connection stands: hints may have been missed before
 * @returns ends it and gives the connection back
 */
export function listenForHints(
  pool: pg.Pool,
  onHint: () => void,
  onTrouble: (error: unknown) => void,
): () => Promise<void> {
  const ending = new AbortController()
  const ended = keepListening(pool, onHint, onTrouble, ending.signal)
  return () => {
    ending.abort()
    return ended
  }
}

async function keepListening(
  pool: pg.Pool,
  onHint: () => void,
  onTrouble: (error: unknown) => void,
  ending: AbortSignal,
): Promise<void> {
  while (!ending.aborted) {
    try {
      await listenOnce(pool, onHint, ending)
    } catch (error) {
      onTrouble(error)
      await waitUnlessAborted(RECONNECT_MS, ending)
    }
  }
}

/** @throws once the connection breaks */
async function listenOnce(pool: pg.Pool, onHint: () => void, ending: AbortSignal): Promise<void> {
  const client = await pool.connect()
  try {
    await new Promise<void>((resolve, reject) => {
      client.on('notification', onHint)
      client.on('error', reject)
      client.once('end', () => reject(new Error('the connection that listens for live updates ended')))
      ending.addEventListener('abort', () => resolve(), { once: true })
      if (ending.aborted) resolve()
      client.query(`listen ${LIVE_CHANNEL}`).then(onHint, reject)
    })
  } finally {
    // It has a LISTEN on it: nobody else shall get it.
    client.release(true)
  }
}

function waitUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
