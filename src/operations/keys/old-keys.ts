import type { KeySurvey } from '../../store/keys/survey-keys.ts'
import type { OpenRun } from './temporal-keys.ts'

/** What becomes of a key that is given beside the newest one. */
export interface OldKey {
  /** its name */
  key: string
  /** `ask_temporal`: no secret needs it, and nobody looked whether a history does */
  verdict: 'needed' | 'may_go' | 'ask_temporal'
  /** what it still opens: places of the database, and kinds of open workflows */
  neededBy: { place: string; count: number }[]
}

/**
 * Tells of every given key but the newest whether it may be taken away.
 * @param given names, the newest first
 * @param runs open runs whose histories are sealed; null: Temporal was not looked at
 */
export function oldKeys(
  given: readonly string[],
  survey: readonly KeySurvey[],
  runs: readonly OpenRun[] | null,
): OldKey[] {
  return given.slice(1).map((key) => {
    const inDatabase = survey.flatMap(({ place, keys }) => (keys[key] ? [{ place, count: keys[key] }] : []))
    const byType = new Map<string, number>()
    for (const { type, keys } of runs ?? []) if (keys.includes(key)) byType.set(type, (byType.get(type) ?? 0) + 1)
    const inTemporal = [...byType].toSorted().map(([type, count]) => ({ place: `temporal: ${type}`, count }))
    const neededBy = [...inDatabase, ...inTemporal]
    const verdict = neededBy.length > 0 ? 'needed' : runs === null ? 'ask_temporal' : 'may_go'
    return { key, verdict, neededBy }
  })
}
