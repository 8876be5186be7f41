import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Table, Th } from '../ui/table.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Scenario, scenarioQuery, versionsQuery } from './api.ts'
import { CompareVersions } from './compare-versions.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { publishWords } from './publish-words.ts'
import { VersionRow } from './version-row.tsx'

/** What was published, by whom, what changed and which runs still keep it; any two compared. */
export function VersionsPart() {
  const words = useRoomWords(publishWords).versions
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const versions = useQuery(versionsQuery(id))
  const { data: scenario } = useQuery(scenarioQuery(id))
  const [again, setAgain] = useState<{ scenario: Scenario; version: number } | null>(null)
  const { columns } = words
  return (
    <Loaded query={versions}>
      {(all) =>
        all.length === 0 ? (
          <Empty title={words.empty} hint={words.emptyHint} />
        ) : (
          <div className="space-y-6">
            <Table
              label={words.title}
              head={
                <>
                  <Th>{columns.version}</Th>
                  <Th>{columns.when}</Th>
                  <Th>{columns.by}</Th>
                  <Th>{columns.changed}</Th>
                  <Th>{columns.runs}</Th>
                  <Th>
                    <span className="sr-only">{columns.actions}</span>
                  </Th>
                </>
              }
            >
              {all.map((one, place) => (
                <VersionRow
                  key={one.version}
                  scenarioId={id}
                  version={one}
                  before={all[place + 1]?.version ?? null}
                  onRestore={() => scenario && setAgain({ scenario, version: one.version })}
                />
              ))}
            </Table>
            {scenario && <CompareVersions scenario={scenario} versions={all} />}
            {again && <PublishDialog {...again} onClose={() => setAgain(null)} />}
          </div>
        )
      }
    </Loaded>
  )
}
