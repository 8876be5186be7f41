import type { Logger } from 'pino'
import type { ConversationId } from '../domain/ids.ts'
import type { Db } from '../store/index.ts'
import { readBacklog } from '../store/intake/backlog.ts'
import { ConversationRefused, type SignalConversation } from './signal-conversation.ts'

export interface DispatcherOptions {
  db: Db
  signal: SignalConversation
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
 * Signals conversations' workflows of what was stored: once per conversation with its newest sequence number, however
 * many events came. While a conversation's signal is under way, later events wait and go out together.
 * Nothing here is needed for correctness: what a crash takes along, the sweep finds (sweeper.ts).
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  /** Stored, their sequence number not read yet. */
  readonly #stored = new Set<ConversationId>()
  /** To be signalled, with the newest number. */
  readonly #due = new Map<ConversationId, number>()
  readonly #underWay = new Map<ConversationId, Promise<void>>()
  #reading: Promise<void> | null = null
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
  signal(backlog: Iterable<{ id: ConversationId; seq: number }>): void {
    if (this.#stopped) return
    for (const { id, seq } of backlog) {
      const known = this.#due.get(id)
      if (known === undefined && this.#due.size >= KEPT) continue
      this.#due.set(id, Math.max(seq, known ?? 0))
    }
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
    if (this.#pause) clearTimeout(this.#pause)
    this.#pause = null
    await this.#reading
    await Promise.all(this.#underWay.values())
  }

  #read(): void {
    if (this.#reading || this.#stored.size === 0 || this.#pause) return
    const ids = [...this.#stored].slice(0, READ_AT_ONCE)
    for (const id of ids) this.#stored.delete(id)
    this.#reading = readBacklog(this.#options.db, ids).then(
      (backlog) => {
        this.#reading = null
        for (const { id, seq } of backlog) this.#due.set(id, Math.max(seq, this.#due.get(id) ?? 0))
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
    const parallel = this.#failures > 0 ? PARALLEL_WHILE_AWAY : PARALLEL
    for (const [id, seq] of this.#due) {
      if (this.#underWay.size >= parallel) return
      if (this.#underWay.has(id)) continue
      this.#due.delete(id)
      this.#underWay.set(id, this.#signalOne(id, seq))
    }
  }

  async #signalOne(id: ConversationId, seq: number): Promise<void> {
    try {
      await this.#options.signal({ id, seq })
      this.#underWay.delete(id)
      this.#succeeded()
    } catch (error) {
      this.#underWay.delete(id)
      if (error instanceof ConversationRefused) {
        // The sweep comes back to it with growing pauses; the other conversations go on.
        this.#options.log.warn({ conversation: id, fault: error.message }, 'a conversation was not signalled')
        this.#succeeded()
      } else {
        this.#due.set(id, Math.max(seq, this.#due.get(id) ?? 0))
        this.#failed('the workflow engine does not take signals', error)
      }
    }
    this.#send()
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
