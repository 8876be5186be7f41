import { condition, continueAsNew, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow'
import { ARRIVED, type Arrived, type ConversationCarry } from '../src/domain/conversation-workflow.ts'
import { files, sends, steps } from './conversation-activities.ts'

export const arrived = defineSignal<[Arrived]>(ARRIVED)

/** Replaying a long history costs more than turning it over (reference/temporal.md §1.3). */
const EVENTS_PER_RUN = 800

/**
 * One conversation with one client on one channel, for as long as it lasts.
 *
 * It waits for what arrives — a client's message, a notified comment, whatever else changes the conversation —
 * and works it off in order: a task on first contact, comments, deliveries. What a step asks for is then done:
 * messages are sent one after the other, the client's files are fetched side by side.
 */
export async function conversation(carry: ConversationCarry): Promise<void> {
  const { conversationId } = carry
  const toSend = [...carry.sends]
  const toFetch = new Set(carry.fetches)
  let { worked, heard } = carry
  let turningOver = false

  setHandler(arrived, ({ upTo }) => {
    heard = Math.max(heard, upTo)
  })

  const hasNews = () => worked === null || heard > worked
  const isLong = () => workflowInfo().historyLength >= EVENTS_PER_RUN || workflowInfo().continueAsNewSuggested

  const sendInOrder = async () => {
    while (!turningOver) {
      await condition(() => toSend.length > 0 || turningOver)
      const [next] = toSend
      if (turningOver || next === undefined) return
      const result = await sends.sendDelivery(next)
      if (result.now === 'settled') {
        toSend.shift()
        heard = Math.max(heard, result.stored ?? 0)
      } else await condition(() => turningOver, result.afterMs)
    }
  }

  const fetchSoon = async (attachment: (typeof carry.fetches)[number]) => {
    await files.fetchFile(attachment)
    toFetch.delete(attachment)
  }

  let sendLane = sendInOrder()
  for (const attachment of toFetch) void fetchSoon(attachment)

  while (true) {
    await condition(() => hasNews() || isLong())

    while (hasNews()) {
      const step = await steps.workEvents({ conversationId, after: worked, upTo: heard })
      worked = step.worked
      // A database that was set back to an earlier moment knows fewer events than we were told of.
      heard = Math.min(heard, step.stored)
      toSend.push(...step.sends.filter((delivery) => !toSend.includes(delivery)))
      for (const attachment of step.fetches) {
        if (toFetch.has(attachment)) continue
        toFetch.add(attachment)
        void fetchSoon(attachment)
      }
    }

    if (isLong()) {
      // A call under way is awaited; what waits for its turn is carried over.
      turningOver = true
      await sendLane
      if (!hasNews()) {
        await continueAsNew<typeof conversation>({
          v: 1,
          conversationId,
          worked,
          heard,
          sends: toSend,
          fetches: [...toFetch],
        })
      }
      turningOver = false
      sendLane = sendInOrder()
    }
  }
}
