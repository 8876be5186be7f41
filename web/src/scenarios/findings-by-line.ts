import type { Finding } from '../scenario-editor/scenario-editor.tsx'

/** In the order of the lines, what is about the whole document first; errors before warnings. */
export function groupByLine(findings: readonly Finding[]): { line: number | null; findings: Finding[] }[] {
  const byLine = new Map<number | null, Finding[]>()
  for (const finding of findings) byLine.set(finding.line, [...(byLine.get(finding.line) ?? []), finding])
  return [...byLine]
    .sort(([one], [other]) => (one ?? 0) - (other ?? 0))
    .map(([line, there]) => ({ line, findings: there.toSorted((a, b) => rank(a) - rank(b)) }))
}

const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1)
