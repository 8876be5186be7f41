import { isLoopback } from '../account-values.ts'
import type { DownloadOutcome, ProviderFailure } from '../port.ts'
import { bareMime } from '../wire/mime.ts'
import { wordsOf } from '../wire/network-errors.ts'
import { USER_AGENT } from '../wire/send-request.ts'
import { waitHintOf } from '../wire/wait-hint.ts'
import { graphOf, type InstagramAccount } from './config.ts'
import { ownFailure } from './errors.ts'

const FILE_HOSTS = /(^lookaside\.fbsbx\.com|\.fbcdn\.net|\.cdninstagram\.com)$/
const MAX_REDIRECTS = 3

/** May a file be fetched from here? Only https on Meta's file hosts, or the origin of a simulator on this machine. */
export function fileAddress(address: string, graphUrl: string): URL | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return null
  const graph = new URL(graphUrl)
  if (isLoopback(graph) && url.origin === graph.origin) return url
  return url.protocol === 'https:' && url.port === '' && FILE_HOSTS.test(url.hostname) ? url : null
}

/**
 * Fetches a client's file from the address that its webhook gave (reference §11.1). No token goes along: the address is
 * all that is needed, and it runs out. Each redirect is checked like the first address.
 */
export async function downloadFile(
  account: InstagramAccount,
  address: string,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const { graphUrl } = graphOf(account)
  const failed = (failure: ProviderFailure): DownloadOutcome => ({ ok: false, failure })
  let url = fileAddress(address, graphUrl)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (url === null) return failed(ownFailure(account, 'foreign_address', "the file's address is not one of Meta's"))
    let response: Response
    try {
      response = await fetch(url, { headers: { 'user-agent': USER_AGENT }, redirect: 'manual', signal })
    } catch (error) {
      return failed(ownFailure(account, 'network', wordsOf(error)))
    }
    if (response.ok) return described(response)
    await response.body?.cancel()
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) {
      return failed(fileFailure(account, response))
    }
    url = URL.canParse(location, url.href) ? fileAddress(new URL(location, url).href, graphUrl) : null
  }
  return failed(ownFailure(account, 'foreign_address', `more than ${MAX_REDIRECTS} redirects`))
}

function described(response: Response): DownloadOutcome {
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  return {
    ok: true,
    body: response.body ?? new Blob([]).stream(),
    mime: bareMime(response.headers.get('content-type')),
    size: Number.isSafeInteger(length) && length >= 0 ? length : null,
    sha256: null,
  }
}

/** There is no other address to ask for: one that has run out is gone for good. */
const GONE = new Set([401, 403, 404, 410])

function fileFailure(account: InstagramAccount, { status, headers }: Response): ProviderFailure {
  if (GONE.has(status)) return { ...ownFailure(account, 'ig_file_gone', `HTTP ${status} for the file`) }
  const failure = ownFailure(account, 'network', `HTTP ${status} for the file`)
  return { ...failure, retryAfterSeconds: waitHintOf(headers, new Date()) }
}
