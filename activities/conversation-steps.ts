import { capabilitiesOf } from '../src/channels/registry.ts'
import type { ConversationSteps } from '../src/domain/conversation-workflow.ts'
import { workEvents } from '../src/store/steps/work-events.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** The database steps of a conversation, as local activities. */
export const conversationSteps = (deps: WorkerDeps): ConversationSteps => ({
  async workEvents(request) {
    const result = await workEvents(deps.database, request, capabilitiesOf)
    deps.notifyLive()
    return result
  },
})
