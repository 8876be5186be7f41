import type { Logger } from 'pino'
import { SharedRoom, TurnQueue } from '../domain/fair-share.ts'
import type { ChannelId, ConversationId } from '../domain/ids.ts'
import { placesAtWork } from '../domain/places-at-work.ts'
import type { Db } from '../store/index.ts'
import { type Backlog, type ChannelBacklog, readBacklog, stillBehind } from '../store/intake/backlog.ts'
import { ConversationRefused, type SignalConversation } from './signal-conversation.ts'
import type { Unstored } from './unstored.ts'

export interface DispatcherOptions {
  db: Db
  signal: SignalConversation
  /** While many webhooks of this process wait for their commit, less is worked off. */
  unstored?: Pick<Unstored, 'count'>
  log: Pick<Logger, 'warn' | 'info'>
}

/** Signals under way at once. */
const PARALLEL = 50
/** While the engine is away, one conversation asks whether it is back; the others wait. */
const PARALLEL_WHILE_AWAY = 1
/** What is kept in memory for a repetition; beyond this the sweep finds it in the database. */
const KEPT = 20_000
const READ_AT_ONCE = 1_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/**
 * Conversations that were signalled and are not worked off yet, at once: workers take 40 at a time. The engine works its
 * queue off in the order of the signals, so a message stands behind no more than this, whatever came before it.
 */
const AT_WORK = 160
/** While many webhooks wait to be stored. */
const AT_WORK_AT_LEAST = 5
/** A worker that is away, or a conversation that cannot go on, keeps its place no longer. */
const AT_WORK_MS = 10_000
/** How soon it is looked again whether places became free; later and later while none does. */
const LOOK_AGAIN_MS = 25
const LATEST_LOOK_MS = 400

/** Signalled, not known to be worked off. */
interface AtWork {
  channel: ChannelId
  seq: number
  /** milliseconds of the process's own clock */
  until: number
}

