import type { ReadyTemplate, SendOutcome } from '../src/channels/port.ts'
import { adapterFor } from '../src/channels/registry.ts'
import { webhookAddressWithKey } from '../src/channels/webhook-address.ts'
import type { AttachmentId, ChannelId } from '../src/domain/ids.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import type { FilledTemplate } from '../src/domain/template/template.ts'
import type { CampaignOrder } from '../src/store/campaigns/sending/claim-chunk.ts'
import { loadFile } from '../src/store/sends/send-order.ts'
import { makeCall } from './make-call.ts'
import { readyTemplate } from './ready-template.ts'
import { uploadFile } from './upload-file.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** A provider that has not answered by then has perhaps taken the message: the outcome is unknown. */
const CALL_TIMEOUT_MS = 30_000

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
    const { delivery, conversation, attempt } = order
    const { provider } = channel.row
    const of = { provider, lane: 'campaign' as const, channelId: this.#channelId, conversation, delivery, attempt }
    return makeCall(this.#deps, of, () =>
      adapter.send(
        channel.config,
        {
          deliveryId: order.delivery,
          recipient: order.recipient,
          quoted: null,
          reportTo: webhookAddressWithKey(adapter, channel.config, this.#deps.publicUrl, this.#channelId),
          body: { kind: 'template', template: template.ready },
        },
        AbortSignal.timeout(CALL_TIMEOUT_MS),
      ),
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

  async #ready(filled: FilledTemplate): Promise<{ ready: ReadyTemplate } | { failure: ProviderFailure }> {
    const template = readyTemplate(filled)
    if ('ready' in template) return template
    const upload = await this.upload(template.file)
    return 'failure' in upload ? upload : { ready: template.with(upload.mediaId) }
  }

  async #upload(id: AttachmentId): Promise<Upload> {
    const { database, files, channels } = this.#deps
    const file = await loadFile(database.db, id, this.#channelId, new Date())
    if (file?.uploadedMediaId) return { mediaId: file.uploadedMediaId }
    const channel = await channels.byId(this.#channelId)
    const adapter = channel && adapterFor(channel.row.provider)
    if (!adapter) return { failure: failureOf('channel_down', 'channel_deleted') }
    const stored = file && (await files.open(file.content))
    if (!stored) return { failure: failureOf('fix', 'file_missing') }
    const upload = await uploadFile(this.#deps, { adapter, channel }, file, stored)
    if (!upload.ok) return { failure: upload.failure }
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
