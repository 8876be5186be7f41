import { useQuery } from '@tanstack/react-query'
import { revisionsQuery } from '../api/comments.ts'
import type { Comment } from '../api/types.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { entryWords } from './entry-words.ts'
import { LinkedText } from './linked-text.tsx'

/** What an edited message said before, the newest first. */
export function Revisions({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const { formats } = useLanguage()
  const { earlier } = useRoomWords(entryWords)
  const query = useQuery(revisionsQuery(comment.id))
  return (
    <Dialog title={earlier.title} size="medium" onClose={onClose}>
      <Loaded query={query}>
        {(revisions) => (
          <ol className="space-y-3">
            <Wording when={earlier.now} text={comment.text} />
            {revisions.toReversed().map(({ text, replacedAt }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: wordings of one message never move
              <Wording key={index} when={earlier.until(formats.moment(new Date(replacedAt)))} text={text} />
            ))}
            {revisions.length === 0 && <li className="text-soft">{earlier.none}</li>}
          </ol>
        )}
      </Loaded>
    </Dialog>
  )
}

function Wording({ when, text }: { when: string; text: string | null }) {
  return (
    <li className="border-l-2 border-line-strong pl-3">
      <p className="text-xs text-soft">{when}</p>
      {text !== null && <LinkedText text={text} />}
    </li>
  )
}
