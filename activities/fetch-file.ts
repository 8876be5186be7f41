import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import { fileTypeFromBuffer } from 'file-type'
import { adapterFor } from '../src/channels/registry.ts'
import { settleMime } from '../src/domain/attachment-kind.ts'
import { clientFileName } from '../src/domain/client-file.ts'
import type { FileActivities } from '../src/domain/conversation-workflow.ts'
import type { AttachmentId } from '../src/domain/ids.ts'
import { looksLikeText } from '../src/domain/looks-like-text.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import { type Fetched, type FileToFetch, loadFileToFetch, recordFetched } from '../src/store/attachments-to-fetch.ts'
import { FilesUnavailable, FileTooLarge } from '../src/store/file-store.ts'
import { withHeartbeat } from './heartbeat.ts'
import { lookUp } from './look-up.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** Clients may send up to 100 MB (reference §6). */
const MAX_BYTES = 100 * 1024 * 1024
/** The provider keeps a client's file for seven days (reference §6). */
const KEPT_MS = 7 * 24 * 3600_000
/** A storage that was away may be back soon, and asking it costs little. */
const STORAGE_AGAIN_MS = { first: 1_000, longest: 30_000 }
const TRANSFER_TIMEOUT_MS = 10 * 60_000
/** The start of a file is enough to tell its type. */
const SNIFF_BYTES = 4100

/** Fetches clients' files from the provider into our own store, as soon as they arrive (M12). */
export function fileActivities(deps: WorkerDeps): FileActivities {
  return {
    fetchFile: (id: AttachmentId) =>
      withHeartbeat(async () => {
        const file = await loadFileToFetch(deps.database, id)
        if (!file) return
        const result = await fetchOnce(deps, file)
        await recordFetched(deps.database, file, result)
        deps.notifyLive()
      }),
    lookUp: (conversation) => withHeartbeat(() => lookUp(deps, conversation)),
  }
}

/** @throws a retryable failure while the file may still be had */
async function fetchOnce(deps: WorkerDeps, file: FileToFetch): Promise<Fetched> {
  const channel = await deps.channels.byId(file.channelId)
  if (!channel) return { state: 'failed', errorCode: 'channel_deleted' }
  const adapter = adapterFor(channel.row.provider)
  if (!adapter) return { state: 'failed', errorCode: 'provider_unknown' }
  if (Context.current().info.attempt > 1) await storageAnswers(deps)
  const download = await adapter.download(channel.config, file.mediaId, AbortSignal.timeout(TRANSFER_TIMEOUT_MS))
  if (!download.ok) return giveUpOrRetry(file, download.failure)

  const stored = await storeBody(deps, file, download.body)
  if ('state' in stored) return stored
  if (file.declaredSha256 && stored.sha256 !== file.declaredSha256) {
    await deps.files.remove(file.id)
    return giveUpOrRetry(file, transferFailure('checksum_differs', 'the bytes are not the ones that were announced'))
  }
  const head = (await deps.files.head(file.id, SNIFF_BYTES)) ?? new Uint8Array()
  const sniffed = await fileTypeFromBuffer(head)
  const mime = settleMime({
    sniffed: sniffed?.mime ?? null,
    looksLikeText: looksLikeText(head),
    declared: file.mime,
    name: file.name,
  })
  return { state: 'stored', mime, name: clientFileName(file.name, mime), ...stored }
}

async function storeBody(deps: WorkerDeps, file: FileToFetch, body: ReadableStream<Uint8Array>) {
  try {
    return await deps.files.put(file.id, body, MAX_BYTES)
  } catch (error) {
    if (error instanceof FilesUnavailable) throw storageAway(error)
    if (error instanceof FileTooLarge) return { state: 'failed' as const, errorCode: 'too_large' }
    // A transfer that broke off is tried again; the words of network errors hold no content.
    return giveUpOrRetry(
      file,
      transferFailure('transfer_failed', error instanceof Error ? error.message : String(error)),
    )
  }
}

/** Rather than to fetch a large file again and again for a storage that does not take it. */
async function storageAnswers(deps: WorkerDeps): Promise<void> {
  try {
    await deps.files.reach()
  } catch (error) {
    throw error instanceof FilesUnavailable ? storageAway(error) : error
  }
}

/** The file is there to be had, and waits for our storage, however long that is away. */
function storageAway({ code }: FilesUnavailable): ApplicationFailure {
  const { attempt } = Context.current().info
  return ApplicationFailure.create({
    type: 'FilesUnavailable',
    message: code,
    category: 'BENIGN',
    nextRetryDelay: Math.min(STORAGE_AGAIN_MS.longest, STORAGE_AGAIN_MS.first * 2 ** (attempt - 1)),
  })
}

const transferFailure = (code: string, detail: string): ProviderFailure => ({
  class: 'retry',
  code,
  detail,
  retryAfterSeconds: null,
  limit: null,
})

function giveUpOrRetry(file: FileToFetch, failure: ProviderFailure): Fetched {
  const expired = Date.now() - file.createdAt.getTime() > KEPT_MS
  if (expired) return { state: 'failed', errorCode: 'expired' }
  if (failure.class === 'final' || failure.class === 'fix') return { state: 'failed', errorCode: failure.code }
  throw ApplicationFailure.create({
    type: 'FileNotFetched',
    message: failure.code,
    category: 'BENIGN',
    ...(failure.retryAfterSeconds === null ? {} : { nextRetryDelay: failure.retryAfterSeconds * 1000 }),
  })
}
