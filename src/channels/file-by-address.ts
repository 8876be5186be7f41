import type { DownloadOutcome, ProviderFailure } from './port.ts'
import { type FileFailure, openRedirected } from './redirected-file.ts'
import { wordsOf } from './wire/network-errors.ts'
import { USER_AGENT } from './wire/send-request.ts'

/** A provider's files that are read from an address. */
export interface FileHost {
  /** May a file be fetched from here? Asked of every redirect, too. */
  allows(url: URL): boolean
  /** What says who asks; sent to the first address's origin alone. */
  credentials: Record<string, string>
  failure(code: string, detail: string, answer?: { status: number; waitSeconds: number | null }): ProviderFailure
}

const GONE = new Set([404, 410])

/** Opens a client's file at one of the provider's own hosts, as whom the channel's key says. */
export function openFile(host: FileHost, address: string, signal: AbortSignal): Promise<DownloadOutcome> {
  const failed = (...failure: Parameters<FileHost['failure']>): FileFailure => ({
    ok: false,
    failure: host.failure(...failure),
  })
  const origin = URL.canParse(address) ? new URL(address).origin : null
  return openRedirected(address, {
    async open(url) {
      if (url.username !== '' || url.password !== '' || !host.allows(url)) {
        return failed('foreign_address', "the file's address is not one of the provider's")
      }
      const headers = { 'user-agent': USER_AGENT, ...(url.origin === origin ? host.credentials : {}) }
      try {
        return await fetch(url, { headers, redirect: 'manual', signal })
      } catch (error) {
        return failed('network', wordsOf(error))
      }
    },
    foreign: (detail) => failed('foreign_address', detail),
    turnedAway: (status, waitSeconds) => failed(codeOf(status), `HTTP ${status} for the file`, { status, waitSeconds }),
  })
}

function codeOf(status: number): string {
  if (GONE.has(status)) return 'file_gone'
  if (status === 401 || status === 403) return 'key_refused'
  return status === 408 ? 'network' : `http_${status}`
}
