import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type Scenario, scenariosKey, startShadow, stopShadow } from './api.ts'
import { shadowPage } from './dry-run-api.ts'
import { DryRunResult } from './dry-run-result.tsx'
import { dryRunWords } from './dry-run-words.ts'
import { useOpenDraft } from './use-draft.ts'
import { useDryRun } from './use-dry-run.ts'

/** The draft watched beside what is live: start it, see what it would have done, end it. */
export function ShadowPanel({ scenario }: { scenario: Scenario }) {
  const words = useRoomWords(dryRunWords)
  const errorText = useErrorText(words.errors)
  const { formats } = useLanguage()
  const client = useQueryClient()
  const { flush } = useOpenDraft()
  const { id, shadowSince } = scenario
  const look = useDryRun((cursor, signal) => shadowPage(id, cursor, signal))
  const refresh = () => client.invalidateQueries({ queryKey: scenariosKey })
  const start = useMutation({
    async mutationFn() {
      await flush()
      return startShadow(id)
    },
    onSuccess: () => {
      showToast(words.shadow.started)
      return refresh()
    },
  })
  const stop = useMutation({
    mutationFn: () => stopShadow(id),
    onSuccess: () => {
      showToast(words.shadow.ended)
      return refresh()
    },
  })
  const error = start.error ?? stop.error
  const isBusy = start.isPending || stop.isPending
  return (
    <>
      <Card title={words.shadow.title} intro={words.shadow.text}>
        {shadowSince && <p className="mb-3">{words.shadow.since(formats.moment(new Date(shadowSince)))}</p>}
        <div className="flex flex-wrap gap-2">
          {shadowSince && (
            <Button look="primary" disabled={look.state.phase === 'running'} onClick={look.start}>
              {words.shadow.look}
            </Button>
          )}
          <Button disabled={isBusy || !scenario.isReadable} onClick={() => start.mutate()}>
            {shadowSince ? words.shadow.restart : words.shadow.start}
          </Button>
          {shadowSince && (
            <Button disabled={isBusy} onClick={() => stop.mutate()}>
              {words.shadow.end}
            </Button>
          )}
        </div>
        {error && (
          <Notice look="danger" urgent className="mt-3">
            {errorText(error)}
          </Notice>
        )}
      </Card>
      {shadowSince && look.state.phase !== 'idle' && <DryRunResult state={look.state} />}
    </>
  )
}
