import type { Logger } from 'pino'
import { SharedRoom } from '../domain/fair-share.ts'
import type { ChannelId, ConversationId } from '../domain/ids.ts'
import { duplicatesRefused } from '../observability/counts.ts'
import { type Database, isOutage, sqlState } from '../store/database.ts'
import { storeRawBodies } from '../store/intake/raw-bodies.ts'
import { inIntakeTransaction } from '../store/intake/run.ts'
import { GroupCommit, type Settle } from './group-commit.ts'
import { isRace, type RoutedWebhook, storeWebhooks } from './store-webhooks.ts'
import { Unstored } from './unstored.ts'

export interface WebhookStoreOptions {
  database: Pick<Database, 'pool'>
  /** Told of conversations that have something new, after the commit. */
  eventsStored: (conversations: Iterable<ConversationId>) => void
  /** Counts those with messages that wait for their commit. */
  unstored?: Unstored
  log: Pick<Logger, 'error' | 'warn'>
}

/** One transaction takes at most so many items and bytes. */
const GROUP = { weight: 500, bytes: 4 * 1024 * 1024 }
/** A few statuses more in one commit; ticks need not be there the very moment. */
const STATUS_REST_MS = 20
/**
 * What waits in memory is bounded: beyond this the provider is asked to come again. One channel alone has three quarters
 * of it, so that others still find room while it is flooded.
 */
const MOST_WAITING = { members: 6_000, bytes: 64 * 1024 * 1024 }
/** A database that does not answer within this is away: those who wait behind get their turn, or their refusal. */
const STATEMENT_MS = 4_000
/** So many groups may be stored member by member at the same time. */
const GROUPS_ASIDE = 3
/** So often two servers may get into each other's way before the provider is asked to come again. */
const RACES = 6

/** Too much is waiting already, of this channel or of all. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded'
}

type Waiting = Settle<RoutedWebhook>
/** null: a webhook of no channel that we know. */
type Owner = ChannelId | null

/**
 * Stores webhooks by group commit, one group at a time: larger groups cost less than groups side by side. Statuses have
 * groups of their own: in a mailing there are hundreds a second, they wait for the rows that its sender holds, and a
 * client's message must not wait with them (P9). Channels take turns, so that none waits for another one's flood.
 */
export class WebhookStore {
  readonly #options: WebhookStoreOptions
  readonly #unstored: Unstored
  readonly #messages: GroupCommit<RoutedWebhook, Owner>
  readonly #statuses: GroupCommit<RoutedWebhook, Owner>
  readonly #members = new SharedRoom<Owner>(MOST_WAITING.members)
  readonly #bytes = new SharedRoom<Owner>(MOST_WAITING.bytes)
  #aside = 0
  readonly #heard = new Map<ChannelId, number>()

  constructor(options: WebhookStoreOptions) {
    this.#options = options
    this.#unstored = options.unstored ?? new Unstored()
    this.#messages = new GroupCommit(GROUP, (group) => this.#storeGroup(group))
    this.#statuses = new GroupCommit({ ...GROUP, restMs: STATUS_REST_MS }, (group) => this.#storeGroup(group))
  }

  /**
   * @returns once the webhook is committed
   * @throws Overloaded, or what kept PostgreSQL from storing it: the provider must send it again
   */
  async store(webhook: RoutedWebhook): Promise<void> {
    const bytes = sizeOf(webhook)
    const owner = ownerOf(webhook)
    if (!this.#members.take(owner)) throw new Overloaded('too many webhooks are waiting to be stored')
    try {
      if (!this.#bytes.take(owner, bytes)) throw new Overloaded('too many bytes are waiting to be stored')
      try {
        const onlyStatuses = webhook.items.length > 0 && webhook.items.every(({ to }) => to === 'delivery')
        const size = { weight: webhook.items.length, bytes }
        if (onlyStatuses) await this.#statuses.add(owner, webhook, size)
        else await this.#unstored.during(this.#messages.add(owner, webhook, size))
      } finally {
        this.#bytes.giveBack(owner, bytes)
      }
    } finally {
      this.#members.giveBack(owner)
    }
  }

  /** Never throws: each member learns of its own fate. */
  async #storeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#commit(group.map(({ value }) => value))
      for (const { resolve } of group) resolve()
    } catch (error) {
      const [only, ...others] = group
      if (only === undefined) return
      if (isOutage(error)) {
        for (const { reject } of group) reject(error)
      } else if (others.length === 0) {
        await this.#storeItems(only.value, error).then(only.resolve, only.reject)
      } else if (isItemsFault(error)) {
        // One of them is poison: halving finds it, and the others are stored in their order.
        const half = group.length >> 1
        await this.#storeGroup(group.slice(0, half))
        await this.#storeGroup(group.slice(half))
      } else {
        this.#storeAside(group, error)
      }
    }
  }

