import { Lock, SendHorizontal } from 'lucide-react'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'
import type { Mode } from './draft-store.ts'

interface ModeSwitchProps {
  mode: Mode
  /** Can a message go to the client now? */
  possible: boolean
  onChange: (mode: Mode) => void
}

export function ModeSwitch({ mode, possible, onChange }: ModeSwitchProps) {
  const words = useWords()
  const { composer } = words
  return (
    <fieldset className="flex w-fit gap-1">
      <legend className="sr-only">{composer.mode}</legend>
      <button
        type="button"
        aria-pressed={mode === 'comment'}
        aria-label={composer.comment}
        aria-keyshortcuts="Alt+C"
        title={composer.commentKeys}
        onClick={() => onChange('comment')}
        className={cx(TAB, mode === 'comment' ? 'bg-comment-fill text-[#3d2f00]' : 'text-soft hover:bg-ink/10')}
      >
        <Lock size={13} aria-hidden="true" />
        <Label full={composer.comment} short={composer.short.comment} />
      </button>
      <button
        type="button"
        aria-pressed={mode === 'message'}
        aria-label={composer.message}
        aria-keyshortcuts="Alt+M"
        title={composer.messageKeys}
        disabled={!possible}
        onClick={() => onChange('message')}
        className={cx(
          TAB,
          mode === 'message'
            ? 'bg-message-fill text-white'
            : 'text-soft enabled:hover:bg-ink/10 disabled:line-through disabled:opacity-70',
          mode === 'comment' && possible && 'text-comment-ink',
        )}
      >
        <SendHorizontal size={13} aria-hidden="true" />
        <Label full={composer.message} short={composer.short.message} />
      </button>
    </fieldset>
  )
}

function Label({ full, short }: { full: string; short: string }) {
  return (
    <>
      <span className="hidden sm:inline">{full}</span>
      <span className="sm:hidden">{short}</span>
    </>
  )
}

const TAB =
  'inline-flex whitespace-nowrap h-7 items-center gap-1.5 rounded-md px-2.5 text-xs font-medium pointer-coarse:h-10'
