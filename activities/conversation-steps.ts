import { capabilitiesOf } from '../src/channels/registry.ts'
import type { ConversationSteps } from '../src/domain/conversation-workflow.ts'
import { eventsWorked } from '../src/observability/counts.ts'
import { now, traceStep } from '../src/observability/message-spans.ts'
import { describeError } from '../src/store/describe-error.ts'
import { workEvents } from '../src/store/steps/work-events.ts'
import type { WorkerDeps } from './worker-deps.ts'

/** The database steps of a conversation, as local activities. */
export const conversationSteps = (deps: WorkerDeps): ConversationSteps => ({
  async workEvents(request) {
    const startedAt = now()
    const events: { seq: number; waitedSeconds: number }[] = []
    const result = await workEvents(deps.database, request, capabilitiesOf, (kind, waitedSeconds, seq) => {
      eventsWorked.observe({ kind }, Math.max(0, waitedSeconds))
      events.push({ seq, waitedSeconds })
    })
    deps.notifyLive()
    if (deps.tracer) {
      // Beside the work: the conversation does not wait for its trace.
      traceStep(deps.tracer, deps.database.db, { conversation: request.conversationId, events }, startedAt).catch(
        (error: unknown) => deps.log.debug({ err: describeError(error) }, 'a step was not traced'),
      )
    }
    return result
  },
})
