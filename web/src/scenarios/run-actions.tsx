import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useMayChange } from './may-change.ts'
import { askRun, type RunWithSteps, runsKey } from './run-api.ts'
import { runWords } from './run-words.ts'
import { retryOf } from './step-blocks.ts'

/** Ends a run, or lets one go on that is held; says before what the client gets. */
export function RunActions({ run }: { run: RunWithSteps }) {
  const words = useRoomWords(runWords)
  const client = useQueryClient()
  const mayChange = useMayChange()
  const [asking, setAsking] = useState<'stop' | 'resume' | null>(null)
  const key = useRef('')
  const deed = useMutation({
    mutationFn: (what: 'stop' | 'resume') => askRun(run.id, what, key.current),
    onSuccess(_, what) {
      setAsking(null)
      showToast(what === 'stop' ? words.stopped : words.resumed)
      void client.invalidateQueries({ queryKey: runsKey })
    },
  })
  const isOpen = run.endedAt === null
  const isHeld = run.state === 'blocked' || run.waitsFor?.paused === true
  if (!isOpen) return null
  const ask = (what: 'stop' | 'resume') => {
    key.current = newKey()
    deed.reset()
    setAsking(what)
  }
  const why = mayChange ? undefined : words.mayNot
  const isRetry = run.state === 'blocked'
  const retry = retryOf(run.steps, run.step)
  return (
    <>
      {isHeld && (
        <Button look="primary" disabled={!mayChange} title={why} onClick={() => ask('resume')}>
          {isRetry ? words.retry : words.resume}
        </Button>
      )}
      <Button look="danger" disabled={!mayChange} title={why} onClick={() => ask('stop')}>
        {words.stop}
      </Button>
      {asking === 'stop' && (
        <Confirm title={words.stopTitle} action={words.stop} look="danger" {...confirm('stop')}>
          <p>{words.stopText}</p>
        </Confirm>
      )}
      {asking === 'resume' && (
        <Confirm
          title={isRetry ? words.retryTitle : words.resumeTitle}
          action={isRetry ? words.retry : words.resume}
          look={isRetry && retry.sends ? 'message' : 'primary'}
          {...confirm('resume')}
        >
          <p>{isRetry ? words.retryText(run.step ?? '') : words.resumeText}</p>
          {isRetry && retry.text !== null && <p className="wrap-anywhere">{words.retrySends(retry.text)}</p>}
          {isRetry && retry.sends && <p className="text-warning">{words.retrySendsAgain}</p>}
        </Confirm>
      )}
    </>
  )

  function confirm(what: 'stop' | 'resume') {
    return {
      busy: deed.isPending,
      error: deed.error,
      errorWords: words.errors,
      onConfirm: () => deed.mutate(what),
      onClose: () => setAsking(null),
    }
  }
}
