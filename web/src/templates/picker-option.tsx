import { Clock } from 'lucide-react'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import type { Template } from './api.ts'
import { StatusBadge } from './status-badge.tsx'
import { excerptOf } from './template-search.ts'
import { isSendable } from './template-values.ts'
import { templateWords } from './words.ts'

interface PickerOptionProps {
  id: string
  template: Template
  active: boolean
  chosen: boolean
  recent: boolean
  onPoint: () => void
  onChoose: () => void
}

/** A template in the list. The keyboard reaches it through the search field. */
export function PickerOption({ id, template, active, chosen, recent, onPoint, onChoose }: PickerOptionProps) {
  const words = useRoomWords(templateWords)
  const sendable = isSendable(template)
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the search field holds the focus (aria-activedescendant)
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the search field chooses
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-disabled={!sendable}
      onPointerMove={onPoint}
      onClick={() => sendable && onChoose()}
      className={cx(
        'rounded-md px-2.5 py-2',
        sendable ? 'cursor-pointer' : 'cursor-not-allowed',
        chosen ? 'bg-selected' : active && 'bg-hover',
        active && 'outline-1 outline-line-strong',
      )}
    >
      <div className="flex items-center gap-2">
        <span className={cx('min-w-0 truncate font-medium', !sendable && 'text-soft')}>{template.name}</span>
        <span className="shrink-0 text-xs text-soft">{template.language}</span>
        {recent && (
          <span title={words.recent} className="shrink-0 text-soft">
            <Clock size={12} aria-hidden="true" />
            <span className="sr-only">{words.recent}</span>
          </span>
        )}
        {template.status !== 'approved' && (
          <span className="ml-auto shrink-0">
            <StatusBadge status={template.status} />
          </span>
        )}
      </div>
      <p dir="auto" className="truncate text-xs text-soft">
        {excerptOf(template)}
      </p>
      {!sendable && <p className="text-xs text-warning">{whyNot(template, words)}</p>}
    </div>
  )
}

function whyNot({ status, reason, parameters }: Template, words: typeof templateWords.en): string {
  if (parameters.unsupported.length > 0) return words.unsupported
  const hint = words.statusHints[status] ?? words.cannotBeSent
  return reason && reason.toUpperCase() !== 'NONE' ? `${hint} ${words.reason(reason)}` : hint
}
