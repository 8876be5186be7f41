import type { Finding } from '../finding.ts'
import { isWithin, type Path, parsePath } from '../text/path.ts'

/** A finding with its place as a path. */
export interface Problem extends Finding {
  at: Path
}

export const problemsOf = (findings: readonly Finding[]): Problem[] =>
  findings.map((finding) => ({ ...finding, at: parsePath(finding.path) }))

export const problemsIn = (problems: readonly Problem[], path: Path): Problem[] =>
  problems.filter(({ at }) => isWithin(at, path))

/** Errors and warnings, counted. */
export const countOf = (problems: readonly Problem[]): { errors: number; warnings: number } => {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return { errors, warnings: problems.length - errors }
}
