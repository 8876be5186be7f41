import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import { meQuery } from '../api/session.ts'
import type { TaskRun } from '../task/runs.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { showToast } from '../ui/toast.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { askRun } from './button-api.ts'
import { RunStateBadge } from './run-state.tsx'
import { standingOf } from './run-words.ts'
import { contactWords } from './words.ts'

const MINUTE = 60_000

/** A run: where it stands, and for those who may, the ways to end it or let it go on. */
export function RunRow({ run }: { run: TaskRun }) {
  const { formats } = useLanguage()
  const words = useRoomWords(contactWords).runs
  const now = useNow(MINUTE)
  const me = useQuery(meQuery).data
  const [asking, setAsking] = useState<'stop' | 'resume' | null>(null)
  const mayAsk = me?.permissions.includes('scenarios.manage') ?? false
  const standing = standingOf(run, words, formats)
  const at = new Date(run.endedAt ?? run.startedAt)
  const held = run.state === 'blocked' || run.waitsFor?.paused === true
  return (
    <>
      <div className="flex items-center gap-2">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          aria-label={words.open(run.scenarioName)}
          className="min-h-6 min-w-0 flex-1 truncate leading-6 font-medium hover:text-accent hover:underline pointer-coarse:py-2.5"
        >
          <bdi>{run.scenarioName}</bdi>
        </Link>
        <RunStateBadge state={run.state} />
      </div>
      {standing !== null && <p className="text-xs wrap-anywhere">{standing}</p>}
      <p className="text-xs text-soft">
        <time dateTime={at.toISOString()} title={formats.moment(at)}>
          {run.endedAt === null ? words.started(formats.short(at, now)) : words.ended(formats.short(at, now))}
        </time>
        {run.pressedBy && <span> · {words.pressedBy(run.pressedBy.name)}</span>}
      </p>
      {mayAsk && run.endedAt === null && (
        <div className="mt-1 flex gap-1.5">
          {held && (
            <Button
              small
              className="pointer-coarse:h-11"
              aria-label={words.resumeOf(run.scenarioName)}
              onClick={() => setAsking('resume')}
            >
              {words.resume}
            </Button>
          )}
          <Button
            small
            className="pointer-coarse:h-11"
            aria-label={words.stopOf(run.scenarioName)}
            onClick={() => setAsking('stop')}
          >
            {words.stop}
          </Button>
        </div>
      )}
      {asking && <AskRun run={run} deed={asking} onClose={() => setAsking(null)} />}
    </>
  )
}

function AskRun({ run, deed, onClose }: { run: TaskRun; deed: 'stop' | 'resume'; onClose: () => void }) {
  const words = useRoomWords(contactWords).runs
  const client = useQueryClient()
  const key = useRef(newKey())
  const ask = useMutation({
    mutationFn: () => askRun(run.id, deed, key.current),
    onSuccess: () => {
      showToast(deed === 'stop' ? words.stopped(run.scenarioName) : words.resumed(run.scenarioName))
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['task-runs'] }),
  })
  return (
    <Confirm
      title={deed === 'stop' ? words.stopTitle : words.resumeTitle}
      action={deed === 'stop' ? words.stop : words.resume}
      look={deed === 'stop' ? 'danger' : 'primary'}
      busy={ask.isPending}
      error={ask.error}
      onConfirm={() => ask.mutate()}
      onClose={onClose}
    >
      <p>{deed === 'stop' ? words.stopText(run.scenarioName) : words.resumeText(run.scenarioName)}</p>
    </Confirm>
  )
}
