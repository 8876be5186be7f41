import { ChevronDown } from 'lucide-react'
import { useMemo } from 'react'
import { cx } from '../../ui/class-names.ts'
import { Picker } from '../pick/picker.tsx'
import { useEditorWords } from '../state/editor-context.tsx'
import { canBeAwaited, EVENT_GROUP_NAMES, EVENT_GROUPS } from '../tree/events.ts'
import { eventName } from '../tree/summary.ts'
import { BOX, Labelled } from './labelled.tsx'

interface EventPickerProps {
  value: string
  label: string
  hideLabel?: boolean
  /** Only those that a wait can wait for. */
  awaited?: boolean
  error?: string | null
  disabled: boolean
  onPick: (event: string) => void
}

/** One of the events of the format. */
export function EventPicker({
  value,
  label,
  hideLabel = false,
  awaited = false,
  error,
  disabled,
  onPick,
}: EventPickerProps) {
  const words = useEditorWords()
  const groups = useMemo(
    () =>
      EVENT_GROUP_NAMES.map((group) => ({
        label: words.event.groups[group],
        options: EVENT_GROUPS[group]
          .filter((name) => !awaited || canBeAwaited(name))
          .map((name) => ({ value: name, label: eventName(name, words), hint: name })),
      })),
    [words, awaited],
  )
  return (
    <Labelled label={label} hideLabel={hideLabel} error={error ?? null}>
      {(id, described) => (
        <Picker
          id={id}
          label={label}
          search={words.form.findValue}
          empty={words.form.nothingFound}
          button={
            <>
              <span className="min-w-0 flex-1 truncate text-left">
                {value ? eventName(value, words) : words.form.none}
              </span>
              <ChevronDown size={14} aria-hidden="true" className="shrink-0 text-soft" />
            </>
          }
          buttonClass={cx(BOX, 'flex h-9 items-center gap-1 px-2.5 pointer-coarse:h-11')}
          disabled={disabled}
          describedBy={described['aria-describedby']}
          groups={groups}
          onPick={onPick}
        />
      )}
    </Labelled>
  )
}
