import { LoaderCircle } from 'lucide-react'
import { useId } from 'react'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import type { TaskButton } from './button-api.ts'
import { ButtonIcon } from './button-look.tsx'
import { unmetWords } from './unmet-words.ts'
import { contactWords } from './words.ts'

/** Whom a button may write to, and how. */
export interface Reached {
  client: string
  channel: string
}

interface TaskButtonRowProps {
  button: TaskButton
  /** of its key; null: it has none */
  digit: number | null
  who: Reached
  busy: boolean
  onPress: () => void
}

/** A button as its author wanted it, and why it cannot be pressed where it cannot. */
export function TaskButtonRow({ button, digit, who, busy, onPress }: TaskButtonRowProps) {
  const words = useRoomWords(contactWords)
  const id = useId()
  const { label, enabled, reachesClient } = button
  const reason = enabled ? null : (unmetWords(button.condition, words.unmet) ?? button.reason)
  const note =
    reason !== null
      ? `${words.buttons.disabled} ${reason}`
      : reachesClient
        ? words.buttons.reaches(who.client, who.channel)
        : null
  return (
    <>
      {/* Not `disabled`: it stays where the keyboard finds it, and tells why. */}
      <button
        type="button"
        aria-disabled={!enabled || busy}
        aria-describedby={note === null ? undefined : id}
        aria-keyshortcuts={digit === null ? undefined : `Alt+${digit}`}
        onClick={enabled && !busy ? onPress : undefined}
        className={cx(
          'flex min-h-9 w-full items-center gap-2.5 rounded-lg border border-line bg-raised px-2 py-1 text-left font-medium pointer-coarse:min-h-11',
          enabled ? 'hover:bg-hover' : 'cursor-not-allowed text-soft',
        )}
      >
        {busy ? (
          <LoaderCircle size={16} aria-hidden="true" className="mx-1 shrink-0 motion-safe:animate-spin" />
        ) : (
          <ButtonIcon look={button.look} />
        )}
        <bdi className="min-w-0 flex-1 wrap-anywhere">{label}</bdi>
        {digit !== null && (
          <span
            aria-hidden="true"
            className="hidden shrink-0 text-[0.6875rem] font-normal text-soft md:block pointer-coarse:hidden"
          >
            {words.buttons.key(digit)}
          </span>
        )}
      </button>
      {note !== null && (
        <p id={id} className={cx('mt-0.5 px-1 text-xs text-soft', enabled && 'sr-only')}>
          {note}
        </p>
      )}
    </>
  )
}
