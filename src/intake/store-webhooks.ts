import type { ChannelId, ConversationId } from '../domain/ids.ts'
import type { AuditEntry } from '../store/audit.ts'
import { isRepeatable, Repeatable, sqlState } from '../store/database.ts'
import { type NewChannelEvent, waitingConversations } from '../store/intake/channel-events.ts'
import { type FoundDelivery, findDeliveries, type ReportedMessage } from '../store/intake/deliveries.ts'
import { countEchoes } from '../store/intake/echoes.ts'
import { type AppendTally, appendEvents, type NewEvent } from '../store/intake/events.ts'
import { notePhoneApp } from '../store/intake/imported-messages.ts'
import { lockConversations, reportConflicts, storeNames, type TakenName, takeNames } from '../store/intake/names.ts'
import { type NewDeadLetter, noteInbound, storeAudit, storeDeadLetters } from '../store/intake/notes.ts'
import { type RawBody, storeRawBodies } from '../store/intake/raw-bodies.ts'
import { coveredBy, type ReadMark } from '../store/intake/read-marks.ts'
import type { Run } from '../store/intake/run.ts'
import { type NewStatus, type RecordedStatus, recordStatuses } from '../store/intake/status-reports.ts'
import { applyStatuses } from '../store/intake/statuses.ts'
import { NameBook } from '../store/names/name-book.ts'
import { applyChannelEvents } from './channel-effects.ts'
import { announcedNames, namesIn } from './names-in.ts'
import type { RoutedItem } from './route-items.ts'

/** One genuine webhook, its items given to their channels. */
export interface RoutedWebhook {
  /** Its bytes; or the id under which they are stored already. */
  raw: RawBody | number
  /** In the order of the body. */
  items: readonly RoutedItem[]
}

/** Another server stored the same thing first: roll back and do it again, it will be found then. */
export class RaceLost extends Repeatable {
  override readonly name = 'RaceLost'
}

/** Two transactions met: a deadlock, a serialization failure, a row that another one stored in between. */
export const isRace = (error: unknown): boolean => isRepeatable(error) || sqlState(error) === '23505'

/** A routed item and the id of the raw body that it came in. */
type Arrived = RoutedItem & { rawBodyId: number }

/**
 * Stores webhooks in one transaction, with a number of statements that does not depend on how many there are.
 * Locks in the order of migrations/0001: conversations by id, then names, deliveries, channels.
 * @param heard channels to note as heard from; not each time, for that would make them a bottleneck
 * @param tally is told how many events were stored already
 * @returns conversations that have something new
 * @throws RaceLost; database errors as they are
 */
export async function storeWebhooks(
  run: Run,
  webhooks: readonly RoutedWebhook[],
  heard: readonly ChannelId[] = [],
  tally: AppendTally = { repeated: 0 },
): Promise<ConversationId[]> {
  const items = webhooks.flatMap((webhook) => webhook.items)
  const [rawBodyIds, found, covered, waiting, names] = await Promise.all([
    storeNewBodies(run, webhooks),
    findDeliveries(run, items.filter(isReport).map(reportedMessage)),
    coveredBy(run, items.filter(isReadMark).map(readMark)),
    waitingConversations(run, reconnected(items)),
    NameBook.read(run, namesIn(items)),
  ])
  const deliveries = [...found, ...covered]
  const arrived = webhooks.flatMap((webhook, index): Arrived[] =>
    webhook.items.map((item) => ({ ...item, rawBodyId: rawBodyIds[index] as number })),
  )
  const said = arrived
    .filter((routed) => routed.to === 'conversation')
    .map((routed) => newEvent(routed, names.conversationOf(routed.channelId, namedIn(routed.item))))
  const events = withoutRepeats(said)
  tally.repeated += said.length - events.length
  revealNames(names, items.filter(isReport), deliveries)

  const opened = new Set(names.opened.map(({ id }) => id))
  const touched = [
    ...events.map((event) => event.conversationId),
    ...names.added.map((name) => name.conversationId),
    ...names.taken.flatMap(({ from, to }) => [from, to]),
    ...deliveries.map((delivery) => delivery.conversationId),
    ...waiting.map(({ id }) => id),
  ]
  const existing = touched.filter((id) => !opened.has(id))
  // Sent in this order, without waiting for one another's answers: each fails when one before it failed.
  const [, isStored, isTaken, , , , , changed] = await Promise.all([
    lockConversations(run, existing),
    storeNames(run, names.opened, names.added),
    takeNames(run, names.taken),
    storeAudit(run, names.taken.filter(({ from, to }) => from !== to).map(givenToAnother)),
    reportConflicts(run, names.conflicts),
    storeDeadLetters(run, arrived.filter((routed) => routed.to === 'dead_letter').map(newDeadLetter)),
    noteInbound(run, heard),
    appendAll(run, { arrived, events, deliveries, waiting }, tally),
  ])
  if (!isStored || !isTaken) throw new RaceLost('a name was stored by another server')
  return changed
}

/** Applies statuses and account events, and appends what follows from them behind what arrived. */
async function appendAll(
  run: Run,
  {
    arrived,
    events,
    deliveries,
    waiting,
  }: {
    arrived: readonly Arrived[]
    events: readonly NewEvent[]
    deliveries: readonly FoundDelivery[]
    waiting: readonly { id: ConversationId; channelId: ChannelId }[]
  },
  tally: AppendTally,
): Promise<ConversationId[]> {
  const statuses = arrived.filter((routed) => routed.to === 'delivery').map(newStatus)
  const accountEvents = withoutRepeats(arrived.filter((routed) => routed.to === 'channel').map(newChannelEvent))
  const recorded = await recordStatuses(run, statuses)
  const outcomes = await applyStatuses(
    run,
    inOrderOfArrival(recorded, statuses),
    deliveries.map(({ id }) => id),
  )
  const resumed = await applyChannelEvents(run, accountEvents, waiting)
  await countEchoes(run, events)
  await notePhoneApp(run, seenInPhoneApp(arrived))
  return appendEvents(run, [...events, ...outcomes, ...resumed], tally)
}

