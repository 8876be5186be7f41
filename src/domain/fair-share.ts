/**
 * What several owners share — places in memory, places at work — and what keeps one that is flooded from taking it from
 * the others: nobody may have more than three times what is left free. One alone gets three quarters of it, two that
 * want everything three sevenths each, and whoever comes then still finds room. (Dynamic thresholds: Choudhury and
 * Hahne, IEEE/ACM Transactions on Networking 6(2), 1998.)
 */
export class SharedRoom<Owner> {
  #most: number
  readonly #own = new Map<Owner, number>()
  #taken = 0

  /** @param most of all owners together */
  constructor(most: number) {
    this.#most = most
  }

  /** From now on; what is taken stays taken, also where that is more. */
  resize(most: number): void {
    this.#most = most
  }

  /** @returns false where the owner has its share; then nothing was taken */
  take(owner: Owner, amount = 1): boolean {
    if (!this.fits(owner, amount)) return false
    this.#own.set(owner, this.of(owner) + amount)
    this.#taken += amount
    return true
  }

  fits(owner: Owner, amount = 1): boolean {
    const free = this.#most - this.#taken - amount
    return free >= 0 && this.of(owner) + amount <= TIMES_WHAT_IS_FREE * free
  }

  giveBack(owner: Owner, amount = 1): void {
    const left = this.of(owner) - amount
    if (left > 0) this.#own.set(owner, left)
    else this.#own.delete(owner)
    this.#taken -= amount
  }

  /** What the owner has. */
  of(owner: Owner): number {
    return this.#own.get(owner) ?? 0
  }
}

const TIMES_WHAT_IS_FREE = 3

/** A queue in which owners take turns: each owner's items in their order, one of each in a round. */
export class TurnQueue<Owner, Item> {
  /** In the order of their turns; none is empty. */
  readonly #lanes = new Map<Owner, Set<Item>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** An item that waits already keeps its place. */
  add(owner: Owner, item: Item): void {
    const lane = this.#lanes.get(owner)
    if (lane?.has(item)) return
    if (lane) lane.add(item)
    else this.#lanes.set(owner, new Set([item]))
    this.#size += 1
  }

  /**
   * The first item of the owner whose turn it is; it stays until it is taken.
   * @param may this owner go on with its first item now? Else the next owner's turn comes
   */
  next(may: (owner: Owner, item: Item) => boolean = () => true): { owner: Owner; item: Item } | null {
    for (const [owner, lane] of this.#lanes) {
      const [item] = lane
      if (item !== undefined && may(owner, item)) return { owner, item }
    }
    return null
  }

  /** Takes an item out; its owner's next turn comes after all others'. */
  take(owner: Owner, item: Item): void {
    const lane = this.#lanes.get(owner)
    if (!lane?.delete(item)) return
    this.#size -= 1
    this.#lanes.delete(owner)
    if (lane.size > 0) this.#lanes.set(owner, lane)
  }
}
