import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioQuery } from './api.ts'
import { dryRunPage } from './dry-run-api.ts'
import { type DryRunChoice, DryRunForm, FIRST_CHOICE, stretchOf } from './dry-run-form.tsx'
import { DryRunResult } from './dry-run-result.tsx'
import { dryRunWords } from './dry-run-words.ts'
import { ShadowPanel } from './shadow-panel.tsx'
import { useOpenDraft } from './use-draft.ts'
import { useDryRun } from './use-dry-run.ts'

/** What the draft would have done with what really happened; and the draft watched from now on. */
export function DryRunPart() {
  const words = useRoomWords(dryRunWords)
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const { data: scenario } = useQuery(scenarioQuery(id))
  const { flush, mayChange } = useOpenDraft()
  const [choice, setChoice] = useState<DryRunChoice>(FIRST_CHOICE)
  const [asked, setAsked] = useState<ReturnType<typeof stretchOf>>(null)
  const stretch = stretchOf(choice, new Date())
  const dry = useDryRun(async (cursor, signal) => {
    if (cursor === null) await flush()
    if (!stretch) throw new Error('no period was chosen')
    return dryRunPage(id, stretch, cursor, signal)
  })
  const { phase } = dry.state
  const isUnreadable = choice.version === null && scenario?.isReadable === false
  if (!mayChange || !scenario) return null
  return (
    <div className="space-y-4">
      <Card title={words.title} intro={words.intro}>
        <DryRunForm scenarioId={id} choice={choice} onChange={setChoice} isWrong={stretch === null} />
        {isUnreadable && (
          <Notice look="warning" className="mt-3">
            {words.unreadable}
          </Notice>
        )}
        <div className="mt-4 flex flex-wrap items-center gap-3">
          {phase === 'running' ? (
            <Button onClick={dry.cancel}>{words.cancel}</Button>
          ) : (
            <Button
              look="primary"
              disabled={stretch === null || isUnreadable}
              onClick={() => {
                setAsked(stretch)
                dry.start()
              }}
            >
              {phase === 'idle' ? words.run : words.again}
            </Button>
          )}
          {phase === 'running' && (
            <p role="status" className="text-[0.8125rem] text-soft tabular-nums">
              {words.running(dry.state.report.conversations, dry.state.report.events)}
            </p>
          )}
        </div>
      </Card>
      {asked && <DryRunResult state={dry.state} />}
      <ShadowPanel scenario={scenario} />
    </div>
  )
}
