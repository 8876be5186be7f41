import { ApiFailure } from '../api/request.ts'
import { Notice } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { scenarioWords } from './words.ts'

interface Problem {
  message: string
  line: number | null
}

/** Why no draft was made, with the lines that cannot be read. */
export function CreateTrouble({ error }: { error: unknown }) {
  const words = useRoomWords(scenarioWords)
  const errorText = useErrorText(words.errors)
  if (error === null || error === undefined) return null
  const problems =
    error instanceof ApiFailure && error.code === 'scenario_unreadable' ? ((error.details ?? []) as Problem[]) : []
  return (
    <Notice look="danger" urgent className="mb-3">
      {errorText(error)}
      {problems.length > 0 && (
        <ul className="mt-1 list-disc pl-5">
          {problems.slice(0, 10).map(({ line, message }) => (
            <li key={`${line} ${message}`}>{words.new.problem(line, message)}</li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
