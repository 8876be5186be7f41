/**
 * Keys for the rows of a list in which what is new comes to the front. React keeps rows that stay in their order and moves
 * all others, and it goes through them from the front: a single row that comes to the front makes it move every row that it
 * passed. Such a row gets a new key instead, so that it alone is made anew.
 * @returns gives each id its key; called with the ids of the list as they are now
 */
export function createRowKeys(): (ids: readonly string[], keep: string | null) => ReadonlyMap<string, string> {
  let places = new Map<string, number>()
  let keys = new Map<string, string>()
  let made = 0
  /** @param keep keeps its key: a row that is made anew loses the focus */
  return (ids, keep) => {
    const before = ids.map((id) => places.get(id))
    const jumped = jumpedForward(before)
    const anew = new Set(jumped.length < pushedBack(before) ? jumped.map((index) => ids[index]) : [])
    keys = new Map(
      ids.map((id) => [id, anew.has(id) && id !== keep ? `${id} ${++made}` : (keys.get(id) ?? id)] as const),
    )
    places = new Map(ids.map((id, index) => [id, index]))
    return keys
  }
}

/** Places in the list of what stands before something that it stood behind. @param before where each stood */
function jumpedForward(before: readonly (number | undefined)[]): number[] {
  const jumped: number[] = []
  let least = Number.POSITIVE_INFINITY
  for (let index = before.length - 1; index >= 0; index--) {
    const place = before[index]
    if (place === undefined) continue
    if (place > least) jumped.push(index)
    else least = place
  }
  return jumped
}

/** How many stand behind something that they stood before: those are what React would move. */
function pushedBack(before: readonly (number | undefined)[]): number {
  let count = 0
  let most = -1
  for (const place of before) {
    if (place === undefined) continue
    if (place < most) count++
    else most = place
  }
  return count
}
