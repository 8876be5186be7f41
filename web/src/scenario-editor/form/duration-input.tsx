import { useState } from 'react'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import type { Path } from '../text/path.ts'
import { isBusiness, parseDuration, UNITS, type Unit } from '../tree/durations.ts'
import { BOX, Labelled, type LabelProps } from './labelled.tsx'

interface DurationInputProps extends Omit<LabelProps, 'error'> {
  path: Path
  optional?: boolean
  /** In open hours, too. */
  business?: boolean
  /** What it is where nothing is written. */
  fallback?: string
}

/** How long: a number and what it counts. */
export function DurationInput({
  path,
  optional = false,
  business = false,
  fallback = '',
  ...labels
}: DurationInputProps) {
  const words = useEditorWords()
  const { value, set, clear, problem, readOnly } = useField(path)
  const [count, setCount] = useState<string | null>(null)
  const text = typeof value === 'string' ? value : ''
  const duration = parseDuration(text) ?? parseDuration(fallback)
  const unit: Unit = parseDuration(text)?.unit ?? duration?.unit ?? 'h'
  const units = UNITS.filter((one) => business || one === unit || !isBusiness({ count: 1, unit: one }))
  const isOther = text !== '' && !parseDuration(text)
  return (
    <Labelled {...labels} error={problem}>
      {(id, described) =>
        isOther ? (
          <input
            id={id}
            className={`${BOX} h-9 px-2.5 pointer-coarse:h-11`}
            disabled={readOnly}
            value={text}
            onChange={({ target }) => set(target.value)}
            {...described}
          />
        ) : (
          <div className="flex gap-2">
            <input
              id={id}
              inputMode="numeric"
              className={`${BOX} h-9 min-w-0 flex-1 px-2.5 pointer-coarse:h-11`}
              disabled={readOnly}
              placeholder={String(parseDuration(fallback)?.count ?? '')}
              value={count ?? String(parseDuration(text)?.count ?? '')}
              onChange={({ target }) => {
                setCount(target.value)
                if (target.value.trim() === '' && optional) clear()
                else if (/^[1-9]\d{0,6}$/.test(target.value.trim())) set(`${target.value.trim()}${unit}`)
              }}
              onBlur={() => setCount(null)}
              {...described}
            />
            <select
              aria-label={`${labels.label}: ${words.units[unit]}`}
              className={`${BOX} h-9 flex-2 px-2 pointer-coarse:h-11`}
              disabled={readOnly}
              value={unit}
              onChange={({ target }) => set(`${duration?.count ?? 1}${target.value}`)}
            >
              {units.map((one) => (
                <option key={one} value={one}>
                  {words.units[one]}
                </option>
              ))}
            </select>
          </div>
        )
      }
    </Labelled>
  )
}
