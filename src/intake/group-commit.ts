import { setTimeout as pause } from 'node:timers/promises'

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
 * Group commit: one group is worked off at a time, and what arrives meanwhile is the next one, in its order.
 * A lone member starts at once; under load one commit serves hundreds.
 */
export class GroupCommit<T> {
  readonly #limits: GroupLimits
  readonly #commit: (group: readonly Settle<T>[]) => Promise<void>
  #queue: Member<T>[] = []
  #bytes = 0
  #working = false

  /** @param commit settles every member, and never throws */
  constructor(limits: GroupLimits, commit: (group: readonly Settle<T>[]) => Promise<void>) {
    this.#limits = limits
    this.#commit = commit
  }

  /** What waits for its group. */
  get waiting(): { members: number; bytes: number } {
    return { members: this.#queue.length, bytes: this.#bytes }
  }

  /** @returns once its group is committed */
  add(value: T, size: { weight: number; bytes: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ value, ...size, resolve, reject })
      this.#bytes += size.bytes
      if (this.#working) return
      this.#working = true
      // After the sockets that are readable in the same turn: they belong to the same group.
      setImmediate(() => void this.#work())
    })
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#commit(this.#next())
      if (this.#limits.restMs) await pause(this.#limits.restMs)
    }
    this.#working = false
  }

  #next(): Member<T>[] {
    let weight = 0
    let bytes = 0
    let count = 0
    for (const member of this.#queue) {
      weight += member.weight
      bytes += member.bytes
      if (count > 0 && (weight > this.#limits.weight || bytes > this.#limits.bytes)) break
      count += 1
    }
    const group = this.#queue.slice(0, count)
    this.#queue = this.#queue.slice(count)
    for (const member of group) this.#bytes -= member.bytes
    return group
  }
}
