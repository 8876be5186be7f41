import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from '../ui/button.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { LongList } from '../ui/long-list.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage, useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Moment, momentsQuery } from './check-api.ts'
import { checkWords } from './check-words.ts'
import { nameOf, scenarioNames } from './names.ts'

type Chosen = Pick<Moment, 'eventId' | 'n'>

interface MomentListProps {
  taskId: string
  /** null: now */
  chosen: Chosen | null
  onChoose: (moment: Chosen | null) => void
}

const ROW =
  'block w-full rounded-md px-2.5 py-2 text-left hover:bg-hover aria-pressed:bg-selected pointer-coarse:min-h-11'

/** Now, or something that happened in the task. */
export function MomentList({ taskId, chosen, onChoose }: MomentListProps) {
  const words = useRoomWords(checkWords)
  const names = useRoomWords(scenarioNames)
  const app = useWords().app
  const { formats } = useLanguage()
  const now = useNow(60_000)
  const moments = useInfiniteQuery(momentsQuery(taskId))
  const isChosen = ({ eventId, n }: Chosen) => chosen?.eventId === eventId && chosen.n === n
  return (
    <div>
      <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)} className={ROW}>
        <span className="font-medium">{words.now}</span>
        <span className="block text-xs text-soft">{words.nowHint}</span>
      </button>
      <h3 className="mt-3 mb-1 px-2.5 text-xs font-medium text-soft">{words.moments}</h3>
      <Loaded query={moments}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items)
          if (all.length === 0) return <p className="px-2.5 text-[0.8125rem] text-soft">{words.noMoments}</p>
          return (
            <div className="max-h-[55dvh] overflow-y-auto">
              <LongList>
                {all.map((moment) => (
                  <li key={`${moment.eventId} ${moment.n}`}>
                    <button
                      type="button"
                      aria-pressed={isChosen(moment)}
                      onClick={() => onChoose(moment)}
                      className={ROW}
                    >
                      <span className="flex items-baseline justify-between gap-2">
                        <span className="min-w-0 first-letter:uppercase">{nameOf(names.events, moment.event)}</span>
                        <time
                          dateTime={moment.at}
                          title={formats.moment(new Date(moment.at))}
                          className="shrink-0 text-xs text-soft"
                        >
                          {formats.short(new Date(moment.at), now)}
                        </time>
                      </span>
                      {moment.text && (
                        <span dir="auto" className="line-clamp-2 text-[0.8125rem] text-soft wrap-anywhere">
                          {moment.text}
                        </span>
                      )}
                    </button>
                  </li>
                ))}
                {moments.hasNextPage && (
                  <li className="p-2">
                    <Button small disabled={moments.isFetchingNextPage} onClick={() => void moments.fetchNextPage()}>
                      {app.loadMore}
                    </Button>
                  </li>
                )}
              </LongList>
            </div>
          )
        }}
      </Loaded>
    </div>
  )
}
