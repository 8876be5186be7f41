import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import {
  findingsQuery,
  type InFlight,
  type Published,
  previewQuery,
  publishScenario,
  type Scenario,
  scenarioQuery,
  scenariosKey,
  versionQuery,
} from './api.ts'
import { FindingsList } from './findings-list.tsx'
import { InFlightChoice } from './in-flight-choice.tsx'
import { PublishOutcome } from './publish-outcome.tsx'
import { publishWords } from './publish-words.ts'
import { runsKey } from './run-api.ts'

const Comparison = lazy(() => import('./comparison.tsx'))

interface PublishDialogProps {
  /** as the server had it a moment ago: what is published is what was seen */
  scenario: Scenario
  /** an older version to publish again; null: the draft */
  version: number | null
  onClose: () => void
}

/** What was found, what changes, and what becomes of open runs; afterwards, what happened. */
export function PublishDialog({ scenario, version, onClose }: PublishDialogProps) {
  const words = useRoomWords(publishWords)
  const app = useWords().app
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [inFlight, setInFlight] = useState<InFlight>('pin')
  const key = useRef(newKey())
  const { id, draft, published } = scenario
  const old = useQuery({ ...versionQuery(id, version ?? 0), enabled: version !== null })
  const live = useQuery({ ...versionQuery(id, published?.version ?? 0), enabled: published !== null })
  const sha256 = version === null ? draft.sha256 : (old.data?.sha256 ?? null)
  const text = version === null ? draft.text : old.data ? (old.data.text ?? JSON.stringify(old.data.document)) : null
  const check = useQuery({ ...findingsQuery(text ?? ''), enabled: text !== null })
  const preview = useQuery({ ...previewQuery(id, version, sha256), enabled: check.data?.ok === true })
  const publish = useMutation({
    mutationFn: () =>
      publishScenario(
        id,
        { inFlight, ...(version !== null && { version }), ...(sha256 !== null && { expect: sha256 }) },
        key.current,
      ),
    onSuccess({ warnings: _, runs: __, ...made }: Published) {
      client.setQueryData(scenarioQuery(id).queryKey, made)
      void client.invalidateQueries({ queryKey: scenariosKey })
      void client.invalidateQueries({ queryKey: runsKey })
    },
    onError(error) {
      if (error instanceof ApiFailure && !error.passing) key.current = newKey()
    },
  })
  const title = version === null ? words.title(scenario.name) : words.again(version)
  if (publish.data) return <PublishOutcome published={publish.data} inFlight={inFlight} onClose={onClose} />

  const candidate = version === null ? draft : old.data
  return (
    <Dialog title={title} size="large" onClose={onClose}>
      <div className="space-y-5">
        {!scenario.enabled && <Notice look="warning">{words.switchedOff}</Notice>}
        <section aria-label={words.changes}>
          <h3 className="mb-2 font-medium">{words.changes}</h3>
          {published === null ? (
            <p className="text-soft">{words.first}</p>
          ) : (
            live.data &&
            candidate && (
              <Suspense>
                <Comparison
                  from={{ label: words.live(published.version), ...live.data }}
                  to={{ label: version === null ? words.draft : words.version(version), ...candidate }}
                />
              </Suspense>
            )
          )}
        </section>
        <FindingsList findings={check.data?.findings ?? []} isChecking={check.isFetching} />
        {check.data?.ok === false && (
          <Notice look="danger" urgent>
            {words.cannot}
          </Notice>
        )}
        {published !== null && check.data?.ok && (
          <InFlightChoice preview={preview.data ?? null} value={inFlight} onChange={setInFlight} />
        )}
        {publish.error && (
          <Notice look="danger" urgent>
            {errorText(publish.error)}
          </Notice>
        )}
      </div>
      <div className="sticky -bottom-5 -mx-5 mt-5 -mb-5 flex justify-end gap-2 border-t border-line bg-raised px-5 py-3">
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button look="primary" disabled={!check.data?.ok || publish.isPending} onClick={() => publish.mutate()}>
          {words.action}
        </Button>
      </div>
    </Dialog>
  )
}