/** @returns the id of each webhook's raw body */
async function storeNewBodies(run: Run, webhooks: readonly RoutedWebhook[]): Promise<number[]> {
  const fresh = webhooks.flatMap(({ raw }) => (typeof raw === 'number' ? [] : [raw]))
  const ids = (await storeRawBodies(run, fresh)).values()
  return webhooks.map(({ raw }) => {
    if (typeof raw === 'number') return raw
    const { value } = ids.next()
    if (value === undefined) throw new Error('a raw body was not stored')
    return value
  })
}

/** A status names the client, too: under the number that was written to, under an alias, under a user id. */
function revealNames(names: NameBook, reports: readonly Report[], deliveries: readonly FoundDelivery[]): void {
  const byMessage = new Map(deliveries.map((found) => [`${found.channelId} ${found.providerMessageId}`, found]))
  const byId = new Map(deliveries.map((found) => [`${found.channelId} ${found.id}`, found]))
  for (const { channelId, item } of reports) {
    const { identities, providerMessageId, deliveryId } = item.status
    const found = byMessage.get(`${channelId} ${providerMessageId}`) ?? byId.get(`${channelId} ${deliveryId}`)
    if (found) names.reveal(channelId, identities, found.conversationId)
  }
}

/** Of what arrives twice in one transaction the first stands. */
function withoutRepeats<T extends { channelId: ChannelId; dedupeKey: string | null }>(entries: readonly T[]): T[] {
  const seen = new Set<string>()
  return entries.filter(({ channelId, dedupeKey }) => {
    const key = `${channelId} ${dedupeKey}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** They were recorded in another order, for the sake of the locks. */
function inOrderOfArrival(recorded: readonly RecordedStatus[], statuses: readonly NewStatus[]): RecordedStatus[] {
  const keyOf = ({
    channelId,
    providerMessageId,
    state,
  }: Pick<NewStatus, 'channelId' | 'providerMessageId' | 'state'>) => `${channelId} ${providerMessageId} ${state}`
  const places = new Map(statuses.map((status, place) => [keyOf(status), place] as const).toReversed())
  return recorded.toSorted((a, b) => (places.get(keyOf(a)) ?? 0) - (places.get(keyOf(b)) ?? 0))
}

const FROM_PHONE_APP: ReadonlySet<string> = new Set(['history', 'smb_app_state_sync'])

/** Channels whose phone app has just done something: it is not away. */
const seenInPhoneApp = (items: readonly RoutedItem[]): ChannelId[] => [
  ...new Set(
    items.flatMap((routed) => {
      if (routed.to === 'conversation') {
        const { event } = routed.item
        return 'by' in event && event.by === 'phone_app' ? [routed.channelId] : []
      }
      return routed.to === 'channel' && FROM_PHONE_APP.has(routed.item.event.kind) ? [routed.channelId] : []
    }),
  ),
]

const reconnected = (items: readonly RoutedItem[]): ChannelId[] =>
  items.flatMap((routed) =>
    routed.to === 'channel' && routed.item.event.effect.does === 'reconnect' ? [routed.channelId] : [],
  )

type Report = Extract<RoutedItem, { to: 'delivery' }>
const isReport = (routed: RoutedItem): routed is Report => routed.to === 'delivery'
const isReadMark = (routed: RoutedItem): routed is Report => isReport(routed) && routed.item.status.upTo === true
const readMark = ({ channelId, item }: Report): ReadMark => ({ channelId, ...item.status })
const reportedMessage = ({ channelId, item }: Report): ReportedMessage => ({ channelId, ...item.status })

const namedIn = ({ identities, at, event }: Extract<RoutedItem, { to: 'conversation' }>['item']) => ({
  identities,
  announced: announcedNames(event),
  at,
})

const givenToAnother = ({ from, to }: TakenName): AuditEntry => ({
  actor: { kind: 'system', id: null },
  action: 'identity.given_to_another',
  subject: { kind: 'conversation', id: from },
  detail: { otherConversationId: to },
})

const newEvent = (
  { channelId, item, rawBodyId }: Extract<Arrived, { to: 'conversation' }>,
  conversationId: ConversationId,
): NewEvent => ({
  conversationId,
  channelId,
  dedupeKey: item.dedupeKey,
  event: item.event,
  opensWindow: item.opensWindow,
  rawBodyId,
  rawPath: item.path,
  at: item.at,
})

const newStatus = ({ channelId, item, rawBodyId }: Extract<Arrived, { to: 'delivery' }>): NewStatus => {
  const { providerMessageId, deliveryId, state, upTo = false, at, errors, pricing } = item.status
  return { channelId, providerMessageId, deliveryId, state, upTo, at, errors, pricing, rawBodyId }
}

const newChannelEvent = ({ channelId, item, rawBodyId }: Extract<Arrived, { to: 'channel' }>): NewChannelEvent => ({
  channelId,
  dedupeKey: item.dedupeKey,
  at: item.at,
  event: item.event,
  rawBodyId,
})

const newDeadLetter = ({
  channelId,
  rawBodyId,
  path,
  reason,
  detail,
}: Extract<Arrived, { to: 'dead_letter' }>): NewDeadLetter => ({ channelId, rawBodyId, path, reason, detail })
