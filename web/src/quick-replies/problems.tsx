import { useRoomWords } from '../words/room-words.ts'
import type { VariableProblem } from './api.ts'
import { quickReplyWords } from './words.ts'

interface ProblemsProps {
  problems: readonly VariableProblem[]
  /** Shows the place in the text. */
  onGo: (position: number) => void
}

/** The region is always there, so that what comes into it is read out. */
export function Problems({ problems, onGo }: ProblemsProps) {
  const words = useRoomWords(quickReplyWords).problems
  const sayings: Record<string, unknown> = words
  const textOf = ({ code, message, variable }: VariableProblem): string => {
    const say = sayings[code]
    return typeof say === 'function' ? String(say(variable)) : message
  }
  return (
    <div aria-live="polite">
      {problems.length > 0 && (
        <div className="mt-2 rounded-md bg-danger-ground px-3 py-2 text-[0.8125rem] text-danger">
          <p className="font-medium">{words.title}</p>
          <ul className="mt-1 space-y-0.5">
            {problems.map((problem) => (
              <li key={problem.position} className="wrap-anywhere">
                <button
                  type="button"
                  onClick={() => onGo(problem.position)}
                  className="underline decoration-dotted underline-offset-2 pointer-coarse:py-2.5"
                >
                  {words.place(problem.line, problem.column)}
                </button>
                {': '}
                {textOf(problem)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
