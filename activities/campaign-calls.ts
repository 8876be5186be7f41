import type { ReadyTemplate, SendOutcome } from '../src/channels/port.ts'
import { adapterFor } from '../src/channels/registry.ts'
import type { AttachmentId, ChannelId } from '../src/domain/ids.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import type { FilledTemplate } from '../src/domain/template/template.ts'
import type { CampaignOrder } from '../src/store/campaigns/sending/claim-chunk.ts'
import { loadFile, rememberUpload } from '../src/store/sends/send-order.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** A provider that has not answered by then has perhaps taken the message: the outcome is unknown. */
const CALL_TIMEOUT_MS = 30_000
const UPLOAD_TIMEOUT_MS = 120_000

type Upload = { mediaId: string } | { failure: ProviderFailure }

/** Makes a campaign's calls to the provider: each order once. The file of a header is uploaded once for all. */
export class CampaignCalls {
  readonly #deps: WorkerDeps
  readonly #channelId: ChannelId
  readonly #uploads = new Map<AttachmentId, Promise<Upload>>()

  constructor(deps: WorkerDeps, channelId: ChannelId) {
    this.#deps = deps
    this.#channelId = channelId
  }

  /** Never throws for anything that the provider does; throws where the database is away before the call. */
  async make(order: CampaignOrder): Promise<SendOutcome> {
    const template = await this.#ready(order.template)
    if ('failure' in template) return { outcome: 'rejected', failure: template.failure }
    const channel = await this.#deps.channels.byId(this.#channelId)
    const adapter = channel && adapterFor(channel.row.provider)
    if (!adapter) return { outcome: 'rejected', failure: failureOf('channel_down', 'channel_deleted') }
    return adapter.send(
      channel.config,
      {
        deliveryId: order.delivery,
        recipient: order.recipient,
        quoted: null,
        body: { kind: 'template', template: template.ready },
      },
      AbortSignal.timeout(CALL_TIMEOUT_MS),
    )
  }

  /** Makes a file known to the provider. An upload that failed is made again by the next message that needs it. */
  upload(file: AttachmentId): Promise<Upload> {
    const known = this.#uploads.get(file)
    if (known) return known
    const upload = this.#upload(file)
    this.#uploads.set(file, upload)
    const forget = () => this.#uploads.delete(file)
    upload.then((result) => 'failure' in result && forget(), forget)
    return upload
  }

  async #ready({
    header,
    ...template
  }: FilledTemplate): Promise<{ ready: ReadyTemplate } | { failure: ProviderFailure }> {
    if (header?.kind !== 'media') return { ready: { ...template, header } }
    const { source, ...rest } = header
    if ('link' in source) return { ready: { ...template, header: { ...rest, source } } }
    const upload = await this.upload(source.attachmentId)
    return 'failure' in upload ? upload : { ready: { ...template, header: { ...rest, source: upload } } }
  }

  async #upload(id: AttachmentId): Promise<Upload> {
    const { database, files, channels } = this.#deps
    const file = await loadFile(database.db, id, this.#channelId, new Date())
    if (file?.uploadedMediaId) return { mediaId: file.uploadedMediaId }
    const channel = await channels.byId(this.#channelId)
    const adapter = channel && adapterFor(channel.row.provider)
    if (!adapter) return { failure: failureOf('channel_down', 'channel_deleted') }
    const stored = file && (await files.open(file.id))
    if (!stored) return { failure: failureOf('fix', 'file_missing') }
    const upload = await adapter.upload(
      channel.config,
      { name: file.name, mime: file.mime, size: stored.size, open: async () => stored.body },
      AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    )
    if (!upload.ok) return { failure: upload.failure }
    await rememberUpload(database.db, id, this.#channelId, upload.mediaId)
    return { mediaId: upload.mediaId }
  }
}

const WORDS = {
  channel_deleted: 'the channel was deleted before the message left',
  file_missing: 'the file is not in the file store',
}

const failureOf = (failureClass: 'channel_down' | 'fix', code: keyof typeof WORDS): ProviderFailure => ({
  class: failureClass,
  code,
  detail: WORDS[code],
  retryAfterSeconds: null,
  limit: null,
})
