/**
 * How many webhooks of this process with messages were read and are not committed yet. Who works off what was stored
 * steps back for them (domain/places-at-work.ts).
 */
export class Unstored {
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Counts while the work is under way. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#count += 1
    try {
      return await work
    } finally {
      this.#count -= 1
    }
  }
}
