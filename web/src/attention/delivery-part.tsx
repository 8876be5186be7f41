import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleHelp, CircleX } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/field.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type Trouble, troubledQuery } from './api.ts'
import { DeliveryRow } from './delivery-row.tsx'
import { Part } from './part.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { attentionWords } from './words.ts'

/** Messages of unknown outcome, or that failed; one by one, or many at once. */
export function DeliveryPart({ state }: { state: Trouble }) {
  const words = useRoomWords(attentionWords)
  const errorText = useErrorText(words.errors)
  const query = useInfiniteQuery({ ...troubledQuery(state), refetchOnMount: 'always' })
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const deliveries = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  if (query.error && !query.data) return <Notice look="danger">{errorText(query.error)}</Notice>
  if (deliveries.length === 0) return null
  // What is settled meanwhile is not selected any more.
  const chosen = deliveries.filter(({ id }) => selected.has(id))
  const select = (id: string, on: boolean) => {
    const next = new Set(selected)
    if (on) next.add(id)
    else next.delete(id)
    setSelected(next)
  }
  const explains =
    state === 'unknown'
      ? [
          words.unknown.what,
          words.unknown.safe,
          <strong key="risky" className="font-medium text-warning">
            {words.unknown.risky}
          </strong>,
        ]
      : [words.failed.what, words.failed.safe]
  return (
    <Part
      id={state}
      icon={state === 'unknown' ? CircleHelp : CircleX}
      colour={state === 'unknown' ? 'text-warning' : 'text-danger'}
      title={words[state].title}
      explains={explains}
    >
      {deliveries.length > 1 && (
        <div className="border-b border-line px-4 py-2.5">
          <Checkbox
            label={words.select.all}
            checked={chosen.length === deliveries.length}
            onChange={({ target }) => setSelected(new Set(target.checked ? deliveries.map(({ id }) => id) : []))}
          />
        </div>
      )}
      <LongList className="divide-y divide-line">
        {deliveries.map((delivery) => (
          <li key={delivery.id}>
            <DeliveryRow
              delivery={delivery}
              state={state}
              selectable={deliveries.length > 1}
              selected={selected.has(delivery.id)}
              onSelect={(on) => select(delivery.id, on)}
            />
          </li>
        ))}
      </LongList>
      {query.hasNextPage && (
        <div className="border-t border-line p-2 text-center">
          <Button look="quiet" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.loadMore}
          </Button>
        </div>
      )}
      {chosen.length > 0 && <SelectionBar state={state} chosen={chosen} onClear={() => setSelected(new Set())} />}
    </Part>
  )
}
