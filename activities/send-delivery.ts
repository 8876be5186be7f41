import { setTimeout as pause } from 'node:timers/promises'
import type { ChannelAdapter, OutgoingBody, SendOutcome } from '../src/channels/port.ts'
import { adapterFor } from '../src/channels/registry.ts'
import type { SendActivities, SendResult } from '../src/domain/conversation-workflow.ts'
import type { DeliveryBody } from '../src/domain/delivery.ts'
import { messagesPerSecond, perPair, perSecond } from '../src/domain/pacing.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import { replyWindow } from '../src/domain/reply-window.ts'
import { afterRejection } from '../src/domain/send-retry.ts'
import { channelCannotSend } from '../src/store/channels/channel-trouble.ts'
import type { LoadedChannel } from '../src/store/channels/load-channel.ts'
import {
  claimAttempt,
  recordAccepted,
  recordFailed,
  recordParked,
  recordProven,
  recordTryAgain,
  recordUnknown,
} from '../src/store/sends/ledger.ts'
import { channelPace, holdPace, takePlace } from '../src/store/sends/pace.ts'
import { forgetUpload, loadSendOrder, rememberSlot, type SendOrder } from '../src/store/sends/send-order.ts'
import { untilRecorded, withHeartbeat } from './heartbeat.ts'
import { readyTemplate } from './ready-template.ts'
import { uploadFile } from './upload-file.ts'
import type { WorkerDeps } from './worker-deps.ts'

const SETTLED: SendResult = { now: 'settled' }
const settledWith = (stored: number | null): SendResult => (stored === null ? SETTLED : { now: 'settled', stored })
const again = (afterMs: number): SendResult => ({ now: 'again', afterMs: Math.max(1, Math.ceil(afterMs)) })

/** A provider that has not answered by then has perhaps taken the message: the outcome is unknown. */
const CALL_TIMEOUT_MS = 30_000
/** A wait shorter than this is not worth a timer in the workflow. */
const SHORT_WAIT_MS = 50

/** Sends deliveries, one call each, by the rules of the ledger (design.md, Sends; P3, P6). */
export function sendActivities(deps: WorkerDeps): SendActivities {
  return {
    sendDelivery: (delivery) =>
      withHeartbeat(async () => {
        try {
          const order = await loadSendOrder(deps.database.db, delivery)
          return order ? await withProof(deps, order, await sendOrder(deps, order)) : SETTLED
        } finally {
          deps.notifyLive()
        }
      }),
  }
}

/**
 * A status may have come meanwhile, of this call or an earlier one: it says that the message left where this attempt
 * could not, and the run that waits for it must hear of it.
 */
async function withProof({ database }: WorkerDeps, order: SendOrder, result: SendResult): Promise<SendResult> {
  if (result.now === 'again' || result.stored !== undefined || !order.run) return result
  const now = await loadSendOrder(database.db, order.deliveryId)
  return settledWith(now && (await recordProven(database, now)))
}

async function sendOrder(deps: WorkerDeps, order: SendOrder): Promise<SendResult> {
  const { database, channels, worker } = deps
  if (order.state === 'sending') {
    // Somebody claimed it and never said how it ended: it may have left. Nobody calls again by themselves (P3).
    return afterUnknownOutcome(deps, order, null, 'the sending process ended during the call')
  }
  if (order.state !== 'queued' || order.parked || order.held) return SETTLED

  const channel = await channels.byId(order.channelId)
  if (!channel) {
    const failure = { code: 'channel_deleted', detail: 'the channel was deleted before the message left' }
    return settledWith(await recordFailed(database, order, null, failure))
  }
  const adapter = adapterFor(channel.row.provider)
  if (channel.row.state !== 'connected' || !adapter) {
    await recordParked(database, order, null, null)
    return SETTLED
  }
  const obstacle = lastObstacle(order, adapter)
  if (obstacle) return settledWith(await recordFailed(database, order, null, obstacle))

  const body = await readyBody(deps, order, adapter, channel)
  if ('result' in body) return body.result

  const waitMs = order.slotInMs ?? (await takePlaces(deps, order, adapter, channel))
  if (waitMs > SHORT_WAIT_MS) {
    if (order.slotInMs === null) await rememberSlot(database.db, order.deliveryId, waitMs)
    return again(waitMs)
  }
  if (waitMs > 0) await pause(waitMs)

  const claim = await claimAttempt(database, order, worker)
  if (claim.claim === 'refused') return SETTLED
  const outcome = await adapter.send(
    channel.config,
    { deliveryId: order.deliveryId, recipient: order.recipient, quoted: order.quoted, body: body.body },
    AbortSignal.timeout(CALL_TIMEOUT_MS),
  )
  return untilRecorded(() => recordOutcome(deps, order, claim, outcome))
}

