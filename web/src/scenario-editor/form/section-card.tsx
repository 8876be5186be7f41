import { ChevronDown } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { cx } from '../../ui/class-names.ts'
import { useStore } from '../../ui/store.ts'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import type { Problem } from '../state/problems.ts'
import { type Path, samePath } from '../text/path.ts'
import { ProblemBadge } from './problem-badge.tsx'

interface SectionCardProps {
  path: Path
  icon: ReactNode
  title: string
  /** In small letters below or beside it. */
  detail?: ReactNode
  problems: readonly Problem[]
  actions?: ReactNode
  onKey?: (event: React.KeyboardEvent) => void
  /** Not only the summary: it is read out as the name of the card. */
  label: string
  children: ReactNode
}

/** One part of the scenario: a line that says what it is, opened into its form. */
export function SectionCard({
  path,
  icon,
  title,
  detail,
  problems,
  actions,
  onKey,
  label,
  children,
}: SectionCardProps) {
  const words = useEditorWords()
  const { editor, selected } = useEditor()
  const body = useId()
  const card = useRef<HTMLElement>(null)
  const header = useRef<HTMLButtonElement>(null)
  const isOpen = selected !== null && samePath(selected, path)
  const wanted = useStore(editor.focus)

  useEffect(() => {
    if (!wanted || !samePath(wanted.path, path)) return
    const field =
      wanted.part === 'form'
        ? card.current?.querySelector<HTMLElement>('[data-form] :is(input, textarea, select, button)')
        : null
    const target = field ?? header.current
    editor.focus.set(null)
    target?.focus()
    card.current?.scrollIntoView({ block: 'nearest' })
  })

  return (
    <article
      ref={card}
      aria-label={label}
      className={cx(
        'rounded-xl border bg-panel transition-shadow',
        isOpen ? 'border-accent shadow-md shadow-black/5' : 'border-line',
      )}
    >
      <div className="flex items-center gap-1 pr-1.5">
        <button
          ref={header}
          type="button"
          data-step-header=""
          aria-expanded={isOpen}
          aria-controls={isOpen ? body : undefined}
          onClick={() => editor.select(isOpen ? null : path)}
          onKeyDown={(event) => {
            if (event.altKey || event.ctrlKey || event.metaKey) onKey?.(event)
            else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault()
              focusNeighbour(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)
            } else onKey?.(event)
          }}
          className="flex min-h-11 min-w-0 flex-1 items-center gap-2.5 rounded-xl py-1.5 pr-1 pl-2.5 text-left"
        >
          {icon}
          <span className="min-w-0 flex-1">
            <span className={cx('block wrap-anywhere', !isOpen && 'line-clamp-2')}>{title}</span>
            {detail && <span className="block truncate text-xs text-soft">{detail}</span>}
          </span>
          <ProblemBadge problems={problems} />
          <ChevronDown
            size={15}
            aria-hidden="true"
            className={cx('shrink-0 text-soft transition-transform max-sm:hidden', isOpen && 'rotate-180')}
          />
          <span className="sr-only">{isOpen ? words.editor.collapse : words.editor.expand}</span>
        </button>
        {actions}
      </div>
      {isOpen && (
        <div id={body} data-form="" className="@container border-t border-line p-3 sm:p-4">
          {children}
        </div>
      )}
    </article>
  )
}

/** The next or the previous card, in the order of the page. */
function focusNeighbour(from: HTMLElement, step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-step-header]')].filter(
    (one) => one.offsetParent !== null,
  )
  all[all.indexOf(from) + step]?.focus()
}
