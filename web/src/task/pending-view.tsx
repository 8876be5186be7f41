import { useQueryClient } from '@tanstack/react-query'
import { CircleAlert, Clock } from 'lucide-react'
import { ApiFailure } from '../api/request.ts'
import { deliver } from '../composer/deliver.ts'
import { type PendingComment, removePending } from '../composer/outbox.ts'
import { composerWords } from '../composer/words.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { taskWords } from './words.ts'

interface PendingViewProps {
  pending: PendingComment
  /** Takes it back into the composer. */
  onEdit: (pending: PendingComment) => void
}

/** What was written and is not confirmed by the server: shown at once, and never lost. */
export function PendingView({ pending, onEdit }: PendingViewProps) {
  const words = useWords()
  const room = useRoomWords(taskWords)
  const errorText = useErrorText(useRoomWords(composerWords).errors)
  const client = useQueryClient()
  const { body, files, state, error } = pending
  const toClient = body.notify.contact
  const refused = error instanceof ApiFailure && !error.passing
  return (
    <article
      aria-label={`${toClient ? words.task.tones.toClient : words.task.tones.internal}, ${state === 'saving' ? words.delivery.saving : words.delivery.notSaved}`}
      className="flex flex-col items-end px-3 pt-1.5 sm:px-5"
    >
      <div
        className={cx(
          'max-w-full rounded-2xl rounded-br-sm px-3 py-2 sm:max-w-[85%]',
          toClient ? 'bg-message-bubble' : 'bg-comment-bubble ring-1 ring-comment-line',
          state === 'saving' && 'opacity-75',
        )}
      >
        {files.map((file) => (
          <bdi key={file.id} className="block truncate text-[0.8125rem] font-medium">
            {file.name}
          </bdi>
        ))}
        {body.template && <bdi className="block">{room.marks.template(body.template.name)}</bdi>}
        {body.text && (
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            {body.text}
          </p>
        )}
        <p className="mt-0.5 flex justify-end text-soft">
          {state === 'saving' ? (
            <Clock size={13} role="img" aria-label={words.delivery.saving} />
          ) : (
            <CircleAlert size={14} role="img" aria-label={words.delivery.notSaved} className="text-danger" />
          )}
        </p>
      </div>
      {state === 'failed' && (
        <div role="alert" className="mt-2 max-w-md rounded-lg bg-danger-ground px-3 py-2 text-[0.8125rem] text-danger">
          <p className="font-medium">{words.delivery.notSaved}</p>
          <p>{error === null || !refused ? words.delivery.notConfirmed : errorText(error)}</p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button small onClick={() => void deliver(client, pending)}>
              {words.app.tryAgain}
            </Button>
            {refused && !body.template && (
              <Button small onClick={() => onEdit(pending)}>
                {words.delivery.edit}
              </Button>
            )}
            <Button small look="danger" onClick={() => removePending(pending.key)}>
              {words.delivery.discard}
            </Button>
          </div>
        </div>
      )}
    </article>
  )
}