  /**
   * A conversation that somebody holds for long must not hold up the others: the group's members are stored one by one,
   * beside the groups that follow.
   */
  #storeAside(group: readonly Waiting[], cause: unknown): void {
    if (this.#aside >= GROUPS_ASIDE) {
      for (const { reject } of group) reject(cause)
      return
    }
    this.#aside += 1
    const oneByOne = async () => {
      for (const member of group) await this.#storeGroup([member])
      this.#aside -= 1
    }
    void oneByOne()
  }

  /**
   * A webhook that cannot be stored as a whole, not for an outage: its good items are stored, and what is at fault
   * becomes a dead letter, so that the provider need not send it again for days (reference §1.3).
   * @throws when it is not the items' fault
   */
  async #storeItems(webhook: RoutedWebhook, cause: unknown): Promise<void> {
    if (!isItemsFault(cause)) throw cause
    const { raw, items } = webhook
    if (typeof raw !== 'number') {
      const [id] = await inIntakeTransaction(this.#options.database.pool, (run) => storeRawBodies(run, [raw]), {
        statementMs: STATEMENT_MS,
      })
      if (id === undefined) throw cause
      return this.#storeHalves(id, items, cause)
    }
    return this.#storeHalves(raw, items, cause)
  }

  async #storeHalves(raw: number, items: RoutedWebhook['items'], cause: unknown): Promise<void> {
    const [only, ...others] = items
    if (only === undefined) return
    if (others.length === 0) {
      const path = only.to === 'dead_letter' ? only.path : only.item.path
      this.#options.log.error({ channel: only.channelId, rawBody: raw, path, fault: faultOf(cause) }, 'item not stored')
      const detail = `it could not be stored: ${faultOf(cause)}`
      return this.#commit([
        { raw, items: [{ to: 'dead_letter', channelId: only.channelId, path, reason: 'malformed_item', detail }] },
      ])
    }
    const half = items.length >> 1
    for (const part of [items.slice(0, half), items.slice(half)]) {
      try {
        await this.#commit([{ raw, items: part }])
      } catch (error) {
        if (!isItemsFault(error)) throw error
        await this.#storeHalves(raw, part, error)
      }
    }
  }

  async #commit(webhooks: readonly RoutedWebhook[]): Promise<void> {
    const heard = this.#dueToNote(webhooks)
    for (let race = 1; ; race++) {
      try {
        const { pool } = this.#options.database
        const tally = { repeated: 0 }
        const changed = await inIntakeTransaction(pool, (run) => storeWebhooks(run, webhooks, heard, tally), {
          statementMs: STATEMENT_MS,
        })
        duplicatesRefused.inc(tally.repeated)
        if (changed.length > 0) this.#options.eventsStored(changed)
        return
      } catch (error) {
        if (race >= RACES || !isRace(error)) throw error
      }
    }
  }

  /** `last_inbound_at` is written at most once a second per channel and server. */
  #dueToNote(webhooks: readonly RoutedWebhook[]): ChannelId[] {
    const now = performance.now()
    const due = new Set<ChannelId>()
    for (const { items } of webhooks) {
      for (const { channelId } of items) {
        if (channelId === null || now - (this.#heard.get(channelId) ?? Number.NEGATIVE_INFINITY) < 1_000) continue
        this.#heard.set(channelId, now)
        due.add(channelId)
      }
    }
    return [...due]
  }
}

/**
 * Whose turn it takes: the channel that its first item is for, since one address takes the events of all channels of an
 * app. A body that is for several keeps their order among itself; beside others of theirs it is placed as bodies that
 * reach two servers are (decision 6).
 */
const ownerOf = ({ raw, items }: RoutedWebhook): Owner =>
  items.find(({ channelId }) => channelId !== null)?.channelId ?? (typeof raw === 'number' ? null : raw.channelId)

const sizeOf = ({ raw }: RoutedWebhook): number => (typeof raw === 'number' ? 0 : raw.body.byteLength)

/** Data that PostgreSQL refuses, or that our own code stumbles over; not a lock, not a missing table. */
function isItemsFault(error: unknown): boolean {
  const state = sqlState(error)
  if (state) return /^(22|23|54)/.test(state)
  return error instanceof TypeError || error instanceof RangeError
}

/** Names the fault without quoting the data: PostgreSQL's messages do. */
export const faultOf = (error: unknown): string =>
  sqlState(error) ?? (error instanceof Error ? error.name : typeof error)
