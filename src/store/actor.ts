import type { ChannelId, UserId } from '../domain/ids.ts'
import type { AuditEntry } from './audit.ts'

/** Who does something: an employee, or an API token, which is none (`userId` null). */
export interface Actor {
  userId: UserId | null
  name: string
  /** Channels that they may see; null: every one. */
  channelIds: ChannelId[] | null
  /** `user:<id>`, `token:<id>` or `environment` */
  key: string
}

/** The actor as the audit names them. */
export function auditActor(actor: Actor): AuditEntry['actor'] {
  if (actor.userId !== null) return { kind: 'employee', id: actor.userId }
  return { kind: 'token', id: actor.key.startsWith('token:') ? actor.key.slice('token:'.length) : null }
}

/** May this principal see what belongs to the channel? */
export const maySee = (actor: Pick<Actor, 'channelIds'>, channel: ChannelId): boolean =>
  actor.channelIds === null || actor.channelIds.includes(channel)
