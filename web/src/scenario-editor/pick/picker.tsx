import { Search } from 'lucide-react'
import { type ReactNode, type RefObject, useId, useMemo, useRef, useState } from 'react'
import { Floating } from './floating.tsx'
import { OptionList, optionId } from './option-list.tsx'
import { filtered, type OptionGroup } from './options.ts'

interface PickPanelProps {
  anchor: RefObject<HTMLElement | null>
  label: string
  search: string
  empty: string
  groups: readonly OptionGroup[]
  /** What was typed may be taken as it is. */
  free?: (typed: string) => string | null
  onPick: (value: string) => void
  onClose: () => void
}

/** A searchable list over the page. */
export function PickPanel({ anchor, label, search, empty, groups, free, onPick, onClose }: PickPanelProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const shown = useMemo(() => filtered(groups, typed), [groups, typed])
  const all = shown.flatMap(({ options }) => options)
  const other = free?.(typed.trim()) ?? null
  const listed =
    other === null || all.some(({ value }) => value === other)
      ? shown
      : [...shown, { label: '', options: [{ value: other, label: other }] }]
  const options = listed.flatMap((group) => group.options)
  const pick = (value: string) => {
    onPick(value)
    onClose()
  }
  return (
    <Floating anchor={anchor} onClose={onClose} label={label} wide className="flex flex-col p-0">
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-3">
        <Search size={14} aria-hidden="true" className="shrink-0 text-soft" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the panel was opened to search in it
          autoFocus
          role="combobox"
          aria-label={search}
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={options[active] ? optionId(id, active) : undefined}
          placeholder={search}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setActive(0)
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault()
              const step = event.key === 'ArrowDown' ? 1 : -1
              setActive((active + step + options.length) % Math.max(options.length, 1))
            } else if (event.key === 'Enter') {
              event.preventDefault()
              const option = options[active]
              if (option) pick(option.value)
            } else if (event.key === 'Tab') {
              onClose()
            }
          }}
          className="h-10 w-full bg-transparent outline-none placeholder:text-soft pointer-coarse:h-11"
        />
      </div>
      <div className="min-h-0 overflow-y-auto p-1">
        <OptionList
          id={id}
          label={label}
          groups={listed}
          active={active}
          onPoint={setActive}
          onPick={pick}
          empty={empty}
        />
      </div>
    </Floating>
  )
}

interface PickerProps extends Omit<PickPanelProps, 'anchor' | 'onClose'> {
  button: ReactNode
  buttonClass: string
  /** Accessible name of the button, if it is not what it shows. */
  buttonLabel?: string
  describedBy?: string | undefined
  id?: string
  disabled?: boolean
  invalid?: boolean
}

/** A button that opens a searchable list. The focus comes back to it. */
export function Picker({
  button,
  buttonClass,
  buttonLabel,
  describedBy,
  id,
  disabled,
  invalid,
  ...panel
}: PickerProps) {
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={opener}
        id={id}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={buttonLabel}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        title={buttonLabel}
        disabled={disabled}
        onClick={() => setOpen(!open)}
        className={buttonClass}
      >
        {button}
      </button>
      {open && (
        <PickPanel
          {...panel}
          anchor={opener}
          onClose={() => {
            setOpen(false)
            opener.current?.focus()
          }}
        />
      )}
    </>
  )
}
