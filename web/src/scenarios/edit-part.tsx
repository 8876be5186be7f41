import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioQuery } from './api.ts'
import { FindingsList } from './findings-list.tsx'
import { formatOf } from './new-document.ts'
import { useOpenDraft } from './use-draft.ts'
import { useFindings } from './use-findings.ts'
import { scenarioWords } from './words.ts'

const ScenarioEditor = lazy(async () => ({
  default: (await import('../scenario-editor/scenario-editor.tsx')).ScenarioEditor,
}))

/** The draft in its editor, and what can be said against it, line by line. */
export function EditPart() {
  const words = useRoomWords(scenarioWords)
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const { data: scenario } = useQuery(scenarioQuery(id))
  const { state, mayChange, change } = useOpenDraft()
  const { findings, isChecking } = useFindings(state.text, mayChange)
  const format = useMemo(() => formatOf(state.text), [state.text])
  const problems = scenario?.draft.problems ?? []
  const shown = mayChange
    ? findings
    : problems.map((problem) => ({ severity: 'error' as const, code: 'unreadable', ...problem }))
  return (
    <>
      <section aria-label={words.draft.editor} className="grid min-h-[max(26rem,calc(100dvh-17rem))] *:min-w-0">
        <Suspense fallback={<p className="text-soft">{words.draft.loadingEditor}</p>}>
          <ScenarioEditor
            text={state.text}
            format={format}
            findings={shown}
            readOnly={!mayChange}
            fixedId
            onChange={change}
          />
        </Suspense>
      </section>
      <FindingsList findings={shown} isChecking={isChecking} />
    </>
  )
}
