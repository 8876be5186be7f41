import { ChevronDown } from 'lucide-react'
import { cx } from '../../ui/class-names.ts'
import { ChoiceField } from '../pick/choice-field.tsx'
import { Picker } from '../pick/picker.tsx'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import { useSuggestions } from '../suggestions.ts'
import { isList, type Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { rowOf, type Shape, typed, valueFor } from '../tree/condition.ts'
import { type Field, fieldAt, type Operator, operatorsFor } from '../tree/fields.ts'
import { fieldName } from '../tree/summary.ts'
import { BOX } from './labelled.tsx'
import { NameList } from './name-list.tsx'
import { useFields } from './use-fields.ts'

type Row = Extract<Shape, { is: 'row' }>
const SMALL = `${BOX} h-8 px-2 pointer-coarse:h-11`

/** A field, how it is compared, and with what. */
export function ConditionRow({ path, row, events }: { path: Path; row: Row; events: readonly string[] | undefined }) {
  const words = useEditorWords()
  const { set, readOnly } = useField(path)
  const { fields, groups } = useFields(events)
  const field = fieldAt(row.field, fields)
  const isBoolean = field.kind === 'boolean'

  const chooseField = (next: string) => {
    const info = fieldAt(next, fields)
    const fitting = operatorsFor(info.kind)
    const operator = fitting.includes(row.operator) ? row.operator : (fitting[0] ?? 'is')
    const kept = info.values === field.values && info.kind === field.kind ? row.value : undefined
    set(rowOf(next, operator, valueFor(operator, kept, info.kind === 'boolean')))
  }
  const chooseOperator = (next: string) => {
    if (next === 'missing') set(rowOf(row.field, 'exists', false))
    else
      set(
        rowOf(row.field, next as Operator, next === 'exists' ? true : valueFor(next as Operator, row.value, isBoolean)),
      )
  }
  const fitting = operatorsFor(field.kind)
  const operators = fitting.includes(row.operator) ? fitting : [row.operator, ...fitting]
  const nameOf = (operator: Operator) =>
    (field.kind === 'time' ? words.field.timeOperators[operator] : undefined) ?? words.field.operators[operator]

  return (
    <div className="grid gap-1.5 @md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,3fr)]">
      <Picker
        label={words.form.condition.field}
        search={words.form.findValue}
        empty={words.form.nothingFound}
        buttonLabel={`${words.form.condition.field}: ${fieldName(row.field, words)}`}
        button={
          <>
            <span className="min-w-0 flex-1 truncate text-left">{fieldName(row.field, words)}</span>
            <ChevronDown size={14} aria-hidden="true" className="shrink-0 text-soft" />
          </>
        }
        buttonClass={cx(SMALL, 'flex items-center gap-1')}
        disabled={readOnly}
        groups={groups}
        free={(text) => (/^[a-z]+(\.[^\s.]+)+$/.test(text) ? text : null)}
        onPick={chooseField}
      />
      <select
        aria-label={words.form.condition.operator}
        className={SMALL}
        disabled={readOnly}
        value={row.operator === 'exists' && row.value === false ? 'missing' : row.operator}
        onChange={({ target }) => chooseOperator(target.value)}
      >
        {operators.map((operator) => (
          <option key={operator} value={operator}>
            {nameOf(operator)}
          </option>
        ))}
        <option value="missing">{words.field.missing}</option>
      </select>
      <RowValue path={path} row={row} field={field} />
    </div>
  )
}

function RowValue({ path, row, field }: { path: Path; row: Row; field: Field }) {
  const words = useEditorWords()
  const { readOnly } = useField(path)
  const { value, set } = useField([...path, row.operator])
  const label = words.form.condition.value
  const asNumber = field.kind === 'number' || typeof value === 'number'
  if (row.operator === 'exists') return null
  if (typeof value === 'boolean' || (field.kind === 'boolean' && row.operator === 'is')) {
    return (
      <select
        aria-label={label}
        className={SMALL}
        disabled={readOnly}
        value={String(value)}
        onChange={({ target }) => set(target.value === 'true')}
      >
        <option value="true">{words.field.yes}</option>
        <option value="false">{words.field.no}</option>
      </select>
    )
  }
  if (row.operator === 'between') {
    const [low = '', high = ''] = isList(value) ? value : []
    return (
      <div className="flex gap-1.5">
        <PlainValue
          label={words.form.condition.from}
          value={low}
          readOnly={readOnly}
          onChange={(text) => set([typed(text, asNumber || typeof low === 'number'), high])}
        />
        <PlainValue
          label={words.form.condition.to}
          value={high}
          readOnly={readOnly}
          onChange={(text) => set([low, typed(text, asNumber || typeof high === 'number')])}
        />
      </div>
    )
  }
  if (row.operator === 'in') {
    if (field.values) return <NameList path={[...path, 'in']} label={label} source={field.values} />
    return (
      <ListValue
        value={value}
        label={label}
        hint={words.form.condition.valueHint}
        readOnly={readOnly}
        asNumber={asNumber}
        onChange={set}
      />
    )
  }
  if (field.values && typeof value !== 'number') {
    return (
      <SuggestedValue
        field={field}
        label={label}
        value={typeof value === 'string' ? value : ''}
        readOnly={readOnly}
        onChange={set}
      />
    )
  }
  return (
    <PlainValue
      label={label}
      value={value ?? ''}
      readOnly={readOnly}
      mono={row.operator === 'matches'}
      onChange={(text) => set(typed(text, asNumber))}
    />
  )
}

interface PlainValueProps {
  label: string
  value: Json
  readOnly: boolean
  mono?: boolean
  onChange: (text: string) => void
}

const PlainValue = ({ label, value, readOnly, mono = false, onChange }: PlainValueProps) => (
  <input
    aria-label={label}
    dir="auto"
    disabled={readOnly}
    className={cx(SMALL, mono && 'font-mono text-xs')}
    value={typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)}
    onChange={({ target }) => onChange(target.value)}
  />
)

function SuggestedValue({
  field,
  label,
  value,
  readOnly,
  onChange,
}: {
  field: Field
  label: string
  value: string
  readOnly: boolean
  onChange: (text: string) => void
}) {
  const options = useSuggestions(field.values)
  return (
    <ChoiceField
      label={label}
      hideLabel
      small
      value={value}
      options={options}
      disabled={readOnly}
      onChange={onChange}
    />
  )
}

/** Several values in one field, separated by commas. */
function ListValue({
  value,
  label,
  hint,
  readOnly,
  asNumber,
  onChange,
}: {
  value: Json | undefined
  label: string
  hint: string
  readOnly: boolean
  asNumber: boolean
  onChange: (value: Json) => void
}) {
  const items = isList(value) ? value : []
  return (
    <input
      aria-label={`${label}. ${hint}`}
      placeholder={hint}
      disabled={readOnly}
      className={SMALL}
      // What is being typed may end in a comma: the field is read when it is left.
      key={JSON.stringify(items)}
      defaultValue={items.map(String).join(', ')}
      onBlur={({ target }) => {
        const next = target.value
          .split(',')
          .map((text) => text.trim())
          .filter(Boolean)
          .map((text) => typed(text, asNumber || items.some((one) => typeof one === 'number')))
        if (JSON.stringify(next) !== JSON.stringify(items)) onChange(next)
      }}
    />
  )
}
