import { Braces } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../../ui/class-names.ts'
import { Picker } from '../pick/picker.tsx'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import type { Path } from '../text/path.ts'
import { fieldName } from '../tree/summary.ts'
import { inserted, variablesIn, variableText } from '../tree/text-variables.ts'
import { BOX, Labelled, type LabelProps } from './labelled.tsx'
import { useFields } from './use-fields.ts'

interface VariableTextProps extends Omit<LabelProps, 'error'> {
  path: Path
  optional?: boolean
  /** Several lines. */
  tall?: boolean
  /** Most characters, as far as can be told before it is filled in. */
  most?: number
  placeholder?: string
  /** Beside the text, instead of below. */
  source?: never
}

/** A text in which values can be filled in. */
export function VariableText({ path, optional = false, ...rest }: VariableTextProps) {
  const { value, set, clear, problem, readOnly } = useField(path)
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)
  return (
    <VariableField
      {...rest}
      value={text}
      error={problem}
      disabled={readOnly}
      onChange={(next) => (optional && next === '' ? clear() : set(next))}
    />
  )
}

interface VariableFieldProps extends LabelProps {
  value: string
  onChange: (value: string) => void
  tall?: boolean
  most?: number
  placeholder?: string
  disabled?: boolean
}

export function VariableField({
  value,
  onChange,
  tall = false,
  most,
  placeholder,
  disabled = false,
  ...labels
}: VariableFieldProps) {
  const words = useEditorWords()
  const { groups } = useFields()
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null)
  const [caret, setCaret] = useState<number | null>(null)

  useEffect(() => {
    if (caret === null) return
    field.current?.focus()
    field.current?.setSelectionRange(caret, caret)
    setCaret(null)
  }, [caret])

  const insert = (path: string) => {
    const element = field.current
    const from = element?.selectionStart ?? value.length
    const to = element?.selectionEnd ?? from
    const put = variableText(path)
    onChange(inserted(value, put, from, to))
    const fallback = put.indexOf('""')
    setCaret(from + (fallback === -1 ? put.length : fallback + 1))
  }
  const common = {
    ref: field,
    value,
    disabled,
    placeholder,
    dir: 'auto' as const,
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  }
  return (
    <Labelled {...labels}>
      {(id, described) => (
        <>
          <div className="relative">
            {tall ? (
              <textarea
                id={id}
                {...common}
                {...described}
                className={cx(BOX, 'field-sizing-content max-h-96 min-h-20 py-2 pr-10 pl-2.5')}
              />
            ) : (
              <input
                id={id}
                {...common}
                {...described}
                className={cx(BOX, 'h-9 pr-10 pl-2.5 pointer-coarse:h-11 pointer-coarse:pr-12')}
              />
            )}
            {!disabled && (
              <span className="absolute top-0.5 right-0.5">
                <Picker
                  label={words.form.insert}
                  search={words.form.findValue}
                  empty={words.form.nothingFound}
                  buttonLabel={`${words.form.insert}: ${labels.label}`}
                  button={<Braces size={15} aria-hidden="true" />}
                  buttonClass="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-10"
                  groups={groups}
                  free={(typed) => (/^[a-z]+(\.[^\s.]+)+$/.test(typed) ? typed : null)}
                  onPick={insert}
                />
              </span>
            )}
          </div>
          <Filled text={value} problem={labels.error ?? null} most={most} />
        </>
      )}
    </Labelled>
  )
}

/** What the text fills in, in plain words; what is wrong among it is red. */
function Filled({ text, problem, most }: { text: string; problem: string | null; most: number | undefined }) {
  const words = useEditorWords()
  const variables = variablesIn(text)
  const isLong = most !== undefined && text.length > most * 0.8
  if (variables.length === 0 && !isLong) return null
  return (
    <div className="mt-1 flex flex-wrap items-center gap-1 text-xs text-soft">
      {variables.length > 0 && <span>{words.form.variables}</span>}
      {variables.map(({ path, fallback }) => {
        const name = fieldName(path, words)
        const isWrong = problem?.includes(path) === true
        return (
          <span
            key={path}
            title={path}
            className={cx(
              'rounded px-1.5 leading-5 wrap-anywhere',
              isWrong ? 'bg-danger-ground text-danger' : 'bg-hover text-ink',
            )}
          >
            {fallback === null ? name : words.form.orElse(name, fallback)}
          </span>
        )
      })}
      {isLong && (
        <span className={cx('ml-auto tabular-nums', text.length > most && !text.includes('{{') && 'text-danger')}>
          {words.form.characters(text.length, most)}
        </span>
      )}
    </div>
  )
}
