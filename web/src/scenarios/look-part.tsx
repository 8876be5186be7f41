import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioQuery } from './api.ts'
import { type ButtonLook, readLook } from './button-look.ts'
import { ButtonPreview } from './button-preview.tsx'
import { LookForm } from './look-form.tsx'
import { withLook } from './look-in-text.ts'
import { lookWords } from './look-words.ts'
import { readButton } from './read-button.ts'
import { useOpenDraft } from './use-draft.ts'

/** How a button stands in the task: colour, icon and place, written into the draft. */
export function LookPart() {
  const words = useRoomWords(lookWords)
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const { data: scenario } = useQuery(scenarioQuery(id))
  const { state, mayChange, change } = useOpenDraft()
  const button = readButton(state.text)
  if (!scenario) return null
  if (!button) return <Notice look="warning">{words.noButton}</Notice>
  const look = readLook(button.look)
  const set = (part: { [Key in keyof ButtonLook]: ButtonLook[Key] | undefined }) => {
    const next = Object.fromEntries(
      Object.entries({ ...look, ...part }).filter(([, value]) => value !== undefined),
    ) as ButtonLook
    const text = withLook(state.text, next)
    if (text !== null) change(text)
  }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title={words.title} intro={words.intro}>
        <LookForm look={look} disabled={!mayChange} onChange={set} />
      </Card>
      <ButtonPreview label={button.label} look={look} scenarioId={id} />
    </div>
  )
}