/**
 * Signals conversations' workflows of what was stored: once per conversation with its newest sequence number, however
 * many events came. While a conversation's signal is under way, later events wait and go out together. Channels take
 * turns, and one that is flooded leaves room to the others (src/domain/fair-share.ts).
 * Nothing here is needed for correctness: what a crash takes along, the sweep finds (sweeper.ts).
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  /** Stored, their sequence number not read yet. */
  readonly #stored = new Set<ConversationId>()
  /** To be signalled, with the newest number. */
  readonly #due = new Map<ConversationId, ChannelBacklog>()
  readonly #kept = new SharedRoom<ChannelId>(KEPT)
  /** Those of `#due` whose signal is not under way. */
  readonly #turns = new TurnQueue<ChannelId, ConversationId>()
  readonly #underWay = new Map<ConversationId, Promise<void>>()
  readonly #atWork = new Map<ConversationId, AtWork>()
  readonly #places = new SharedRoom<ChannelId>(AT_WORK)
  #reading: Promise<void> | null = null
  #looking: Promise<void> | null = null
  #lookAgain: NodeJS.Timeout | null = null
  #looksInVain = 0
  #failures = 0
  #pause: NodeJS.Timeout | null = null
  #problem: string | null = null
  #stopped = false

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** Called after every commit that appended events; returns at once. */
  stored(conversations: Iterable<ConversationId>): void {
    if (this.#stopped) return
    for (const id of conversations) {
      if (this.#stored.size < KEPT) this.#stored.add(id)
    }
    this.#read()
  }

  /** Signals conversations whose newest number is known. */
  signal(backlog: Iterable<ChannelBacklog>): void {
    if (this.#stopped) return
    for (const one of backlog) this.#isDue(one)
    this.#send()
  }

  /** null while signals get through; else what is wrong, in words. */
  problem(): string | null {
    return this.#problem
  }

  /** Conversations that wait for a signal. */
  get waiting(): number {
    return this.#stored.size + this.#due.size
  }

  /** Takes no more, and waits for what is under way: a few seconds at most, for every signal has a deadline. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of [this.#pause, this.#lookAgain]) if (timer) clearTimeout(timer)
    this.#pause = null
    await this.#reading
    await this.#looking
    await Promise.all(this.#underWay.values())
  }

  #isDue({ id, channel, seq }: ChannelBacklog): void {
    const known = this.#due.get(id)
    if (known) {
      known.seq = Math.max(seq, known.seq)
      return
    }
    if (!this.#kept.take(channel)) return
    this.#due.set(id, { id, channel, seq })
    if (!this.#underWay.has(id)) this.#turns.add(channel, id)
  }

  #read(): void {
    if (this.#reading || this.#stored.size === 0 || this.#pause) return
    const ids = [...this.#stored].slice(0, READ_AT_ONCE)
    for (const id of ids) this.#stored.delete(id)
    this.#reading = readBacklog(this.#options.db, ids).then(
      (backlog) => {
        this.#reading = null
        for (const one of backlog) this.#isDue(one)
        this.#send()
        this.#read()
      },
      (error: unknown) => {
        this.#reading = null
        for (const id of ids) this.#stored.add(id)
        this.#failed('the database does not answer', error)
      },
    )
  }

  #send(): void {
    if (this.#stopped || this.#pause) return
    this.#places.resize(placesAtWork(this.#options.unstored?.count ?? 0, AT_WORK, AT_WORK_AT_LEAST))
    const parallel = this.#failures > 0 ? PARALLEL_WHILE_AWAY : PARALLEL
    while (this.#underWay.size < parallel) {
      const next = this.#turns.next((channel, id) => this.#atWork.has(id) || this.#places.fits(channel))
      if (!next) break
      const due = this.#due.get(next.item)
      this.#turns.take(next.owner, next.item)
      if (!due) continue
      this.#due.delete(due.id)
      this.#kept.giveBack(due.channel)
      this.#takePlace(due)
      this.#underWay.set(due.id, this.#signalOne(due))
    }
    if (this.#turns.size > 0 && this.#underWay.size < parallel) this.#look()
  }

  async #signalOne(due: ChannelBacklog): Promise<void> {
    const { id, seq } = due
    try {
      await this.#options.signal({ id, seq })
      this.#endOf(due)
      this.#succeeded()
    } catch (error) {
      this.#leavePlace(id)
      this.#endOf(due)
      if (error instanceof ConversationRefused) {
        // The sweep comes back to it with growing pauses; the other conversations go on.
        this.#options.log.warn({ conversation: id, fault: error.message }, 'a conversation was not signalled')
        this.#succeeded()
      } else {
        this.#isDue(due)
        this.#failed('the workflow engine does not take signals', error)
      }
    }
    this.#send()
  }

  /** What came for it meanwhile gets its turn. */
  #endOf({ id, channel }: ChannelBacklog): void {
    this.#underWay.delete(id)
    if (this.#due.has(id)) this.#turns.add(channel, id)
  }

  #takePlace({ id, channel, seq }: ChannelBacklog): void {
    if (!this.#atWork.has(id)) this.#places.take(channel)
    this.#atWork.set(id, { channel, seq, until: performance.now() + AT_WORK_MS })
  }

  #leavePlace(id: ConversationId): void {
    const place = this.#atWork.get(id)
    if (place && this.#atWork.delete(id)) this.#places.giveBack(place.channel)
  }

  /** Somebody waits for a place: whose work is done? */
  #look(): void {
    if (this.#looking || this.#lookAgain || this.#stopped) return
    const before = this.#atWork.size
    this.#looking = this.#freePlaces().then(() => {
      this.#looking = null
      if (this.#stopped) return
      if (this.#atWork.size < before) {
        this.#looksInVain = 0
        this.#send()
        return
      }
      const pause = Math.min(LOOK_AGAIN_MS * 2 ** this.#looksInVain, LATEST_LOOK_MS)
      this.#looksInVain += 1
      this.#lookAgain = setTimeout(() => {
        this.#lookAgain = null
        this.#send()
      }, pause)
    })
  }

  /** Never throws: places become free with time, too. */
  async #freePlaces(): Promise<void> {
    const now = performance.now()
    const told: Backlog[] = []
    for (const [id, { seq, until }] of this.#atWork) {
      if (this.#underWay.has(id)) continue
      if (until <= now) this.#leavePlace(id)
      else told.push({ id, seq })
    }
    try {
      const behind = await stillBehind(this.#options.db, told)
      for (const { id, seq } of told) {
        // Told of more meanwhile: that is not known to be done.
        if (!behind.has(id) && this.#atWork.get(id)?.seq === seq) this.#leavePlace(id)
      }
    } catch {
      // The readers of the backlog say it louder.
    }
  }

  #succeeded(): void {
    if (this.#failures > 0) this.#options.log.info({ waiting: this.waiting }, 'signals get through again')
    this.#failures = 0
    this.#problem = null
  }

  /** Growing pauses, of all signals: what fails is the engine, hardly ever one conversation. */
  #failed(problem: string, error: unknown): void {
    this.#problem = problem
    const fault = error instanceof Error ? error.name : typeof error
    if (this.#failures === 0) this.#options.log.warn({ fault, waiting: this.waiting }, problem)
    this.#failures += 1
    if (this.#stopped || this.#pause) return
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS)
    this.#pause = setTimeout(() => {
      this.#pause = null
      this.#read()
      this.#send()
    }, pause)
  }
}
