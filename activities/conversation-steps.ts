import { adapterFor } from '../src/channels/registry.ts'
import type { ConversationSteps } from '../src/domain/conversation-workflow.ts'
import { workEvents } from '../src/store/steps/work-events.ts'
import type { WorkerDeps } from './worker-deps.ts'

const sendRulesOf = (provider: string) => adapterFor(provider)?.capabilities ?? null

/** The database steps of a conversation, as local activities. */
export const conversationSteps = (deps: WorkerDeps): ConversationSteps => ({
  async workEvents(request) {
    const result = await workEvents(deps.database, request, sendRulesOf)
    deps.notifyLive()
    return result
  },
})
