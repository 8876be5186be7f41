import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'
import { IconButton } from '../ui/button.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { runQuery } from './button-api.ts'
import { RunStateBadge } from './run-state.tsx'
import { standingOf } from './run-words.ts'
import { contactWords } from './words.ts'

/** What became of a press, as it happens: running, waiting until when, finished or failed. */
export function PressedRun({ runId, onDismiss }: { runId: string; onDismiss: () => void }) {
  const { formats } = useLanguage()
  const words = useRoomWords(contactWords)
  const client = useQueryClient()
  const run = useQuery(runQuery(runId)).data
  useLiveEvents((event) => {
    if (event.name === 'run' && event.runId === runId) refetchSoon(client, { queryKey: ['run', runId] })
  })
  const standing = run ? standingOf(run, words.runs, formats) : null
  return (
    <div className="mt-1 flex items-center gap-1 rounded-lg bg-hover py-1 pr-1 pl-2.5 text-xs">
      <div role="status" className="min-w-0 flex-1 py-1">
        {run ? <RunStateBadge state={run.state} /> : <span className="text-soft">{words.buttons.starting}</span>}
        {standing !== null && <p className="mt-0.5 wrap-anywhere">{standing}</p>}
      </div>
      {run && (
        <Link
          to="/runs/$runId"
          params={{ runId }}
          className="inline-flex min-h-8 shrink-0 items-center px-1 text-accent hover:underline pointer-coarse:min-h-11"
        >
          {words.buttons.open}
        </Link>
      )}
      <IconButton label={words.buttons.dismiss} onClick={onDismiss}>
        <X size={13} aria-hidden="true" />
      </IconButton>
    </div>
  )
}
