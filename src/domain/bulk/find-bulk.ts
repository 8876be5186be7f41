/** An outgoing message as the bulk rule counts it, among those of its channel and type. */
export interface Counted {
  id: string
  /** milliseconds: the provider's time of an echo, else when it was ordered */
  at: number
  /** the mailing that it is known to belong to */
  cluster: string | null
}

/**
 * Does this message belong to a mailing (M17)? It does where `threshold` + 1 messages of its type, itself among them,
 * lie within the window: the last no more than `windowMs` after the first.
 *
 * The `threshold` nearest neighbours on either side are enough, in the order of time and then id. A group with more
 * messages between this one and a far neighbour was found already when the last of those was counted.
 * @param neighbours of the same channel and type; any order
 * @returns `found`: the messages that lie in such a group together with this one, itself included, oldest first
 */
export function findBulk(
  me: Counted,
  neighbours: readonly Counted[],
  rule: { threshold: number; windowMs: number },
): { bulk: boolean; found: Counted[] } {
  const all = [me, ...neighbours.filter(({ id }) => id !== me.id)].sort(byTime)
  const mine = all.indexOf(me)
  const found = new Set<Counted>()
  for (let start = Math.max(0, mine - rule.threshold); start <= mine; start++) {
    const group = all.slice(start, start + rule.threshold + 1)
    if (group.length > rule.threshold && spanOf(group) <= rule.windowMs) for (const message of group) found.add(message)
  }
  return { bulk: found.size > 0, found: [...found] }
}

const spanOf = (group: readonly Counted[]): number => (group.at(-1)?.at ?? 0) - (group[0]?.at ?? 0)

/** Two messages of one moment stand in the order of their ids, as the store sorts them. */
const byTime = (a: Counted, b: Counted): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
