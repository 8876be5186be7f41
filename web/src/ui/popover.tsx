import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cx } from './class-names.ts'

interface PopoverProps {
  /** Accessible name of the button that opens it. */
  label: string
  /** What the button shows. */
  button: ReactNode
  buttonClass?: string
  /** Where the panel stands, from the button. */
  place: string
  children: ReactNode
}

/** A button with a panel beside it; closed by Escape, by a click elsewhere, or when the focus leaves. */
export function Popover({ label, button, buttonClass, place, children }: PopoverProps) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const id = useId()

  useEffect(() => {
    if (!open) return
    const onOutside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      // This Escape is spent: it closes nothing else.
      event.preventDefault()
      setOpen(false)
      opener.current?.focus()
    }
    document.addEventListener('pointerdown', onOutside)
    document.addEventListener('focusin', onOutside)
    document.addEventListener('keydown', onKey, true)
    return () => {
      document.removeEventListener('pointerdown', onOutside)
      document.removeEventListener('focusin', onOutside)
      document.removeEventListener('keydown', onKey, true)
    }
  }, [open])

  return (
    <div ref={root} className="relative">
      <button
        ref={opener}
        type="button"
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className={buttonClass}
      >
        {button}
      </button>
      {open && (
        // biome-ignore lint/a11y/useSemanticElements: not every panel is a form
        <div
          id={id}
          role="group"
          aria-label={label}
          className={cx('absolute z-30 rounded-lg border border-line bg-raised p-1 shadow-xl shadow-black/15', place)}
        >
          {children}
        </div>
      )}
    </div>
  )
}
