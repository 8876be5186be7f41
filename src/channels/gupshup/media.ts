import { isLoopback } from '../account-values.ts'
import { openFile } from '../file-by-address.ts'
import type { DownloadOutcome } from '../port.ts'
import type { GupshupAccount } from './config.ts'
import { ownFailure } from './errors.ts'

const FILE_HOSTS = /(^|\.)gupshup\.io$/

/** A client's file, by the address that its webhook gave: whoever has it may read the file. No key goes along. */
export function downloadFile(account: GupshupAccount, address: string, signal: AbortSignal): Promise<DownloadOutcome> {
  const api = new URL(account.apiUrl)
  return openFile(
    {
      allows: (url) =>
        (url.protocol === 'https:' && url.port === '' && FILE_HOSTS.test(url.hostname)) ||
        (isLoopback(api) && url.origin === api.origin),
      credentials: {},
      // There is no key that could be wrong: who is refused has an address that ran out.
      failure: (code, detail, answer) =>
        ownFailure(account, code === 'key_refused' ? 'file_gone' : code, detail, answer),
    },
    address,
    signal,
  )
}
