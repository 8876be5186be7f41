import { setTimeout as pause } from 'node:timers/promises'
import { TurnQueue } from '../domain/fair-share.ts'

/** What one group takes at most; a larger member has a group of its own. */
export interface GroupLimits {
  weight: number
  bytes: number
  /** Milliseconds between the end of a group and the next: fewer, larger groups. A member that comes later waits for none. */
  restMs?: number
}

interface Member<T> {
  value: T
  weight: number
  bytes: number
  resolve: () => void
  reject: (error: unknown) => void
}

/** A member with its waiting caller: settle each exactly once. */
export type Settle<T> = Pick<Member<T>, 'value' | 'resolve' | 'reject'>

/**
 * Group commit: one group is worked off at a time, and what arrives meanwhile is the next one. A lone member starts at
 * once; under load one commit serves hundreds. Where more waits than one group takes, owners take turns: an owner's
 * members keep their order, and nobody waits for all that another one is flooded with.
 */
export class GroupCommit<T, Owner> {
  readonly #limits: GroupLimits
  readonly #commit: (group: readonly Settle<T>[]) => Promise<void>
  readonly #queue = new TurnQueue<Owner, Member<T>>()
  #working = false

  /** @param commit settles every member, and never throws */
  constructor(limits: GroupLimits, commit: (group: readonly Settle<T>[]) => Promise<void>) {
    this.#limits = limits
    this.#commit = commit
  }

  /** @returns once its group is committed */
  add(owner: Owner, value: T, size: { weight: number; bytes: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.add(owner, { value, ...size, resolve, reject })
      if (this.#working) return
      this.#working = true
      // After the sockets that are readable in the same turn: they belong to the same group.
      setImmediate(() => void this.#work())
    })
  }

  async #work(): Promise<void> {
    while (this.#queue.size > 0) {
      await this.#commit(this.#next())
      if (this.#limits.restMs) await pause(this.#limits.restMs)
    }
    this.#working = false
  }

  #next(): Member<T>[] {
    let weight = 0
    let bytes = 0
    const group: Member<T>[] = []
    for (let next = this.#queue.next(); next; next = this.#queue.next()) {
      weight += next.item.weight
      bytes += next.item.bytes
      if (group.length > 0 && (weight > this.#limits.weight || bytes > this.#limits.bytes)) break
      this.#queue.take(next.owner, next.item)
      group.push(next.item)
    }
    return group
  }
}
