import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { CampaignId, ChannelId, ConversationId, HouseEventId, UserId } from '../domain/ids.ts'
import type { Unstored } from '../intake/unstored.ts'
import type { Tracer } from '../observability/tracer.ts'
import type { FileStore } from '../store/file-store.ts'
import type { Database, Role } from '../store/index.ts'
import type { SecretBox } from '../store/secret-box.ts'

/** Who asks. An API token acts with a role of its own and is no employee: `userId` is null. */
export interface Principal {
  userId: UserId | null
  name: string
  role: Role
  /** null: every channel */
  channelIds: ChannelId[] | null
  /** stands for the principal in idempotency keys and the audit: `user:<id>`, `token:<id>`, `environment` */
  key: string
}

/** What the routes are made from; built once in server.ts. */
export interface HttpDeps {
  config: Config
  database: Database
  files: FileStore
  secrets: SecretBox
  log: Logger
  /** Called after a commit that appended events: signals the conversations' workflows now rather than at the next sweep. */
  eventsStored: (conversations: Iterable<ConversationId>) => void
  /** Counts webhooks with messages that wait for their commit, for those who can wait. */
  unstored?: Unstored
  /** Called after a commit that changed a campaign: tells its workflow now rather than at the next sweep. */
  campaignChanged: (campaign: CampaignId) => void
  /** Called after a commit that brought something for house events: tells their workflows now rather than at the next sweep. */
  houseChanged: (events: Iterable<HouseEventId>) => void
  /** Is the workflow engine reachable? null: yes; else what is wrong. */
  temporalProblem: () => Promise<string | null>
  /** What somebody should look at although everything answers. Absent: nothing is watched for. */
  notices?: () => string[]
  /** Absent: nothing is traced. */
  tracer?: Tracer
}

export interface HttpEnv {
  Variables: { principal: Principal; requestId: string }
}

export type Routes = OpenAPIHono<HttpEnv>
