import { Pencil } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { IconButton } from '../ui/button.tsx'

interface EditableTextProps {
  value: string
  /** of the input */
  label: string
  /** of the button that begins it */
  editLabel: string
  maxLength: number
  onSave: (value: string) => void
  /** how it stands while nobody edits it */
  children: ReactNode
}

/** A text that is changed where it stands: Enter or leaving it saves, Escape takes it back. */
export function EditableText({ value, label, editLabel, maxLength, onSave, children }: EditableTextProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const left = useRef(false)

  function end(next: string | null, back: boolean) {
    if (left.current) return
    left.current = true
    setTyped(null)
    const text = next?.trim() ?? ''
    if (text !== '' && text !== value) onSave(text)
    if (back) requestAnimationFrame(() => opener.current?.focus())
  }

  if (typed === null) {
    return (
      <div className="group/edit -my-1 flex min-w-0 items-center gap-0.5">
        <div className="min-w-0">{children}</div>
        <IconButton
          ref={opener}
          label={editLabel}
          onClick={() => {
            left.current = false
            setTyped(value)
          }}
          className="size-7 opacity-0 group-hover/edit:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
        >
          <Pencil size={13} aria-hidden="true" />
        </IconButton>
      </div>
    )
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
      autoFocus
      dir="auto"
      aria-label={label}
      value={typed}
      maxLength={maxLength}
      onChange={({ target }) => setTyped(target.value)}
      onFocus={({ target }) => target.select()}
      onBlur={() => end(typed, false)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') end(typed, true)
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        end(null, true)
      }}
      className="h-8 w-full rounded-md border border-line-strong bg-raised px-2 text-ink pointer-coarse:h-11"
    />
  )
}
