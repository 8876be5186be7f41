import { useRoomWords } from '../../words/room-words.ts'
import { webhookWords } from './words.ts'

/** What was sent or came, as text: nothing of it is ever markup here. */
export function JsonBody({ body }: { body: unknown }) {
  const words = useRoomWords(webhookWords)
  return (
    <details className="mt-1">
      <summary className="text-xs text-soft">{words.body}</summary>
      <pre className="mt-1 max-h-80 overflow-auto rounded-md bg-ground p-2 text-xs whitespace-pre-wrap wrap-anywhere">
        {JSON.stringify(body, null, 2)}
      </pre>
    </details>
  )
}
