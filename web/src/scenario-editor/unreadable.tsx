import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useEditor, useEditorWords } from './state/editor-context.tsx'
import type { SyntaxProblem } from './text/read-text.ts'
import { syntaxText } from './tree/syntax-text.ts'

/** Why the form and the graph are not there: what is wrong with the text, and a way to the line. */
export function Unreadable({ problems, onGo }: { problems: readonly SyntaxProblem[]; onGo: () => void }) {
  const words = useEditorWords()
  const { editor } = useEditor()
  // Of one line the first is the cause, the others follow from it.
  const first = [...new Map(problems.toReversed().map((problem) => [problem.line, problem])).values()].reverse()
  return (
    <Notice look="danger" className="my-4">
      <p className="font-medium">{words.editor.unreadable}</p>
      <ul className="my-2 space-y-2">
        {first.slice(0, 5).map(({ line, column, ...problem }) => (
          <li key={`${line}:${column}:${problem.message}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="wrap-anywhere">{syntaxText({ line, column, ...problem }, words)}</span>
            {line !== null && (
              <Button
                small
                onClick={() => {
                  editor.line.set({ line, column: column ?? 1 })
                  onGo()
                }}
              >
                {words.editor.goToLine(line)}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className="text-soft">{words.editor.unreadableWhy}</p>
    </Notice>
  )
}
