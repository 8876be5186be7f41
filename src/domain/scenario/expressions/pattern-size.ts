/**
 * About how many instructions a pattern unrolls to, without unrolling it: `{n,m}` multiplies what stands before it,
 * groups nest. One pass; never more than `Infinity`, never an error: what is no pattern is told by the compiler.
 */
export function repeatedSize(source: string): number {
  /** sizes of the open groups, the innermost last; `last` is what a repetition would multiply */
  const groups: { size: number; last: number }[] = [{ size: 0, last: 0 }]
  let at = 0
  while (at < source.length) {
    const group = groups.at(-1)
    if (!group) return Number.POSITIVE_INFINITY
    const character = source[at]
    if (character === '(') {
      groups.push({ size: 1, last: 0 })
      at++
    } else if (character === ')') {
      if (groups.length > 1) groups.pop()
      const outer = groups.at(-1) ?? group
      if (outer !== group) add(outer, group.size + 1)
      at++
    } else if (character === '{') {
      const counts = REPETITION.exec(source.slice(at, at + 16))
      if (counts) group.size += group.last * (Math.max(Number(counts[1]), Number(counts[2] || 0), 1) - 1)
      group.last = counts ? group.last * Math.max(Number(counts[1]), Number(counts[2] || 0), 1) : 1
      at += counts ? counts[0].length : 1
    } else {
      at += atomLength(source, at)
      add(group, 1)
    }
  }
  return groups.reduce((sum, { size }) => sum + size, 0)
}

const REPETITION = /^\{(\d{1,5})(?:,(\d{0,5}))?\}/

function add(group: { size: number; last: number }, size: number): void {
  group.size += size
  group.last = size
}

/** Characters of one atom: an escape, a class in brackets, or one character. */
function atomLength(source: string, at: number): number {
  if (source[at] === '\\') return /^\\[pPx]\{[^}]*\}/.exec(source.slice(at, at + 60))?.[0].length ?? 2
  if (source[at] !== '[') return 1
  // A `]` right at the beginning belongs to the class.
  let end = at + (source[at + 1] === '^' ? 2 : 1)
  if (source[end] === ']') end++
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1
  return end + 1 - at
}
