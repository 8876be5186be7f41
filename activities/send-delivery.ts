import { setTimeout as pause } from 'node:timers/promises'
import type { Capabilities, ChannelAdapter, OutgoingBody, SendOutcome } from '../src/channels/port.ts'
import { adapterFor, capabilitiesOf } from '../src/channels/registry.ts'
import { webhookAddressWithKey } from '../src/channels/webhook-address.ts'
import type { SendActivities, SendResult } from '../src/domain/conversation-workflow.ts'
import type { DeliveryBody } from '../src/domain/delivery.ts'
import { messagesPerSecond, perPair, perSecond } from '../src/domain/pacing.ts'
import type { ProviderFailure } from '../src/domain/provider-failure.ts'
import { replyWindow } from '../src/domain/reply-window.ts'
import { type RestrictedSubject, restrictionOn } from '../src/domain/send-restriction.ts'
import { afterRejection, afterTrial } from '../src/domain/send-retry.ts'
import { ordersCalled, sendsRefused } from '../src/observability/counts.ts'
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
import {
  forgetUpload,
  loadSendOrder,
  type OrderedFile,
  rememberSlot,
  type SendOrder,
} from '../src/store/sends/send-order.ts'
import { fairTurns } from './fair-turns.ts'
import { untilRecorded, withHeartbeat } from './heartbeat.ts'
import { makeCall } from './make-call.ts'
import { readyTemplate } from './ready-template.ts'
import { admitSend } from './send-turn.ts'
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
  const inTurn = fairTurns()
  return {
    sendDelivery: (delivery) =>
      withHeartbeat(async () => {
        try {
          const order = await loadSendOrder(deps.database.db, delivery)
          if (!order) return SETTLED
          return await inTurn(order.channelId, async () => withProof(deps, order, await sendOrder(deps, order)))
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
  const { database, channels } = deps
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
  if (!adapter || !maySend(order)) {
    await recordParked(database, order, null, null)
    return SETTLED
  }
  const obstacle = lastObstacle(order, adapter)
  if (obstacle) {
    sendsRefused.inc({ code: obstacle.code })
    return settledWith(await recordFailed(database, order, null, obstacle))
  }

  const turn = await admitSend(deps, channel)
  if ('waitMs' in turn) return again(turn.waitMs)
  const called = new Called(turn.isTrial)
  try {
    return await sendNow(deps, order, { adapter, channel }, called)
  } finally {
    await turn.end(called.outcome)
  }
}

/** How the provider answered, if it was called; and whether the call was to find out if it answers at all. */
class Called {
  outcome: SendOutcome | null = null
  readonly isTrial: boolean
  constructor(isTrial: boolean) {
    this.isTrial = isTrial
  }
}

async function sendNow(
  deps: WorkerDeps,
  order: SendOrder,
  { adapter, channel }: { adapter: ChannelAdapter; channel: LoadedChannel },
  called: Called,
): Promise<SendResult> {
  const { database, worker } = deps
  const body = await readyBody(deps, order, { adapter, channel }, called)
  if ('result' in body) return body.result

  const waitMs = order.slotInMs ?? (await takePlaces(deps, order, adapter, channel))
  if (waitMs > SHORT_WAIT_MS) {
    if (order.slotInMs === null) await rememberSlot(database.db, order.deliveryId, waitMs)
    return again(waitMs)
  }
  if (waitMs > 0) await pause(waitMs)

  const claim = await claimAttempt(database, order, worker)
  if (claim.claim === 'refused') return SETTLED
  const { provider } = channel.row
  if (claim.tries === 1) ordersCalled.observe({ provider }, claim.waitedSeconds)
  const { attempt } = claim
  const { channelId, conversationId: conversation, deliveryId: delivery } = order
  const of = { provider, lane: 'conversation' as const, channelId, conversation, delivery, attempt }
  const outcome = await makeCall(deps, of, () =>
    adapter.send(
      channel.config,
      {
        deliveryId: order.deliveryId,
        recipient: order.recipient,
        quoted: order.quoted,
        ...('personsReply' in order.body && order.body.personsReply && { personsReply: true }),
        reportTo: webhookAddressWithKey(adapter, channel.config, deps.publicUrl, order.channelId),
        body: body.body,
      },
      AbortSignal.timeout(CALL_TIMEOUT_MS),
    ),
  )
  called.outcome = outcome
  return untilRecorded(() => recordOutcome(deps, order, { ...claim, isTrial: called.isTrial }, outcome))
}

async function recordOutcome(
  deps: WorkerDeps,
  order: SendOrder,
  claim: { attempt: number; tries: number; waitedSeconds: number; isTrial: boolean },
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
      const verdict = claim.isTrial
        ? afterTrial(failure, claim, Math.random())
        : afterRejection(failure, claim.tries, Math.random())
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

/**
 * A person or a status has to say what became of it; or it is sent once more, where its author asked for that, or where
 * the provider knows a repeated call by its delivery id.
 */
async function afterUnknownOutcome(
  { database, channels }: WorkerDeps,
  order: SendOrder,
  attempt: number | null,
  detail: string,
): Promise<SendResult> {
  const channel = await channels.byId(order.channelId)
  const repeatsSafely = channel !== null && capabilitiesOf(channel.row.provider)?.repeatsSafely === true
  const verdict = await recordUnknown(database, order, attempt, detail, repeatsSafely)
  return verdict.next === 'again' ? again(verdict.afterMs) : SETTLED
}

/** A channel that is restricted keeps back only what its restrictions are about; without any it can send nothing. */
function maySend({ channel: { state, restrictions }, body, now }: SendOrder): boolean {
  if (state !== 'restricted' || restrictions.length === 0) return state === 'connected'
  const subject: RestrictedSubject =
    body.kind === 'template' ? { kind: 'template', category: body.template.category } : { kind: 'free' }
  return restrictionOn(restrictions, subject, now) === undefined
}

/** What has come between the order and the call: asked again in the last moment (design.md, Sends). */
function lastObstacle(order: SendOrder, adapter: ChannelAdapter): { code: string; detail: string } | null {
  const { body } = order
  if (body.kind !== 'template') {
    return mayStillLeave(order, body, adapter.capabilities)
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

/** The reply window, or what allowed the message to leave after it (src/store/deliveries/gate.ts). */
function mayStillLeave(
  { lastInAt, now }: SendOrder,
  body: Exclude<DeliveryBody, { kind: 'template' }>,
  { replyWindowHours, personWindowHours }: Capabilities,
): boolean {
  if (replyWindow(lastInAt, replyWindowHours, now).open) return true
  if (body.kind === 'text' && body.privateReply) return now < new Date(body.privateReply.until)
  const isTyped = 'personsReply' in body && body.personsReply !== undefined
  return isTyped && personWindowHours !== undefined && replyWindow(lastInAt, personWindowHours, now).open
}

/** The message in the provider's terms; a file is made known to the provider first, which can be repeated safely. */
async function readyBody(
  deps: WorkerDeps,
  order: SendOrder,
  { adapter, channel }: { adapter: ChannelAdapter; channel: LoadedChannel },
  called: Called,
): Promise<{ body: OutgoingBody } | { result: SendResult }> {
  const { body, file } = order
  if (body.kind === 'interactive') return { body }
  if (body.kind === 'text') {
    const { text, privateReply } = body
    return { body: { kind: 'text', text, ...(privateReply && { privateReplyTo: privateReply.comment }) } }
  }
  const needed = bodyWithMedia(body)
  if ('body' in needed) return needed
  const stored = file ? await deps.files.open(file.content) : null
  if (!file || !stored) {
    const failure = { code: 'file_missing', detail: 'the file is not in the file store' }
    return { result: settledWith(await recordFailed(deps.database, order, null, failure)) }
  }
  if (file.uploadedMediaId) {
    await stored.body.cancel()
    return { body: withFile(needed.with(file.uploadedMediaId), file) }
  }
  const upload = await uploadFile(deps, { adapter, channel }, file, stored)
  if (upload.ok) return { body: withFile(needed.with(upload.mediaId), file) }
  called.outcome = { outcome: 'rejected', failure: upload.failure }
  return { result: await afterRefusedUpload(deps, order, upload.failure, called.isTrial) }
}

const withFile = (body: OutgoingBody, { name, mime, size }: OrderedFile): OutgoingBody =>
  body.kind === 'media' ? { ...body, file: { name, mime, size } } : body

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
async function afterRefusedUpload(
  deps: WorkerDeps,
  order: SendOrder,
  failure: ProviderFailure,
  isTrial: boolean,
): Promise<SendResult> {
  const claim = await claimAttempt(deps.database, order, deps.worker)
  if (claim.claim === 'refused') return SETTLED
  return untilRecorded(() => recordOutcome(deps, order, { ...claim, isTrial }, { outcome: 'rejected', failure }))
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
