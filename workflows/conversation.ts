import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  patched,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import {
  ARRIVED,
  type Arrived,
  type ConversationCarry,
  TURN_OVER,
  type WorkResult,
} from '../src/domain/conversation-workflow.ts'
import type { AttachmentId, OutsideCallId } from '../src/domain/ids.ts'
import { files, outside, sends, steps } from './conversation-activities.ts'

export const arrived = defineSignal<[Arrived]>(ARRIVED)
export const turnOver = defineSignal(TURN_OVER)

/** Replaying a long history costs more than turning it over (reference/temporal.md §1.3). */
const EVENTS_PER_RUN = 800

/**
 * One conversation with one client on one channel, for as long as it lasts.
 *
 * It waits for what arrives — a client's message, a notified comment, whatever else changes the conversation —
 * and works it off in order: a task on first contact, comments, deliveries. What a step asks for is then done:
 * messages are sent one after the other, the client's files are fetched and endpoints are called side by side. Bulk
 * messages are held out of the task until the client replies or their month is over; scenarios run, and wait as long
 * as they have to.
 */
export const conversation = (carry: ConversationCarry): Promise<void> =>
  // Nobody cancels a conversation half-way, with calls under way: who must end one terminates it.
  CancellationScope.nonCancellable(() => converse(carry))

async function converse(carry: ConversationCarry): Promise<void> {
  const { conversationId } = carry
  const toSend = [...carry.sends]
  const toFetch = new Set(carry.fetches)
  const toCall = new Set(carry.calls ?? [])
  let { worked, heard } = carry
  /** The first of `toSend` is tried no earlier; milliseconds since 1970. */
  let sendAt = carry.sendAt ?? 0
  let calling = false
  let lookingUp = false
  let wantsLookUp = false
  /** When the first hold or wait ends. */
  let wakeAt = carry.wakeAt ?? null
  let isDue = false
  /** It is asked to go on in another run. */
  let isUnwanted = false

  setHandler(arrived, ({ upTo }) => {
    heard = Math.max(heard, upTo)
  })
  setHandler(turnOver, () => {
    isUnwanted = true
  })

  const hasNews = () => worked === null || heard > worked
  const isLong = () =>
    isUnwanted || workflowInfo().historyLength >= EVENTS_PER_RUN || workflowInfo().continueAsNewSuggested

  /** A long run starts no further call: the next one does. */
  const sendInOrder = async () => {
    while (true) {
      await condition(() => toSend.length > 0 && !isLong())
      if (sendAt > Date.now()) await sleep(sendAt - Date.now())
      const [next] = toSend
      if (next === undefined || isLong()) continue
      calling = true
      const result = await sends.sendDelivery(next)
      calling = false
      if (result.now === 'settled') {
        toSend.shift()
        heard = Math.max(heard, result.stored ?? 0)
      } else sendAt = Date.now() + result.afterMs
    }
  }

  /** Asked for again while it is fetched: that try may have failed already, without our having heard of it. */
  const fetchAgain = new Set<AttachmentId>()
  const fetchSoon = async (attachment: AttachmentId) => {
    do {
      fetchAgain.delete(attachment)
      await files.fetchFile(attachment)
    } while (fetchAgain.has(attachment))
    toFetch.delete(attachment)
  }

  /** Nobody waits for it, and it may fail: the conversation goes on with what it knows of the client. */
  const lookUpSoon = async () => {
    wantsLookUp = true
    if (lookingUp) return
    lookingUp = true
    while (wantsLookUp) {
      wantsLookUp = false
      await files.lookUp(conversationId).catch(() => undefined)
    }
    lookingUp = false
  }

  const callSoon = async (call: OutsideCallId) => {
    let result = await outside.callOutside(call)
    while (result.now === 'again') {
      await sleep(result.afterMs)
      result = await outside.callOutside(call)
    }
    toCall.delete(call)
    heard = Math.max(heard, result.stored ?? 0)
  }

  /** One timer, however much arrives: a deadline that was put off or taken away is looked at when it fires. */
  const keepTime = async () => {
    while (true) {
      await condition(() => wakeAt !== null && !isDue)
      const until = wakeAt ?? 0
      if (until > Date.now()) await condition(() => wakeAt !== null && wakeAt < until, until - Date.now())
      isDue = wakeAt !== null && wakeAt <= Date.now()
    }
  }

  void sendInOrder()
  void keepTime()
  for (const attachment of toFetch) void fetchSoon(attachment)
  for (const call of toCall) void callSoon(call)

  while (true) {
    await condition(() => hasNews() || isDue || (isLong() && !calling))

    while (hasNews() || isDue) {
      const told = heard
      const due: { dueBy?: number } = isDue ? { dueBy: Date.now() } : {}
      const step: WorkResult = await steps.workEvents({ conversationId, after: worked, upTo: told, ...due })
      worked = step.worked
      if (step.wakeAt !== undefined) wakeAt = step.wakeAt
      isDue = wakeAt !== null && wakeAt <= Date.now()
      // A database that was set back to an earlier moment knows fewer events than we were told of. What we were told
      // while the step ran is newer than its answer.
      if (heard === told) heard = Math.min(told, step.stored)
      heard = Math.max(heard, step.appended ?? 0)
      // Whatever is asked for while its call is under way is asked for again: that call may have ended without it.
      const waiting = calling ? toSend.slice(1) : toSend
      toSend.push(...step.sends.filter((delivery) => !waiting.includes(delivery)))
      if (step.lookUp) void lookUpSoon()
      for (const attachment of step.fetches) {
        if (toFetch.has(attachment)) {
          if (patched('fetch-again')) fetchAgain.add(attachment)
          continue
        }
        toFetch.add(attachment)
        void fetchSoon(attachment)
      }
      for (const call of step.calls ?? []) {
        if (toCall.has(call)) continue
        toCall.add(call)
        void callSoon(call)
      }
      const { waitMs } = step
      if (waitMs !== undefined) await (calling ? condition(() => !calling, waitMs) : sleep(waitMs))
    }

    if (isLong() && !calling) {
      await continueAsNew<typeof conversation>({
        v: 1,
        conversationId,
        worked,
        heard,
        sends: toSend,
        sendAt,
        fetches: [...toFetch],
        ...(toCall.size > 0 && { calls: [...toCall] }),
        wakeAt,
      })
    }
  }
}
