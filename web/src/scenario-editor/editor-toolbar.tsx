import { BotMessageSquare, CircleAlert, CircleCheck, Redo2, TriangleAlert, Undo2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Floating } from './pick/floating.tsx'
import { useEditor, useEditorWords, type View } from './state/editor-context.tsx'
import { countOf, type Problem } from './state/problems.ts'
import type { ReadText } from './text/read-text.ts'
import { stepAbove } from './tree/branches.ts'

interface EditorToolbarProps {
  view: View
  /** What is really there: of a text that cannot be read only the code. */
  shown: View
  onView: (view: View) => void
  read: ReadText
  canUndo: boolean
  canRedo: boolean
  isTrying: boolean
  /** null: whoever only reads cannot try it */
  onTry: (() => void) | null
}

const VIEWS: readonly View[] = ['form', 'code', 'graph']

/** The views, what is wrong, undo and redo. */
export function EditorToolbar({ view, onView, read, canUndo, canRedo, isTrying, onTry }: EditorToolbarProps) {
  const words = useEditorWords()
  const { editor } = useEditor()
  return (
    <div className="sticky top-0 z-10 mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-ground">
      <div role="tablist" aria-label={words.editor.views.label} className="flex gap-1">
        {VIEWS.map((one, index) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={view === one}
            tabIndex={view === one ? 0 : -1}
            onClick={() => onView(one)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
              const next = VIEWS[(index + step + VIEWS.length) % VIEWS.length]
              if (step === 0 || !next) return
              event.preventDefault()
              onView(next)
              const tabs = event.currentTarget.parentElement?.children
              const tab = tabs?.[(index + step + VIEWS.length) % VIEWS.length]
              if (tab instanceof HTMLElement) tab.focus()
            }}
            className={cx(
              'inline-flex h-9 items-center gap-1.5 border-b-2 px-2.5 text-[0.8125rem] font-medium pointer-coarse:h-11',
              view === one ? 'border-accent text-ink' : 'border-transparent text-soft hover:text-ink',
            )}
          >
            {words.editor.views[one]}
            {!read.ok && one === 'code' && <CircleAlert size={13} aria-hidden="true" className="text-danger" />}
          </button>
        ))}
      </div>
      <div className="ml-auto flex items-center gap-1">
        <ProblemsButton onView={onView} />
        {onTry && (
          <Button look="quiet" aria-pressed={isTrying} onClick={onTry}>
            <BotMessageSquare size={15} aria-hidden="true" />
            {words.editor.tryIt}
          </Button>
        )}
        <IconButton label={words.editor.undo} disabled={!canUndo} onClick={editor.undo}>
          <Undo2 size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.editor.redo} disabled={!canRedo} onClick={editor.redo}>
          <Redo2 size={16} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  )
}

/** How much is wrong in all; opens the list, from which each can be reached. */
function ProblemsButton({ onView }: { onView: (view: View) => void }) {
  const words = useEditorWords()
  const { editor, document, problems } = useEditor()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { errors, warnings } = countOf(problems)
  if (problems.length === 0) {
    return (
      <span role="status" className="inline-flex items-center gap-1.5 px-2 text-xs text-soft">
        <CircleCheck size={14} aria-hidden="true" />
        {words.editor.noProblems}
      </span>
    )
  }
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  const go = ({ at, line, column }: Problem) => {
    const step = at[0] === 'steps' ? stepAbove(document, at) : null
    setOpen(false)
    if (step || at.length > 0) {
      const path = step ?? (at[0] === 'trigger' ? ['trigger'] : [])
      editor.select(path)
      editor.focus.set({ path, part: 'header' })
      onView('form')
    } else {
      if (line !== null) editor.line.set({ line, column: column ?? 1 })
      onView('code')
    }
  }
  const Icon = errors > 0 ? CircleAlert : TriangleAlert
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        title={words.editor.showProblems}
        onClick={() => setOpen(!open)}
        className={cx(
          'inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-xs font-medium hover:bg-hover pointer-coarse:h-11',
          errors > 0 ? 'text-danger' : 'text-warning',
        )}
      >
        <Icon size={14} aria-hidden="true" />
        <span role="status">{words.editor.problems(errors, warnings)}</span>
      </button>
      {open && (
        <Floating anchor={button} onClose={close} label={words.editor.showProblems} wide>
          <ul>
            {problems.map((problem, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: findings have no name
              <li key={index}>
                <button
                  type="button"
                  onClick={() => go(problem)}
                  className="flex w-full items-start gap-2 rounded-md px-2 py-1.5 text-left hover:bg-hover pointer-coarse:min-h-11"
                >
                  {problem.severity === 'error' ? (
                    <CircleAlert size={14} aria-label={words.editor.error} className="mt-0.5 shrink-0 text-danger" />
                  ) : (
                    <TriangleAlert
                      size={14}
                      aria-label={words.editor.warning}
                      className="mt-0.5 shrink-0 text-warning"
                    />
                  )}
                  <span className="min-w-0">
                    <span className="block wrap-anywhere">{problem.message}</span>
                    {problem.line !== null && (
                      <span className="text-xs text-soft">
                        {words.editor.lineOf(problem.line, problem.column ?? 1)}
                      </span>
                    )}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </Floating>
      )}
    </>
  )
}
