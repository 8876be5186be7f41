import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { versionQuery } from './api.ts'
import { findStep } from './find-step.ts'
import { runWords } from './run-words.ts'

/** A step as it stands in the version that a run keeps. */
export function StepDialog({
  scenarioId,
  version,
  step,
  onClose,
}: {
  scenarioId: string
  version: number
  step: string
  onClose: () => void
}) {
  const words = useRoomWords(runWords)
  const { data } = useQuery(versionQuery(scenarioId, version))
  const [text, setText] = useState('')
  useEffect(() => {
    const found = data && findStep(data.document.steps, step)
    if (found) void import('yaml').then(({ stringify }) => setText(stringify(found, { lineWidth: 100 })))
  }, [data, step])
  return (
    <Dialog title={`${step} · ${words.version(version)}`} size="medium" onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre tabIndex={0} className="max-h-[60dvh] overflow-auto rounded-lg bg-ground p-3 text-xs">
        {text}
      </pre>
    </Dialog>
  )
}
