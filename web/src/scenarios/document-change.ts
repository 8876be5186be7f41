/** What is different between two documents, in short. */
export interface DocumentChange {
  /** keys beside the steps: `name`, `trigger`, `limits` …, and `order` of the steps */
  parts: string[]
  added: string[]
  removed: string[]
  changed: string[]
}

type Json = unknown
type Step = Record<string, Json>

const BESIDE_STEPS = ['name', 'description', 'trigger', 'concurrency', 'priority', 'limits', 'vars'] as const

export function documentChange(before: Step, after: Step): DocumentChange {
  const parts: string[] = BESIDE_STEPS.filter((key) => !isSame(before[key], after[key]))
  const [was, is] = [stepsIn(before.steps), stepsIn(after.steps)]
  const added = [...is.keys()].filter((id) => !was.has(id))
  const removed = [...was.keys()].filter((id) => !is.has(id))
  const changed = [...is]
    .filter(([id, step]) => was.has(id) && !isSame(own(was.get(id) ?? {}), own(step)))
    .map(([id]) => id)
  const kept = (all: ReadonlyMap<string, Step>, other: ReadonlyMap<string, Step>) =>
    [...all.keys()].filter((id) => other.has(id))
  const isMoved =
    !isSame(kept(was, is), kept(is, was)) ||
    (added.length + removed.length + changed.length === 0 && !isSame(before.steps, after.steps))
  if (isMoved) parts.push('order')
  return { parts, added, removed, changed }
}

/** Every step by its id, in the order of the text, those inside others too. */
function stepsIn(value: Json, found = new Map<string, Step>()): Map<string, Step> {
  if (Array.isArray(value)) for (const entry of value) stepsIn(entry, found)
  else if (isObject(value)) {
    if (typeof value.id === 'string') found.set(value.id, value)
    for (const entry of Object.values(value)) stepsIn(entry, found)
  }
  return found
}

/** A step without the steps inside it. */
function own(value: Json): Json {
  if (Array.isArray(value)) return isSteps(value) ? [] : value.map(own)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, own(entry)]))
}

const isSteps = (list: readonly Json[]): boolean =>
  list.length > 0 &&
  list.every((entry) => isObject(entry) && typeof entry.id === 'string' && Object.keys(entry).length > 1)
const isObject = (value: Json): value is Step => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The order of keys does not count. */
function isSame(one: Json, other: Json): boolean {
  if (Object.is(one, other)) return true
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, place) => isSame(entry, other[place]))
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && isSame(one[key], other[key]))
}
