import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import type { Finding } from '../scenario-editor/scenario-editor.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { groupByLine } from './findings-by-line.ts'
import { scenarioWords } from './words.ts'

/** Everything that was found, by the line it is about. */
export function FindingsList({ findings, isChecking }: { findings: readonly Finding[]; isChecking: boolean }) {
  const words = useRoomWords(scenarioWords).findings
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const counts = [errors > 0 && words.errors(errors), warnings > 0 && words.warnings(warnings)].filter(Boolean)
  return (
    <section aria-label={words.title} className="mt-4">
      <p role="status" className="flex items-center gap-2 text-[0.8125rem] text-soft">
        {findings.length === 0 && !isChecking && (
          <CircleCheck size={14} aria-hidden="true" className="shrink-0 text-success" />
        )}
        {findings.length > 0 ? counts.join(' · ') : isChecking ? words.checking : words.none}
      </p>
      {findings.length > 0 && (
        <ul className="mt-2 divide-y divide-line overflow-hidden rounded-lg border border-line bg-panel">
          {groupByLine(findings).map(({ line, findings: there }) => (
            <li key={line ?? 'whole'} className="flex flex-wrap gap-x-4 gap-y-1 px-3 py-2">
              <span className="w-24 shrink-0 text-[0.8125rem] text-soft tabular-nums">
                {line === null ? words.whole : words.line(line)}
              </span>
              <ul className="min-w-48 flex-1 space-y-1">
                {there.map((finding) => (
                  <FindingLine key={`${finding.code} ${finding.path} ${finding.message}`} finding={finding} />
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function FindingLine({ finding: { severity, message, path } }: { finding: Finding }) {
  const words = useRoomWords(scenarioWords).findings
  const Icon = severity === 'error' ? CircleAlert : TriangleAlert
  return (
    <li className="flex items-start gap-2">
      <Icon
        size={14}
        role="img"
        aria-label={words[severity]}
        className={`mt-0.5 shrink-0 ${severity === 'error' ? 'text-danger' : 'text-warning'}`}
      />
      <span className="min-w-0 wrap-anywhere">
        {message} {path && <code className="text-xs text-soft">{path}</code>}
      </span>
    </li>
  )
}
