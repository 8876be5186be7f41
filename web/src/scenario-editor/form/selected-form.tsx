import { useEditorWords } from '../state/editor-context.tsx'
import type { Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { summaryOf } from '../tree/summary.ts'
import { SettingsForm } from './settings-form.tsx'
import { StepForm } from './step-form.tsx'
import { TriggerForm } from './trigger-form.tsx'

/** The form of whatever is selected. */
export function SelectedForm({ path }: { path: Path }) {
  if (path.length === 0) return <SettingsForm />
  return path[0] === 'trigger' ? <TriggerForm /> : <StepForm path={path} />
}

export function useSelectedTitle(path: Path, step: Json | undefined): string {
  const words = useEditorWords()
  if (path.length === 0) return words.editor.settings
  return path[0] === 'trigger' ? words.editor.trigger : summaryOf(step, words)
}
