import { capabilitiesOf } from '../../channels/registry.ts'
import type { ConversationId } from '../../domain/ids.ts'
import type { SendRulesOf } from '../../store/deliveries/gate.ts'
import { liveNotifier } from '../../store/live/notify.ts'
import type { HttpDeps } from '../context.ts'

/** After a commit: the conversation's workflow hears of its new events, and people's screens of what changed. */
export function announce(
  deps: Pick<HttpDeps, 'database' | 'log' | 'eventsStored'>,
  conversation: ConversationId | null,
): void {
  if (conversation !== null) deps.eventsStored([conversation])
  liveNotifier(deps.database.pool, (error) => {
    deps.log.warn({ code: error instanceof Error ? error.name : 'unknown' }, 'a hint at live updates could not be sent')
  }).notify()
}

/** What a provider allows to be sent; null where there is no adapter for it. */
export const sendRulesOf: SendRulesOf = capabilitiesOf
