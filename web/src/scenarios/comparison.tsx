import { useRoomWords } from '../words/room-words.ts'
import type { Document } from './api.ts'
import { publishWords } from './publish-words.ts'
import { comparable } from './sides.ts'
import TextDiff from './text-diff.tsx'

interface Side {
  label: string
  text: string | null
  document: Document | null
}

/** Two versions beside each other. Loaded when it is looked at: it brings the editor's code along. */
export default function Comparison({ from, to }: { from: Side; to: Side }) {
  const words = useRoomWords(publishWords)
  const { before, after } = comparable(from, to)
  if (before.text === after.text) return <p className="text-soft">{words.versions.equal}</p>
  return (
    <TextDiff
      before={{ label: from.label, text: before.text }}
      after={{ label: to.label, text: after.text }}
      format={after.format}
    />
  )
}
