import { useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, type Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { NumberInput, SwitchInput, TextInput } from './inputs.tsx'
import { BOX, type LabelProps } from './labelled.tsx'
import { VariableText } from './variable-text.tsx'
import { YamlPiece } from './yaml-piece.tsx'

const KINDS = ['text', 'number', 'boolean', 'cel', 'other'] as const
type Kind = (typeof KINDS)[number]

export function kindOfValue(value: Json | undefined): Kind {
  if (value === undefined || typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return isJsonMap(value) && Object.keys(value).length === 1 && typeof value.cel === 'string' ? 'cel' : 'other'
}

function valueOfKind(kind: Kind, old: Json | undefined): Json {
  const text = typeof old === 'string' || typeof old === 'number' ? String(old) : ''
  switch (kind) {
    case 'text':
      return text
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : 0
    case 'boolean':
      return true
    case 'cel':
      return { cel: text }
    case 'other':
      return text === '' ? {} : [text]
  }
}

/** What is computed: a text, a number, yes or no, an expression, or a structure. */
export function ValueInput({ path, ...labels }: Omit<LabelProps, 'error'> & { path: Path }) {
  const words = useEditorWords()
  const { value, set, readOnly } = useField(path)
  const kind = kindOfValue(value)
  return (
    <div className={labels.className}>
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          {kind === 'text' && <VariableText path={path} {...labels} />}
          {kind === 'number' && <NumberInput path={path} {...labels} whole={false} />}
          {kind === 'boolean' && <SwitchInput path={path} label={labels.label} />}
          {kind === 'cel' && <TextInput path={[...path, 'cel']} {...labels} hint={words.form.condition.cel} />}
          {kind === 'other' && <YamlPiece path={path} label={labels.label} />}
        </div>
        <select
          aria-label={words.form.outside.kindOf(labels.label)}
          disabled={readOnly}
          value={kind}
          onChange={({ target }) => set(valueOfKind(target.value as Kind, value))}
          className={`${BOX} h-9 w-auto! shrink-0 self-start px-1.5 text-xs pointer-coarse:h-11 ${labels.hideLabel ? '' : 'mt-6'}`}
        >
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {words.form.outside.kinds[one]}
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}
