import { useQuery } from '@tanstack/react-query'
import { Braces } from 'lucide-react'
import { type RefObject, useRef } from 'react'
import { TextArea } from '../ui/field.tsx'
import { Popover } from '../ui/popover.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type VariableProblem, variablesQuery } from './api.ts'
import { insertVariable } from './insert-variable.ts'
import { Problems } from './problems.tsx'
import { quickReplyWords } from './words.ts'

interface TextEditorProps {
  text: string
  problems: readonly VariableProblem[]
  error: string | null
  disabled: boolean
  onChange: (text: string) => void
}

const MOST_LETTERS = 10_000

/** The text with a menu of variables, and what is wrong with it, each mistake with its place. */
export function TextEditor({ text, problems, error, disabled, onChange }: TextEditorProps) {
  const words = useRoomWords(quickReplyWords)
  const variables = useQuery(variablesQuery).data ?? []
  const root = useRef<HTMLDivElement>(null)
  const select = (start: number, end: number) => selectIn(root, start, end)
  const insert = (variable: string) => {
    const field = fieldIn(root)
    const selection = { start: field?.selectionStart ?? text.length, end: field?.selectionEnd ?? text.length }
    const next = insertVariable(text, selection, variable, words.form.fieldName)
    onChange(next.text)
    // When the text is there; the list closes, since the focus leaves it.
    setTimeout(() => select(next.start, next.end))
  }
  return (
    <div ref={root} className="relative">
      <TextArea
        label={words.form.text}
        hint={words.form.textHint}
        value={text}
        rows={6}
        maxLength={MOST_LETTERS}
        disabled={disabled}
        error={error}
        onChange={({ target }) => onChange(target.value)}
      />
      {!disabled && (
        <div className="absolute -top-1.5 right-0">
          {/* No menu at the end of the page: this window is before it. */}
          <Popover
            label={words.form.insert}
            place="top-full right-0 mt-1 max-h-72 w-80 max-w-[80vw] overflow-y-auto"
            buttonClass="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-accent hover:bg-hover pointer-coarse:h-11 pointer-coarse:-mt-4"
            button={
              <>
                <Braces size={14} aria-hidden="true" />
                {words.form.insert}
              </>
            }
          >
            {variables.map((variable) => (
              <button
                key={variable}
                type="button"
                onClick={() => insert(variable)}
                className="flex min-h-8 w-full items-center gap-3 rounded-md px-2.5 text-left text-[0.8125rem] hover:bg-hover pointer-coarse:min-h-11"
              >
                <span className="min-w-0 flex-1 truncate">{words.variables[variable] ?? variable}</span>
                <code className="shrink-0 text-xs text-soft">{variable}</code>
              </button>
            ))}
          </Popover>
        </div>
      )}
      <Problems problems={problems} onGo={(position) => select(position, position + 2)} />
    </div>
  )
}

const fieldIn = (root: RefObject<HTMLDivElement | null>): HTMLTextAreaElement | null =>
  root.current?.querySelector('textarea') ?? null

function selectIn(root: RefObject<HTMLDivElement | null>, start: number, end: number): void {
  const field = fieldIn(root)
  field?.focus()
  field?.setSelectionRange(start, end)
}
