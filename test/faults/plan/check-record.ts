import { type DeliveryState, deliveryRank } from '../../../src/domain/delivery-state.ts'
import { answerTo, type ClientRecord, type FaultRecord, noteOn } from './fault-record.ts'

/** States in which a message may stay (P3); the provider may be silent after it took one. */
const ENDS = new Set(['accepted', 'sent', 'delivered', 'read', 'played', 'failed', 'unknown'])

/**
 * Reads a run's record against the promises (design.md, P1–P8).
 * @returns each violation with its promise; none: all of them were kept
 */
export function violations(record: FaultRecord): string[] {
  return [
    ...record.clients.flatMap((client) => ofClient(record, client)),
    ...ofDeliveries(record),
    ...record.unfinished.map((what) => `P7: ${what}`),
    ...ofOutput(record),
  ]
}

function ofClient(record: FaultRecord, client: ClientRecord): string[] {
  const found: string[] = []
  const feed = client.tasks.flatMap((task) => task.feed.map(({ text }) => text))
  const orders = client.deeds.filter(({ does }) => does === 'order')
  const replies = orders.map(({ text }) => answerTo(text))
  const meant = new Set(client.deeds.map(({ text }) => text))
  for (const { text } of orders) meant.add(noteOn(text)).add(answerTo(text))

  if (client.tasks.length > 1) found.push(`M7: ${client.phone} has ${client.tasks.length} tasks`)
  for (const { text, acknowledged, does } of client.deeds) {
    const times = count(feed, text)
    if (times > 1) found.push(`P2: "${text}" stands ${times} times in the feed`)
    if (acknowledged && times === 0) found.push(`P1: "${text}" was acknowledged and is in no feed of ${client.phone}`)
    if (acknowledged && does === 'answer' && !record.deliveries.some((delivery) => delivery.text === text)) {
      found.push(`P3: "${text}" was to leave and has no delivery`)
    }
  }
  for (const { text, acknowledged } of orders) {
    const times = Math.max(count(feed, noteOn(text)), count(feed, answerTo(text)))
    if (times > 1) found.push(`P2: "${text}" fired its scenario ${times} times`)
    if (acknowledged && !feed.includes(noteOn(text))) found.push(`P1: "${text}" was acknowledged and fired no scenario`)
  }
  for (const text of feed) if (!meant.has(text)) found.push(`P6: "${text}" stands in a feed of ${client.phone}`)

  const mayLeave = new Set([
    ...client.deeds.filter(({ does }) => does === 'answer').map(({ text }) => text),
    ...replies,
  ])
  for (const text of new Set(client.received)) {
    if (!mayLeave.has(text)) found.push(`P6: "${text}" reached ${client.phone} and was not meant for them`)
    const times = count(client.received, text)
    if (times > 1) found.push(`P3: "${text}" reached ${client.phone} ${times} times`)
  }
  const known = client.deeds.filter(({ acknowledged }) => acknowledged).map(({ text }) => text)
  found.push(...outOfOrder('the feed', known, feed), ...outOfOrder('the phone', known, client.received))
  return found
}

/** Of what is in both lists the order must be the same. */
function outOfOrder(where: string, meant: readonly string[], seen: readonly string[]): string[] {
  const wanted = meant.filter((text) => seen.includes(text))
  const is = seen.filter((text) => wanted.includes(text)).filter((text, at, all) => all.indexOf(text) === at)
  const wrong = wanted.findIndex((text, at) => is[at] !== text)
  return wrong < 0 ? [] : [`P5: in ${where} "${is[wrong]}" stands where "${wanted[wrong]}" belongs`]
}

function ofDeliveries({ deliveries, calls }: FaultRecord): string[] {
  return deliveries.flatMap(({ id, text, state, told }) => {
    const found: string[] = []
    if (!ENDS.has(state)) found.push(`P3: "${text}" has not ended: ${state}`)
    const taken = calls.filter((call) => call.delivery === id && call.taken).length
    if (taken > 1) found.push(`P3: the provider took "${text}" ${taken} times`)
    if (taken === 0 && hasLeft(state)) found.push(`P3: "${text}" is ${state}, and the provider never took it`)
    const backwards = told.findIndex((one, at) => isBackwards(told[at - 1], one))
    if (backwards >= 0) found.push(`P4: "${text}" went from ${told[backwards - 1]} to ${told[backwards]}`)
    return found
  })
}

const hasLeft = (state: string) => state !== 'failed' && state !== 'unknown' && rank(state) >= deliveryRank('accepted')
const rank = (state: string) => deliveryRank(state as DeliveryState)

/** Before the provider has it a message may go back to the queue; from then on only forward, or to a failure. */
function isBackwards(before: string | undefined, after: string): boolean {
  if (before === undefined || before === 'failed') return false
  return rank(before) >= deliveryRank('accepted') && rank(after) < rank(before)
}

function ofOutput({ clients, output, secrets }: FaultRecord): string[] {
  const words = clients.flatMap(({ phone, deeds }) => [phone, ...deeds.map(({ text }) => text)])
  return [...secrets, ...words].filter((word) => output.includes(word)).map((word) => `P8: a log says "${word}"`)
}

const count = (list: readonly string[], text: string): number => list.filter((one) => one === text).length
