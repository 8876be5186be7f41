import type { Language, Words } from '../../../words.ts'
import { NOWHERE, type Path, type PlaceOf, type Problem, pathText, type Target } from '../problem.ts'
import type { FindingCode } from './finding-words.ts'

/** Something a check found. Errors keep a document from being published; warnings are shown. */
export interface Finding extends Problem {
  severity: 'error' | 'warning'
  /** snake_case, stable */
  code: string
}

export type Report = (
  severity: Finding['severity'],
  code: FindingCode,
  path: Path,
  words: Words,
  target?: Target,
) => void

/** Collects what checks report, each thing once, in the reader's language. */
export function findings(
  placeOf: PlaceOf = () => NOWHERE,
  language: Language = 'en',
): { report: Report; found: Finding[] } {
  const found: Finding[] = []
  const seen = new Set<string>()
  const report: Report = (severity, code, path, { [language]: message }, target) => {
    const key = `${code} ${pathText(path)} ${message}`
    if (seen.has(key)) return
    seen.add(key)
    found.push({ severity, code, message, path: pathText(path), ...placeOf(path, target) })
  }
  return { report, found }
}
