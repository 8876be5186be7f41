import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { taskQuery } from '../api/tasks.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioQuery } from './api.ts'
import { CheckResult } from './check-result.tsx'
import type { CheckSearch } from './check-search.ts'
import { checkWords } from './check-words.ts'
import { ExplanationCard } from './explanation-card.tsx'
import { MomentList } from './moment-list.tsx'
import { TaskSearch } from './task-search.tsx'
import { useOpenDraft } from './use-draft.ts'

/** The draft tried on a real task, now or when something happened there; and what really happened then. */
export function CheckPart() {
  const words = useRoomWords(checkWords)
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const search = useSearch({ from: '/app/scenarios/$id/check' })
  const navigate = useNavigate()
  const { data: scenario } = useQuery(scenarioQuery(id))
  const { state } = useOpenDraft()
  const [isChoosing, setChoosing] = useState(false)
  const go = (next: CheckSearch) => {
    setChoosing(false)
    void navigate({ to: '/scenarios/$id/check', params: { id }, search: next })
  }
  const moment = search.event === undefined ? null : { eventId: search.event, n: search.n ?? 0 }
  const chooser = isChoosing && (
    <Dialog title={words.choose} size="medium" onClose={() => setChoosing(false)}>
      <TaskSearch>
        {(task) => (
          <Button small onClick={() => go({ task: task.id })}>
            {words.use}
          </Button>
        )}
      </TaskSearch>
    </Dialog>
  )
  if (search.task === undefined) {
    return (
      <div className="rounded-xl border border-line bg-panel py-8">
        <Empty title={words.choose} hint={words.intro}>
          <Button look="primary" onClick={() => setChoosing(true)}>
            {words.choose}
          </Button>
        </Empty>
        {chooser}
      </div>
    )
  }
  const taskId = search.task
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[22rem_1fr]">
      <Card
        title={words.moment}
        intro={<TaskName id={taskId} />}
        actions={
          <Button small onClick={() => setChoosing(true)}>
            {words.other}
          </Button>
        }
      >
        <MomentList
          taskId={taskId}
          chosen={moment}
          onChoose={(next) =>
            go({ task: taskId, ...(next && { event: next.eventId, ...(next.n > 0 && { n: next.n }) }) })
          }
        />
      </Card>
      <div className="min-w-0 space-y-4">
        {state.text !== state.base.text && <Notice look="plain">{words.unsaved}</Notice>}
        {scenario && !scenario.isReadable ? (
          <Notice look="warning">{words.unreadable}</Notice>
        ) : (
          scenario && <CheckResult scenario={scenario} taskId={taskId} moment={moment} />
        )}
        {moment && <ExplanationCard of={{ eventId: moment.eventId }} scenarioId={id} />}
      </div>
      {chooser}
    </div>
  )
}

function TaskName({ id }: { id: string }) {
  const { data } = useQuery(taskQuery(id))
  return data ? `${data.requester.name} · №${data.number} · ${data.status.name}` : null
}
