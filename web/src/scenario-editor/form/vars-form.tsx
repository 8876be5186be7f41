import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { useChange, useEditor, useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, type Json, mapAt, textIn } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { renameReference } from '../tree/references.ts'
import { NameOf } from './button-form.tsx'
import { NumberInput, SwitchInput, TextInput } from './inputs.tsx'
import { BOX, FieldGroup, Labelled } from './labelled.tsx'
import { YamlPiece } from './yaml-piece.tsx'

/** The variables of a run, each with its type. */
export function VarsForm() {
  const words = useEditorWords()
  const { settings } = words.form
  const { document, readOnly } = useEditor()
  const change = useChange()
  const { value, set, clear, problem } = useField(['vars'])
  const vars = isJsonMap(value) ? value : {}
  const names = Object.keys(vars)
  const add = () => {
    let number = names.length + 1
    while (names.includes(`value${number}`)) number++
    set({ ...vars, [`value${number}`]: { type: 'string', default: '' } })
  }
  return (
    <FieldGroup label={settings.vars} hint={settings.varsHint} error={names.length === 0 ? problem : null}>
      <ul className="space-y-2">
        {names.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: its name is being edited
          <li key={index} className="@container flex items-start gap-1 rounded-md bg-hover/60 p-2">
            <div className="grid min-w-0 flex-1 gap-2 @md:grid-cols-3">
              <NameOf
                label={settings.varName}
                name={name}
                taken={names}
                readOnly={readOnly}
                onRename={(next) => change(renameReference(document, 'vars', name, next))}
              />
              <TypeOf path={['vars', name]} />
              <DefaultOf path={['vars', name, 'default']} type={textIn(mapAt(vars, [name]), 'type')} />
            </div>
            {!readOnly && (
              <IconButton
                label={words.form.remove(name)}
                onClick={() => (names.length === 1 ? clear() : change([{ do: 'remove', path: ['vars', name] }]))}
              >
                <X size={15} aria-hidden="true" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {!readOnly && (
        <Button small look="quiet" className="mt-1 -ml-2" onClick={add}>
          <Plus size={14} aria-hidden="true" />
          {settings.addVar}
        </Button>
      )}
    </FieldGroup>
  )
}

/** What a variable holds at the start, once it has another type. */
const FIRST: Record<string, Json> = { string: '', number: 0, boolean: false, map: {}, list: [] }

function TypeOf({ path }: { path: Path }) {
  const words = useEditorWords()
  const { settings } = words.form
  const { value, set, problem, readOnly } = useField(path)
  const type = textIn(mapAt(value, []), 'type')
  return (
    <Labelled label={settings.varType} error={problem}>
      {(id, described) => (
        <select
          id={id}
          className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
          disabled={readOnly}
          value={type}
          onChange={({ target }) => {
            const first = FIRST[target.value]
            set({ type: target.value, ...(first === undefined ? {} : { default: first }) })
          }}
          {...described}
        >
          {!(type in settings.types) && <option value={type}>{type}</option>}
          {Object.entries(settings.types).map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}

function DefaultOf({ path, type }: { path: Path; type: string }) {
  const words = useEditorWords()
  const label = words.form.settings.varDefault
  switch (type) {
    case 'string':
      return <TextInput path={path} label={label} />
    case 'number':
      return <NumberInput path={path} label={label} optional whole={false} />
    case 'boolean':
      return (
        <div className="self-center pt-4">
          <SwitchInput path={path} label={label} />
        </div>
      )
    case 'date':
      return <TextInput path={path} label={label} optional placeholder="2026-05-01" />
    default:
      return <YamlPiece path={path} label={label} />
  }
}