async function recordOutcome(
  deps: WorkerDeps,
  order: SendOrder,
  claim: { attempt: number; tries: number },
  outcome: SendOutcome,
): Promise<SendResult> {
  const { database } = deps
  switch (outcome.outcome) {
    case 'accepted':
      return settledWith(await recordAccepted(database, order, claim.attempt, outcome))
    case 'unknown':
      return afterUnknownOutcome(deps, order, claim.attempt, outcome.detail)
    case 'rejected': {
      const { failure } = outcome
      const verdict = afterRejection(failure, claim.tries, Math.random())
      switch (verdict.next) {
        case 'again':
          await recordTryAgain(database, order, claim.attempt, failure)
          if (failure.limit === 'channel') await holdPace(database.db, channelPace(order.channelId), verdict.afterMs)
          return again(verdict.afterMs)
        case 'park':
          await recordParked(database, order, claim.attempt, failure)
          await tellChannelTrouble(deps, order, failure)
          return SETTLED
        case 'fail':
          if (order.file) await forgetUpload(database.db, order.file)
          return settledWith(await recordFailed(database, order, claim.attempt, failure))
      }
    }
  }
}

/** A person or a status has to say what became of it; or it is sent once more, where its author asked for that. */
async function afterUnknownOutcome(
  { database }: WorkerDeps,
  order: SendOrder,
  attempt: number | null,
  detail: string,
): Promise<SendResult> {
  const verdict = await recordUnknown(database, order, attempt, detail)
  return verdict.next === 'again' ? again(verdict.afterMs) : SETTLED
}

/** What has come between the order and the call: asked again in the last moment (design.md, Sends). */
function lastObstacle(order: SendOrder, adapter: ChannelAdapter): { code: string; detail: string } | null {
  const { body } = order
  if (body.kind !== 'template') {
    return replyWindow(order.lastInAt, adapter.capabilities.replyWindowHours, order.now).open
      ? null
      : { code: 'window_closed', detail: 'the reply window closed before the message left' }
  }
  if (order.templateStatus !== 'approved') {
    return { code: 'template_not_approved', detail: `the template's status is "${order.templateStatus ?? 'deleted'}"` }
  }
  return order.optedOut && body.template.category === 'marketing'
    ? { code: 'opted_out', detail: 'the client stopped marketing messages before it left' }
    : null
}

/** The message in the provider's terms; a file is made known to the provider first, which can be repeated safely. */
async function readyBody(
  deps: WorkerDeps,
  order: SendOrder,
  adapter: ChannelAdapter,
  channel: LoadedChannel,
): Promise<{ body: OutgoingBody } | { result: SendResult }> {
  const { body, file } = order
  if (body.kind === 'text' || body.kind === 'interactive') return { body }
  const needed = bodyWithMedia(body)
  if ('body' in needed) return needed
  const stored = file ? await deps.files.open(file.content) : null
  if (!file || !stored) {
    const failure = { code: 'file_missing', detail: 'the file is not in the file store' }
    return { result: settledWith(await recordFailed(deps.database, order, null, failure)) }
  }
  if (file.uploadedMediaId) {
    await stored.body.cancel()
    return { body: needed.with(file.uploadedMediaId) }
  }
  const upload = await uploadFile(deps, { adapter, channel }, file, stored)
  if (upload.ok) return { body: needed.with(upload.mediaId) }
  return { result: await afterRefusedUpload(deps, order, upload.failure) }
}

/** What leaves once the provider has an id for the file; or what leaves as it is. */
function bodyWithMedia(
  body: Extract<DeliveryBody, { kind: 'media' | 'template' }>,
): { body: OutgoingBody } | { with: (mediaId: string) => OutgoingBody } {
  if (body.kind === 'media') {
    const { media, caption, fileName } = body
    return { with: (mediaId) => ({ kind: 'media', media, mediaId, caption, fileName }) }
  }
  const template = readyTemplate(body.template)
  if ('ready' in template) return { body: { kind: 'template', template: template.ready } }
  return { with: (mediaId) => ({ kind: 'template', template: template.with(mediaId) }) }
}

/** Nothing has left, but it was an attempt: it counts, or a file that never gets through would hold up all that follows. */
async function afterRefusedUpload(deps: WorkerDeps, order: SendOrder, failure: ProviderFailure): Promise<SendResult> {
  const claim = await claimAttempt(deps.database, order, deps.worker)
  if (claim.claim === 'refused') return SETTLED
  return untilRecorded(() => recordOutcome(deps, order, claim, { outcome: 'rejected', failure }))
}

/** One place in the channel's pace and one in the recipient's; the later of the two counts. */
async function takePlaces(
  deps: WorkerDeps,
  order: SendOrder,
  adapter: ChannelAdapter,
  channel: LoadedChannel,
): Promise<number> {
  const { capabilities } = adapter
  const rate = messagesPerSecond(channel.row, capabilities.messagesPerSecond)
  const pair = await takePlace(deps.database.db, `pair:${order.conversationId}`, perPair(capabilities.pair))
  const account = await takePlace(deps.database.db, channelPace(order.channelId), perSecond(rate))
  return Math.max(pair, account)
}

async function tellChannelTrouble(deps: WorkerDeps, order: SendOrder, failure: ProviderFailure): Promise<void> {
  deps.log.warn({ channelId: order.channelId, code: failure.code }, 'the provider refuses to send for this channel')
  await channelCannotSend(deps.database, order.channelId, failure)
  deps.channels.forget()
}
