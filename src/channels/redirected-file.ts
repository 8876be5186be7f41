import type { DownloadOutcome } from './port.ts'
import { bareMime } from './wire/mime.ts'
import { waitHintOf } from './wire/wait-hint.ts'

/** What one address answered; nobody has read the body yet. */
export interface FileAnswer {
  status: number
  headers: Headers
  body: ReadableStream<Uint8Array> | null
}

export type FileFailure = Extract<DownloadOutcome, { ok: false }>

/** How the files of a provider are read. */
export interface FileSource {
  /** Asks one address, of a redirect too: whether it may be asked is judged here, each time. */
  open(url: URL): Promise<FileAnswer | FileFailure>
  /** It leads where a file must not be fetched from. */
  foreign(detail: string): FileFailure
  /** It answers, and has no file for us. */
  turnedAway(status: number, waitSeconds: number | null): FileFailure
}

const MAX_REDIRECTS = 3

/**
 * Opens a client's file. Redirects are followed by hand, so that neither an address in a webhook nor an answer leads us
 * into another network, and credentials stay with the origin that they are for.
 */
export async function openRedirected(address: string, source: FileSource): Promise<DownloadOutcome> {
  let url = URL.canParse(address) ? new URL(address) : null
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (url === null) return source.foreign('the file has no usable address')
    const answer = await source.open(url)
    if ('failure' in answer) return answer
    const { status, headers, body } = answer
    if (status >= 200 && status < 300) return described(headers, body)
    await body?.cancel()
    const location = headers.get('location')
    if (status < 300 || status >= 400 || location === null) {
      return source.turnedAway(status, waitHintOf(headers, new Date()))
    }
    url = URL.canParse(location, url.href) ? new URL(location, url) : null
  }
  return source.foreign(`more than ${MAX_REDIRECTS} redirects`)
}

/** A length is that of what is read, where it comes as it is: of a packed body it says nothing. */
function described(headers: Headers, body: ReadableStream<Uint8Array> | null): DownloadOutcome {
  const isPacked = (headers.get('content-encoding') ?? 'identity') !== 'identity'
  const length = isPacked ? Number.NaN : Number(headers.get('content-length') ?? Number.NaN)
  return {
    ok: true,
    body: body ?? new Blob([]).stream(),
    mime: bareMime(headers.get('content-type')),
    size: Number.isSafeInteger(length) && length >= 0 ? length : null,
    sha256: null,
  }
}
