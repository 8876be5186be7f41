import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { useChange, useEditor, useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { BOX, FieldGroup } from './labelled.tsx'
import { ValueInput } from './value-input.tsx'
import { VariableText } from './variable-text.tsx'

interface ValuesMapProps {
  path: Path
  label: string
  hint?: string
  /** Only texts can stand there. */
  texts?: boolean
  /** Names that are likely. */
  names?: readonly string[]
}

/** Values by their names. */
export function ValuesMap({ path, label, hint, texts = false, names = [] }: ValuesMapProps) {
  const words = useEditorWords()
  const { readOnly } = useEditor()
  const change = useChange()
  const { value, set, clear } = useField(path)
  const [name, setName] = useState('')
  const map = isJsonMap(value) ? value : {}
  const keys = Object.keys(map)
  const add = (key: string) => {
    if (key === '' || Object.hasOwn(map, key)) return
    set({ ...map, [key]: '' })
    setName('')
  }
  return (
    <FieldGroup label={label} hint={hint}>
      <ul className="space-y-2">
        {keys.map((key) => (
          <li key={key} className="flex items-start gap-2 rounded-md bg-hover/60 p-2">
            <div className="min-w-0 flex-1">
              <KeyName
                name={key}
                taken={keys}
                onRename={(next) => change([{ do: 'rename', path: [...path, key], key: next }])}
              />
              {texts ? (
                <VariableText
                  path={[...path, key]}
                  label={words.form.outside.valueOf(key)}
                  hideLabel
                  className="mt-1"
                />
              ) : (
                <ValueInput path={[...path, key]} label={words.form.outside.valueOf(key)} hideLabel className="mt-1" />
              )}
            </div>
            {!readOnly && (
              <IconButton
                label={words.form.remove(key)}
                onClick={() =>
                  keys.length === 1 && path.at(-1) !== 'set'
                    ? clear()
                    : change([{ do: 'remove', path: [...path, key] }])
                }
              >
                <X size={14} aria-hidden="true" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {!readOnly && (
        <form
          className="mt-2 flex gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            add(name.trim())
          }}
        >
          <input
            aria-label={`${label}: ${words.form.outside.key}`}
            placeholder={words.form.outside.key}
            list={names.length > 0 ? `${path.join('-')}-names` : undefined}
            value={name}
            onChange={({ target }) => setName(target.value)}
            className={`${BOX} h-8 min-w-0 flex-1 px-2.5 pointer-coarse:h-11`}
          />
          {names.length > 0 && (
            <datalist id={`${path.join('-')}-names`}>
              {names
                .filter((one) => !keys.includes(one))
                .map((one) => (
                  <option key={one} value={one} />
                ))}
            </datalist>
          )}
          <Button type="submit" disabled={name.trim() === ''}>
            <Plus size={14} aria-hidden="true" />
            {words.form.outside.addValue}
          </Button>
        </form>
      )}
    </FieldGroup>
  )
}

function KeyName({
  name,
  taken,
  onRename,
}: {
  name: string
  taken: readonly string[]
  onRename: (name: string) => void
}) {
  const words = useEditorWords()
  const { readOnly } = useEditor()
  const [draft, setDraft] = useState<string | null>(null)
  const commit = () => {
    const next = draft?.trim() ?? name
    setDraft(null)
    if (next !== '' && next !== name && !taken.includes(next)) onRename(next)
  }
  return (
    <input
      aria-label={`${words.form.outside.key}: ${name}`}
      value={draft ?? name}
      disabled={readOnly}
      onChange={({ target }) => setDraft(target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
      }}
      className="h-7 w-full rounded bg-transparent px-1 font-mono text-xs text-soft focus:text-ink pointer-coarse:h-11"
    />
  )
}
