import type { SendOutcome } from '../src/channels/port.ts'
import type { ChannelId, ConversationId, DeliveryId } from '../src/domain/ids.ts'
import { now, traceCall } from '../src/observability/message-spans.ts'
import { countedCall, type Lane } from '../src/observability/provider-call.ts'
import { describeError } from '../src/store/describe-error.ts'
import type { WorkerDeps } from './worker-deps.ts'

interface CallOf {
  provider: string
  lane: Lane
  channelId: ChannelId
  conversation: ConversationId
  delivery: DeliveryId
  attempt: number
}

/** Makes a call that sends a message; it is counted, and traced where somebody collects traces. */
export async function makeCall(
  { tracer, database, log }: WorkerDeps,
  of: CallOf,
  call: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const startedAt = now()
  const outcome = await countedCall({ provider: of.provider, lane: of.lane }, call)
  if (tracer) {
    // Beside the work: the message does not wait for its trace.
    const { attempt } = of
    traceCall(tracer, database.db, of, { startedAt, attempt, outcome }).catch((error: unknown) =>
      log.debug({ err: describeError(error) }, 'a call was not traced'),
    )
  }
  return outcome
}
