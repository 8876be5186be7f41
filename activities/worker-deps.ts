import type { Logger } from 'pino'
import type { Tracer } from '../src/observability/tracer.ts'
import type { ChannelCache } from '../src/store/channels/channel-cache.ts'
import type { FileStore } from '../src/store/file-store.ts'
import type { Database } from '../src/store/index.ts'
import type { SecretBox } from '../src/store/secret-box.ts'

/** What the activities are made from; built once in worker.ts. */
export interface WorkerDeps {
  database: Database
  channels: ChannelCache
  files: FileStore
  /** Base of links to files, for providers that fetch what they send. */
  publicUrl: string
  /** Opens what endpoints and webhooks are called with. */
  secrets: SecretBox
  log: Logger
  /** Names this process in the send ledger. */
  worker: string
  /** Wakes the live-update readers after a commit. */
  notifyLive: () => void
  /** Says that the process is about to end: long work takes on nothing new. */
  stopping: AbortSignal
  /** Absent: nothing is traced. */
  tracer?: Tracer
}
