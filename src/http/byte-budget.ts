import { SharedRoom } from '../domain/fair-share.ts'

/** How many bytes of bodies may be in memory at once; whoever would go over it is asked to come again. */
export interface ByteBudget {
  /**
   * For one body, whose bytes are counted as they come: a slow sender takes no more than it has sent.
   * @param owner takes no more than its share (src/domain/fair-share.ts); absent: as much as there is
   */
  hold(owner?: string): HeldBytes
}

export interface HeldBytes {
  /** @returns false where there is no room for so many more */
  add(bytes: number): boolean
  release(): void
}

/** A body that comes while there is no room for it. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'
}

export function byteBudget(most: number): ByteBudget {
  let taken = 0
  const shares = new SharedRoom<string>(most)
  return {
    hold(owner) {
      let own = 0
      return {
        add(bytes) {
          if (taken + bytes > most) return false
          if (owner !== undefined && !shares.take(owner, bytes)) return false
          taken += bytes
          own += bytes
          return true
        },
        release() {
          taken -= own
          if (owner !== undefined && own > 0) shares.giveBack(owner, own)
          own = 0
        },
      }
    },
  }
}
