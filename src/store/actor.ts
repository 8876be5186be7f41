import type { Doer } from '../domain/conversation-event.ts'
import type { ChannelId, ScenarioId, UserId } from '../domain/ids.ts'
import type { Chain } from '../domain/scenario/interpreter/run.ts'

/** Who does something: an employee, an API token, which is none (`userId` null), or a scenario. */
export interface Actor {
  userId: UserId | null
  name: string
  /** Channels that they may see; null: every one. */
  channelIds: ChannelId[] | null
  /** `user:<id>`, `token:<id>`, `environment` or `scenario:<id>` */
  key: string
  /** it is a scenario that does it, and what led to that */
  scenario?: { id: ScenarioId; cause: Chain }
}

/** The actor as the audit names them. */
export function auditActor(actor: Actor): Pick<Doer, 'kind' | 'id'> {
  if (actor.scenario) return { kind: 'scenario', id: actor.scenario.id }
  if (actor.userId !== null) return { kind: 'employee', id: actor.userId }
  return { kind: 'token', id: actor.key.startsWith('token:') ? actor.key.slice('token:'.length) : null }
}

/** The actor as the record of a conversation names them. */
export const doerOf = (actor: Actor): Doer => ({ ...auditActor(actor), name: actor.name })

/** May this principal see what belongs to the channel? */
export const maySee = (actor: Pick<Actor, 'channelIds'>, channel: ChannelId): boolean =>
  actor.channelIds === null || actor.channelIds.includes(channel)

/** The actor as the author of an entry in a feed. */
export const feedAuthor = (actor: Actor) =>
  actor.scenario
    ? { author_kind: 'scenario' as const, author_id: actor.scenario.id as string, author_name: actor.name }
    : { author_kind: 'employee' as const, author_id: actor.userId as string | null, author_name: actor.name }

/** What led to an event, if a scenario did it. */
export const causeOf = (actor: Actor): { cause?: Chain } => (actor.scenario ? { cause: actor.scenario.cause } : {})
