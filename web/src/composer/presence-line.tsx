import { Eye, PenLine } from 'lucide-react'
import { useRoomWords } from '../words/room-words.ts'
import { useOthersHere } from './use-presence.ts'
import { composerWords } from './words.ts'

/** Who else is at this task, above where one writes: typing is said aloud, looking is not. */
export function PresenceLine({ taskId }: { taskId: string }) {
  const { presence } = useRoomWords(composerWords)
  const others = useOthersHere(taskId)
  const typing = others.filter(({ state }) => state === 'typing')
  const names = (people: typeof others) => people.map(({ name }) => name).join(', ')
  return (
    <div className="px-1 text-xs">
      <div aria-live="polite">
        {typing.length > 0 && (
          <p className="mb-1 flex items-center gap-1.5 font-medium text-warning">
            <PenLine size={13} aria-hidden="true" className="shrink-0" />
            <bdi className="min-w-0 truncate">{presence.typing(names(typing), typing.length > 1)}</bdi>
          </p>
        )}
      </div>
      {typing.length === 0 && others.length > 0 && (
        <p className="mb-1 flex items-center gap-1.5 text-soft">
          <Eye size={13} aria-hidden="true" className="shrink-0" />
          <bdi className="min-w-0 truncate">{presence.viewing(names(others), others.length > 1)}</bdi>
        </p>
      )}
    </div>
  )
}
