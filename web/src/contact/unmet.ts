/** A condition with how each part came out (`condition` of `GET /api/tasks/:id/buttons`). */
export interface ConditionResult {
  ok: boolean
  operator: string
  conditions?: ConditionResult[]
  field?: string
  expected?: unknown
  actual?: unknown
}

/** One thing that keeps a button from being pressed; `not`: it holds, and must not. */
export interface Unmet {
  field: string | null
  operator: string
  expected: unknown
  actual: unknown
  not: boolean
}

/** What has to change for a condition to hold: all of these; of the inner list any one. */
export function unmet(result: ConditionResult): Unmet[][] {
  if (result.ok) return []
  const parts = result.conditions
  if (!parts) return [[leaf(result, false)]]
  switch (result.operator) {
    case 'all':
      return parts.flatMap(unmet)
    case 'any':
      return [parts.flatMap((part) => unmet(part).flat())]
    // `none`: what holds must not.
    default:
      return parts
        .filter(({ ok }) => ok)
        .flatMap(holding)
        .map((one) => [one])
  }
}

/** What makes a part hold that must not. */
function holding(result: ConditionResult): Unmet[] {
  if (!result.conditions) return [leaf(result, true)]
  return result.conditions.filter(({ ok }) => ok).flatMap(holding)
}

const leaf = ({ field, operator, expected, actual }: ConditionResult, not: boolean): Unmet => ({
  field: field ?? null,
  operator,
  expected,
  actual,
  not,
})
