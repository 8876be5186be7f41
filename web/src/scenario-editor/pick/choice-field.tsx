import { useId, useMemo, useRef, useState } from 'react'
import { cx } from '../../ui/class-names.ts'
import { BOX, Labelled, type LabelProps } from '../form/labelled.tsx'
import { useEditorWords } from '../state/editor-context.tsx'
import { Floating } from './floating.tsx'
import { OptionList, optionId } from './option-list.tsx'
import { filtered, type Option } from './options.ts'

interface ChoiceFieldProps extends LabelProps {
  value: string
  onChange: (value: string) => void
  /** undefined: they are not known yet */
  options: readonly Option[] | undefined
  /** Whether something that is not among the options is worth a word. */
  known?: boolean
  placeholder?: string
  disabled?: boolean
  /** As low as the fields of a row. */
  small?: boolean
}

/** A text that can be chosen from a list, or typed freely. */
export function ChoiceField({
  value,
  onChange,
  options,
  known = false,
  placeholder,
  disabled,
  small = false,
  ...labels
}: ChoiceFieldProps) {
  const words = useEditorWords()
  const list = useId()
  const input = useRef<HTMLInputElement>(null)
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(-1)
  const groups = useMemo(() => filtered([{ label: '', options: options ?? [] }], typed), [options, typed])
  const all = groups.flatMap((group) => group.options)
  const own = options?.find((option) => option.value === value)
  const isComputed = /\{[{%]/.test(value)
  const missing = known && options !== undefined && value !== '' && !own && !isComputed
  const says = own && own.label !== own.value ? own.label : missing ? words.form.notHere : null
  const pick = (next: string) => {
    onChange(next)
    setOpen(false)
    setTyped('')
  }
  return (
    <Labelled {...labels} hint={labels.error ? labels.hint : (says ?? labels.hint)}>
      {(id, described) => (
        <>
          <input
            ref={input}
            id={id}
            role="combobox"
            aria-expanded={open}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={open && all[active] ? optionId(list, active) : undefined}
            autoComplete="off"
            spellCheck={false}
            placeholder={placeholder ?? words.form.chooseValue}
            disabled={disabled}
            value={value}
            onChange={(event) => {
              onChange(event.target.value)
              setTyped(event.target.value)
              setActive(-1)
              setOpen(true)
            }}
            onClick={() => setOpen(true)}
            onBlur={() => {
              setOpen(false)
              setTyped('')
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                event.preventDefault()
                const step = event.key === 'ArrowDown' ? 1 : -1
                if (open) setActive((active + step + all.length) % Math.max(all.length, 1))
                else setActive(0)
                setOpen(true)
              } else if (event.key === 'Enter' && open && all[active]) {
                event.preventDefault()
                pick(all[active].value)
              } else if (event.key === 'Escape' && open) {
                event.preventDefault()
                event.stopPropagation()
                setOpen(false)
              }
            }}
            className={cx(BOX, small ? 'h-8 px-2' : 'h-9 px-2.5', 'pointer-coarse:h-11')}
            {...described}
          />
          {open && options && (options.length > 0 || typed !== '') && (
            <Floating anchor={input} onClose={() => setOpen(false)}>
              <OptionList
                id={list}
                label={labels.label}
                groups={groups}
                active={active}
                onPoint={setActive}
                onPick={pick}
                empty={words.form.nothingFound}
              />
            </Floating>
          )}
        </>
      )}
    </Labelled>
  )
}
