import type { ChannelAdapter, UploadOutcome } from '../src/channels/port.ts'
import type { LoadedChannel } from '../src/store/channels/load-channel.ts'
import { fileLink } from '../src/store/file-links.ts'
import type { FileStore } from '../src/store/file-store.ts'
import { type OrderedFile, rememberUpload } from '../src/store/sends/send-order.ts'
import type { WorkerDeps } from './worker-deps.ts'

const UPLOAD_TIMEOUT_MS = 120_000

type StoredFile = NonNullable<Awaited<ReturnType<FileStore['open']>>>

/**
 * Makes a file known to the provider, and remembers its id for whoever sends it next; or gives a provider that fetches
 * what it sends a link that lives for an hour. Can be repeated safely.
 */
export async function uploadFile(
  { database, secrets, publicUrl }: WorkerDeps,
  { adapter, channel }: { adapter: ChannelAdapter; channel: LoadedChannel },
  file: OrderedFile,
  stored: StoredFile,
): Promise<UploadOutcome> {
  if (adapter.capabilities.filesByLink) {
    await stored.body.cancel()
    return { ok: true, mediaId: fileLink(secrets, publicUrl, file, Date.now()) }
  }
  const upload = await adapter.upload(
    channel.config,
    { name: file.name, mime: file.mime, size: stored.size, open: async () => stored.body },
    AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
  )
  if (upload.ok) await rememberUpload(database.db, file, channel.row.id, upload.mediaId)
  return upload
}
