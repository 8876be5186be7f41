import { UsersRound } from 'lucide-react'
import { summaryOf } from '../task/quote.tsx'
import { Button } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { choiceWords } from './choice-words.ts'
import type { ComposerState } from './use-composer.ts'

/** A colleague was faster: before two answer the same question, the second one chooses. */
export function OvertakenNotice({ composer }: { composer: ComposerState }) {
  const words = useWords()
  const { overtaken: room } = useRoomWords(choiceWords)
  const { by, asked } = composer.overtaken
  if (!by) return null
  return (
    <div role="alert" className="mb-2 rounded-md bg-warning-ground px-3 py-2 text-[0.8125rem] text-warning">
      <p className="flex items-start gap-2 font-medium">
        <UsersRound size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
        <bdi>{by.author.kind === 'phone_app' ? room.phone : room.title(by.author.name)}</bdi>
      </p>
      <p className="truncate pl-6">
        <bdi>{summaryOf(by, words)}</bdi>
      </p>
      {asked && (
        <div className="mt-2 pl-6">
          <p className="mb-1.5">{room.ask}</p>
          <div className="flex flex-wrap gap-2">
            <Button small onClick={composer.sendAnyway} className="pointer-coarse:h-11">
              {room.send}
            </Button>
            <Button small onClick={composer.keepAsComment} className="pointer-coarse:h-11">
              {room.comment}
            </Button>
            <Button small look="danger" onClick={composer.discard} className="pointer-coarse:h-11">
              {room.discard}
            </Button>
          </div>
        </div>
      )}
    </div>
  )
}
