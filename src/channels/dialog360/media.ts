import { openFile } from '../file-by-address.ts'
import type { DownloadOutcome, OutgoingFile, UploadOutcome } from '../port.ts'
import { callGraph, credentialsOf, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { uploadTo } from '../whatsapp-cloud/media.ts'
import { sha256Hex } from '../whatsapp-cloud/messages.ts'
import { textAt } from '../wire/fields.ts'
import { bareMime } from '../wire/mime.ts'
import { type Dialog360Account, graphOf } from './config.ts'
import { failureOf360, ownFailure } from './errors.ts'

/** As at Meta, without the number in the path. */
export async function uploadMedia(
  account: Dialog360Account,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<UploadOutcome> {
  const upload = await uploadTo(graphOf(account), { path: 'media', unversioned: true }, file, signal)
  if (upload.ok || !/^http_40[13]$/.test(upload.failure.code)) return upload
  return { ok: false, failure: ownFailure(account, 'key_refused', upload.failure.detail) }
}

/**
 * Two hops, as at Meta; but the address that Meta gives is asked for at 360dialog's host, which has the token for it
 * (reference §12). So no answer can lead us elsewhere.
 */
export async function downloadMedia(
  account: Dialog360Account,
  mediaId: string,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const graph = graphOf(account)
  const answer = await callGraph(graph, { method: 'GET', path: graphPath(mediaId), unversioned: true }, signal)
  if (answer.kind !== 'ok') return { ok: false, failure: failureOf360(account, answer) }
  const address = textAt(answer.body, 'url') ?? ''
  if (!URL.canParse(address)) {
    return { ok: false, failure: ownFailure(account, 'unreadable_answer', 'a file without an address') }
  }
  const { pathname, search } = new URL(address)
  const { origin } = new URL(account.apiUrl)
  const host = {
    allows: (url: URL) => url.origin === origin,
    credentials: credentialsOf(graph),
    failure: (...failure: [string, string, { status: number; waitSeconds: number | null }?]) =>
      ownFailure(account, ...failure),
  }
  const opened = await openFile(host, `${origin}${pathname}${search}`, signal)
  if (!opened.ok) return opened
  return {
    ...opened,
    mime: bareMime(textAt(answer.body, 'mime_type')) ?? opened.mime,
    sha256: sha256Hex(textAt(answer.body, 'sha256')),
  }
}
