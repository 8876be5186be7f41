import type { ChannelAdapter } from '../channels/port.ts'
import type { ConversationId, DeadLetterId } from '../domain/ids.ts'
import type { AuditEntry } from '../store/audit.ts'
import type { ChannelCache } from '../store/channels/channel-cache.ts'
import { type DeadLetterCase, loadDeadLetter, replayFailedStep } from '../store/dead-letters.ts'
import type { Database } from '../store/index.ts'
import { resolveReplayed } from '../store/intake/dead-letters.ts'
import { storeAudit } from '../store/intake/notes.ts'
import { inIntakeTransaction } from '../store/intake/run.ts'
import { routeItems } from './route-items.ts'
import { isRace, storeWebhooks } from './store-webhooks.ts'

export interface ReplayDeps {
  database: Database
  channels: ChannelCache
  adapterFor: (provider: string) => ChannelAdapter | null
  eventsStored: (conversations: Iterable<ConversationId>) => void
}

/** `still_dead`: nothing has changed since; the letter stays. `nothing_left`: its raw body or channel is gone. */
export type Replay =
  | { replay: 'done' }
  | { replay: 'resolved_before' }
  | { replay: 'still_dead'; reason: string; detail: string }
  | { replay: 'nothing_left' }
  | { replay: 'missing' }

const RACES = 5

/**
 * Tries a dead letter again. An item of a raw body is read again at its place and goes through the same door as every
 * webhook, since a channel was made or the code learned its kind; the event of a failed step is appended anew.
 * Idempotent: what is stored already is not stored again, and a resolved letter is left alone.
 */
export async function replayDeadLetter(
  deps: ReplayDeps,
  id: DeadLetterId,
  actor: AuditEntry['actor'],
): Promise<Replay> {
  const letter = await loadDeadLetter(deps.database.db, id)
  if (!letter) return { replay: 'missing' }
  if (letter.resolvedAt) return { replay: 'resolved_before' }
  if (letter.event) {
    const seq = await replayFailedStep(deps.database.db, id, letter.event, actor)
    if (seq === null) return { replay: 'resolved_before' }
    deps.eventsStored([letter.event.conversationId])
    return { replay: 'done' }
  }
  return replayItem(deps, letter, actor)
}

async function replayItem(deps: ReplayDeps, letter: DeadLetterCase, actor: AuditEntry['actor']): Promise<Replay> {
  const { raw, path, id } = letter
  const channel = raw && (await deps.channels.byId(raw.channelId))
  const adapter = channel && deps.adapterFor(channel.row.provider)
  if (!raw || !channel || !adapter) return { replay: 'nothing_left' }

  const sharing = await deps.channels.sharingSecret(channel.row.id)
  const parsed = adapter
    .parse(raw.body, raw.contentType)
    .filter((item) => item.path === path || item.path.startsWith(`${path}/`))
  const items = routeItems(
    parsed,
    channel.row.id,
    sharing.map(({ row }) => row),
  )
  if (items.length === 0) return { replay: 'nothing_left' }
  const dead = items.find((item) => item.to === 'dead_letter')
  if (dead && items.every((item) => item.to === 'dead_letter')) {
    return { replay: 'still_dead', reason: dead.reason, detail: dead.detail }
  }

  for (let race = 1; ; race++) {
    try {
      const changed = await inIntakeTransaction(deps.database.pool, async (run) => {
        if (!(await resolveReplayed(run, id))) return null
        await storeAudit(run, [{ actor, action: 'dead_letter.replayed', subject: { kind: 'dead_letter', id } }])
        return storeWebhooks(run, [{ raw: raw.id, items }])
      })
      if (changed === null) return { replay: 'resolved_before' }
      if (changed.length > 0) deps.eventsStored(changed)
      return { replay: 'done' }
    } catch (error) {
      if (race >= RACES || !isRace(error)) throw error
    }
  }
}
