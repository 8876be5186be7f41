import { openOutside } from '../outside/fetch-outside.ts'
import { apiFailure } from './api-failure.ts'
import type { DownloadOutcome } from './port.ts'
import { type FileFailure, openRedirected } from './redirected-file.ts'

/** A link that somebody else gave: what may be called, and what goes along. */
export interface LinkRules {
  /** The origin that is known: a service, or a bridge, of this channel. */
  origin: string
  /** Sent to this origin alone. */
  headers?: Readonly<Record<string, string>>
  /** Must not stand in a failure. */
  secrets: readonly string[]
}

const TIMEOUT_MS = 10 * 60_000
/** There is no other address to ask for: one that has run out is gone for good. */
const GONE = new Set([401, 403, 404, 410])

/**
 * Fetches a client's file by its link: https to public addresses alone, or the channel's own service where that is on
 * this machine. Each redirect is judged like the first address, so that no link leads into the house's network.
 */
export function downloadLink(link: string, rules: LinkRules, signal: AbortSignal): Promise<DownloadOutcome> {
  const failed = (code: string, detail: string, waitSeconds: number | null = null): FileFailure => ({
    ok: false,
    failure: apiFailure(code, detail, rules.secrets, waitSeconds),
  })
  return openRedirected(link, {
    async open(url) {
      const isOwn = url.origin === rules.origin
      const answer = await openOutside({
        url: url.href,
        method: 'GET',
        headers: isOwn ? (rules.headers ?? {}) : {},
        timeoutMs: TIMEOUT_MS,
        allowPrivateAddress: isOwn && isLoopbackOrigin(rules.origin),
        signal,
      })
      if (answer.ok) return { status: answer.status, headers: new Headers(answer.headers), body: answer.body }
      const isRefused = answer.code === 'bad_request' || answer.code === 'address_refused'
      return failed(isRefused ? 'foreign_address' : 'network', answer.message)
    },
    foreign: (detail) => failed('foreign_address', detail),
    turnedAway: (status, waitSeconds) =>
      GONE.has(status)
        ? failed('file_gone', `HTTP ${status} for the file`)
        : failed('network', `HTTP ${status} for the file`, waitSeconds),
  })
}

export const isLoopbackOrigin = (origin: string): boolean =>
  /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)
