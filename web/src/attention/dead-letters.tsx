import { useInfiniteQuery } from '@tanstack/react-query'
import { MailQuestionMark } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { LongList } from '../ui/long-list.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { lettersQuery } from './api.ts'
import { DeadLetterRow } from './dead-letter-row.tsx'
import { Part } from './part.tsx'
import { attentionWords } from './words.ts'

/** What the provider sent and nobody understood; for administrators. */
export function DeadLetters() {
  const words = useRoomWords(attentionWords)
  const query = useInfiniteQuery({ ...lettersQuery, refetchOnMount: 'always' })
  const letters = query.data?.pages.flatMap(({ items }) => items) ?? []
  if (letters.length === 0) return null
  return (
    <Part
      id="letters"
      icon={MailQuestionMark}
      colour="text-soft"
      title={words.letters.title}
      explains={[words.letters.what, words.letters.safe]}
    >
      <LongList className="divide-y divide-line">
        {letters.map((letter) => (
          <li key={letter.id}>
            <DeadLetterRow letter={letter} />
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
    </Part>
  )
}
