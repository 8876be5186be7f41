import type { SendOutcome } from '../channels/port.ts'
import type { ChannelId, ConversationId, DeliveryId } from '../domain/ids.ts'
import type { Db } from '../store/index.ts'
import { causeOfSend, causesOf, type EventCause } from '../store/watch/event-causes.ts'
import { spanIdOf, traceIdOf } from './trace-ids.ts'
import type { Tracer } from './tracer.ts'

/** The spans of a message's way: webhook → step → call to the provider, each a child of the one before. */

/** A webhook that was stored: a span in the trace of each event that it brought. */
export function traceWebhook(
  tracer: Tracer,
  of: { provider: string; events: readonly { channelId: ChannelId; dedupeKey: string | null; kind: string }[] },
  startedAt: number,
): void {
  const endedAt = now()
  for (const { channelId, dedupeKey, kind } of of.events) {
    if (dedupeKey === null) continue
    const traceId = traceIdOf({ conversation: null, channelId, dedupeKey, seq: null })
    tracer.add({
      traceId,
      spanId: spanIdOf(traceId, 'webhook'),
      parentId: null,
      name: 'webhook',
      kind: 'server',
      startedAt,
      endedAt,
      fault: null,
      attributes: { 'parley.provider': of.provider, 'parley.channel': channelId, 'parley.event': kind },
    })
  }
}

/** A step of a conversation: a span in the trace of each event that it worked off. */
export async function traceStep(
  tracer: Tracer,
  db: Db,
  of: { conversation: ConversationId; events: readonly { seq: number; waitedSeconds: number }[] },
  startedAt: number,
): Promise<void> {
  const endedAt = now()
  if (of.events.length === 0) return
  const waited = new Map(of.events.map(({ seq, waitedSeconds }) => [seq, waitedSeconds]))
  for (const cause of await causesOf(db, of.conversation, [...waited.keys()])) {
    const traceId = traceOf(of.conversation, cause)
    tracer.add({
      traceId,
      spanId: spanIdOf(traceId, stepOf(cause.seq)),
      parentId: parentOf(traceId, cause),
      name: `step ${cause.kind}`,
      kind: 'internal',
      startedAt,
      endedAt,
      fault: null,
      attributes: {
        'parley.conversation': of.conversation,
        'parley.seq': cause.seq,
        'parley.waited_ms': Math.round((waited.get(cause.seq) ?? 0) * 1_000),
      },
    })
  }
}

/** A call that sends a message: a child of the step that ordered it. */
export async function traceCall(
  tracer: Tracer,
  db: Db,
  of: { provider: string; lane: string; conversation: ConversationId; channelId: ChannelId; delivery: DeliveryId },
  call: { startedAt: number; attempt: number; outcome: SendOutcome },
): Promise<void> {
  const endedAt = now()
  const cause = await causeOfSend(db, of.conversation, of.delivery)
  const { outcome } = call
  // A campaign's message has no event that ordered it: its trace is its own.
  const traceId = cause
    ? traceOf(of.conversation, cause)
    : traceIdOf({ conversation: null, channelId: of.channelId, dedupeKey: of.delivery, seq: null })
  tracer.add({
    traceId,
    spanId: spanIdOf(traceId, `call ${of.delivery} ${call.attempt}`),
    parentId: cause ? spanIdOf(traceId, stepOf(cause.seq)) : null,
    name: 'provider call',
    kind: 'client',
    startedAt: call.startedAt,
    endedAt,
    fault: outcome.outcome === 'accepted' ? null : outcome.outcome === 'unknown' ? 'unknown' : outcome.failure.code,
    attributes: {
      'parley.provider': of.provider,
      'parley.lane': of.lane,
      'parley.channel': of.channelId,
      'parley.conversation': of.conversation,
      'parley.delivery': of.delivery,
      'parley.attempt': call.attempt,
      'parley.outcome': outcome.outcome,
    },
  })
}

const traceOf = (conversation: ConversationId, { root }: EventCause): string =>
  traceIdOf({ conversation, channelId: root.channelId, dedupeKey: root.dedupeKey, seq: root.seq })

const stepOf = (seq: number): string => `step ${seq}`

/** What came by a webhook hangs on it, what followed on the step that began it. */
function parentOf(traceId: string, { seq, root }: EventCause): string | null {
  if (seq !== root.seq) return spanIdOf(traceId, stepOf(root.seq))
  return root.dedupeKey === null ? null : spanIdOf(traceId, 'webhook')
}

/** Milliseconds since 1970, with their fractions. */
export const now = (): number => performance.timeOrigin + performance.now()
