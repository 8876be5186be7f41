import { downloadLink } from '../linked-file.ts'
import type { DownloadOutcome } from '../port.ts'
import { textAt } from '../wire/fields.ts'
import { callInstance, failureOf, ownFailure } from './call.ts'
import { type GreenApiAccount, secretsOf } from './config.ts'

/** A file is known by its message: links run out, and `downloadFile` gives a new one. */
export const fileId = (chatId: string, messageId: string): string => `${chatId} ${messageId}`

/** Two hops: the message gives a link, the link gives the bytes to whoever has it. */
export async function downloadFile(
  account: GreenApiAccount,
  mediaId: string,
  signal: AbortSignal,
): Promise<DownloadOutcome> {
  const [chatId, idMessage, ...more] = mediaId.split(' ')
  if (!chatId?.includes('@') || !idMessage || more.length > 0) {
    return { ok: false, failure: ownFailure(account, 'foreign_address', 'the file is of no message') }
  }
  const answer = await callInstance(account, 'downloadFile', { chatId, idMessage }, signal)
  if (answer.kind !== 'ok') {
    const isGone = answer.kind === 'refused' && (answer.status === 400 || answer.status === 404)
    const failure = isGone
      ? ownFailure(account, 'file_gone', `HTTP ${answer.status}: Green-API has no file of this message`)
      : failureOf(account, answer)
    return { ok: false, failure }
  }
  const rules = { origin: new URL(account.apiUrl).origin, secrets: secretsOf(account) }
  return downloadLink(textAt(answer.body, 'downloadUrl') ?? '', rules, signal)
}
