import { isLoopback } from '../account-values.ts'
import { openFile } from '../file-by-address.ts'
import type { DownloadOutcome } from '../port.ts'
import { credentialsOf, type TwilioAccount } from './config.ts'
import { ownFailure } from './errors.ts'

/** Twilio's own hosts, and the store that they send on to. */
const FILE_HOSTS = /(^|\.)(twilio\.com|twiliocdn\.com)$|^[a-z0-9.-]+\.amazonaws\.com$/

/** A client's file, by the address that its webhook gave: asked for like any call, then redirected (reference §12). */
export function downloadFile(account: TwilioAccount, address: string, signal: AbortSignal): Promise<DownloadOutcome> {
  const api = new URL(account.apiUrl)
  // The password goes to the API alone, never to where an event points.
  const isApi = URL.canParse(address) && new URL(address).origin === api.origin
  return openFile(
    {
      allows: (url) =>
        (url.protocol === 'https:' && url.port === '' && FILE_HOSTS.test(url.hostname)) ||
        (isLoopback(api) && url.origin === api.origin),
      credentials: isApi ? credentialsOf(account) : {},
      failure: (code, detail, answer) => ownFailure(account, code, detail, answer),
    },
    address,
    signal,
  )
}
