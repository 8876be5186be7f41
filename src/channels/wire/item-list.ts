import type { AccountRef, DeadLetterReason, InboundItem } from '../port.ts'
import { MalformedItem } from './fields.ts'

/** A body of rubbish may hold a million bad elements; past this many they share one dead letter. The raw body is kept. */
export const MAX_DEAD_LETTERS = 1000

/** Collects a body's items, so that one that cannot be read becomes a dead letter and takes nothing with it. */
export class ItemList {
  readonly #items: InboundItem[] = []
  #refused = 0
  #overflow: { path: string; count: number } | null = null

  /** Adds what `read` returns, or a dead letter if it throws: fault isolation per item (reference §1.3, "poison item"). */
  add(path: string, account: AccountRef | null, read: () => InboundItem): void {
    try {
      this.#items.push(read())
    } catch (error) {
      // Not the message of an unforeseen error: it may quote what a client wrote.
      const detail = error instanceof MalformedItem ? error.detail : `the reader failed: ${nameOf(error)}`
      this.refuse(path, account, 'malformed_item', detail)
    }
  }

  /** @param detail says what is wrong in words of ours, never in words of the body */
  refuse(path: string, account: AccountRef | null, reason: DeadLetterReason, detail: string): void {
    this.#refused += 1
    if (this.#refused <= MAX_DEAD_LETTERS) {
      this.#items.push({ to: 'dead_letter', account, path, reason, detail })
    } else {
      this.#overflow = { path: this.#overflow?.path ?? path, count: (this.#overflow?.count ?? 0) + 1 }
    }
  }

  all(): InboundItem[] {
    if (this.#overflow === null) return this.#items
    const { path, count } = this.#overflow
    const detail = `${count} more unreadable items, this one first`
    return [...this.#items, { to: 'dead_letter', account: null, path, reason: 'malformed_item', detail }]
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
