import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Button } from '../ui/button.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { runsQuery } from './run-api.ts'
import { filterOf, type RunSearch } from './run-filter.ts'
import { RunFilters } from './run-filters.tsx'
import { RunTable } from './run-table.tsx'
import { runWords } from './run-words.ts'

interface RunListProps {
  search: RunSearch
  onSearch: (search: RunSearch) => void
  /** of this scenario alone */
  scenarioId?: string
}

/** Runs that match, the newest first; new ones appear by themselves. */
export function RunList({ search, onSearch, scenarioId }: RunListProps) {
  const words = useRoomWords(runWords)
  const app = useWords().app
  const asked = useMemo(
    // "In the last hour" is counted from when it was chosen: a list that moves by itself would ask for ever.
    () => filterOf({ ...search, ...(scenarioId === undefined ? {} : { scenario: scenarioId }) }, new Date()),
    [search, scenarioId],
  )
  const runs = useInfiniteQuery(runsQuery(asked))
  const isFiltered = Object.keys(search).length > 0
  return (
    <>
      <RunFilters search={search} onSearch={onSearch} {...(scenarioId === undefined ? {} : { scenarioId })} />
      <Loaded query={runs}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items)
          if (all.length === 0) {
            return isFiltered ? (
              <Empty title={words.nothingFound} />
            ) : (
              <Empty title={words.empty} hint={words.emptyHint} />
            )
          }
          return (
            <>
              <RunTable runs={all} ofOne={scenarioId !== undefined} />
              {runs.hasNextPage && (
                <div className="mt-3 text-center">
                  <Button disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                    {app.loadMore}
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Loaded>
    </>
  )
}
