import { Check, CloudOff, LoaderCircle } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import type { Scenario } from './api.ts'
import { isUnsaved } from './draft-state.ts'
import { useOpenDraft } from './use-draft.ts'
import { scenarioWords } from './words.ts'

/** Whether the draft is saved, and what is in the way. */
export function DraftStatus({ scenario }: { scenario: Scenario }) {
  const words = useRoomWords(scenarioWords)
  const app = useWords().app
  const errorText = useErrorText(words.errors)
  const { state, mayChange, error, retry } = useOpenDraft()
  if (!mayChange) return scenario.updatedBy && <span>{words.draft.lastBy(scenario.updatedBy.name)}</span>
  if (state.conflict) return null
  if (state.problem === 'offline') {
    return (
      <span role="status" className="flex items-center gap-1.5 text-warning">
        <CloudOff size={13} aria-hidden="true" className="shrink-0" /> {words.draft.kept}
      </span>
    )
  }
  if (state.problem === 'refused') {
    return (
      <span role="alert" className="flex flex-wrap items-center gap-2 text-danger">
        {words.draft.refused} {errorText(error)}
        <Button small onClick={retry}>
          {app.tryAgain}
        </Button>
      </span>
    )
  }
  if (state.saving !== null || isUnsaved(state)) {
    return (
      <span className="flex items-center gap-1.5">
        <LoaderCircle size={13} aria-hidden="true" className="shrink-0 motion-safe:animate-spin" /> {words.draft.saving}
      </span>
    )
  }
  return (
    <span role="status" className="flex items-center gap-1.5" title={lastBy()}>
      <Check size={13} aria-hidden="true" className="shrink-0 text-success" /> {words.draft.saved}
    </span>
  )

  function lastBy(): string | undefined {
    return scenario.updatedBy ? words.draft.lastBy(scenario.updatedBy.name) : undefined
  }
}
