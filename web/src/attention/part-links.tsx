import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { AttentionCounts } from './attention-count.ts'
import { attentionWords } from './words.ts'

const PARTS = [
  { of: 'unknown', id: 'unknown', look: 'warning' },
  { of: 'failed', id: 'failed', look: 'danger' },
  { of: 'blockedRuns', id: 'runs', look: 'warning' },
  { of: 'deadLetters', id: 'letters', look: 'plain' },
  { of: 'channels', id: 'channels', look: 'danger' },
] as const satisfies { of: keyof AttentionCounts; id: string; look: BadgeLook }[]

/** How much there is of each kind, and the way to it. */
export function PartLinks({ counts }: { counts: AttentionCounts }) {
  const words = useRoomWords(attentionWords)
  return (
    <nav aria-label={words.parts} className="mb-5 flex flex-wrap gap-2">
      {PARTS.filter(({ of }) => counts[of] > 0).map(({ of, id, look }) => (
        <a
          key={id}
          href={`#${id}`}
          onClick={(event) => {
            event.preventDefault()
            const part = document.getElementById(id)
            part?.scrollIntoView({ block: 'start' })
            part?.focus({ preventScroll: true })
          }}
          className="inline-flex h-8 items-center gap-2 rounded-full border border-line bg-panel pr-1.5 pl-3 text-[0.8125rem] hover:bg-hover pointer-coarse:h-11"
        >
          {words[id].short}
          <Badge look={look}>{words.some(counts[of])}</Badge>
        </a>
      ))}
    </nav>
  )
}
