/**
 * The known word that was probably meant: at most a third of its letters away (Damerau–Levenshtein), or the same but
 * for case, `-` and `_`. Null where none is near. Words of any length cost the same: they are cut at 40 letters.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = distanceOf(plain(word), plain(candidate))
    if (distance <= Math.max(1, Math.floor(candidate.length / 3)) && distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

const plain = (word: string): string => word.slice(0, 40).toLowerCase().replaceAll(/[-_]/g, '')

function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}
