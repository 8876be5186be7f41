import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { useChange, useEditor, useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, isList, type Json, mapAt, textIn } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { renameReference } from '../tree/references.ts'
import { NumberInput, SwitchInput, TextInput } from './inputs.tsx'
import { BOX, FieldGroup, Labelled, Row } from './labelled.tsx'
import { RestOf } from './rest-of.tsx'

/** A button in the task: its text, and what the person is asked for. */
export function ButtonForm({ path }: { path: Path }) {
  const words = useEditorWords()
  const { button } = words.form
  const { readOnly } = useEditor()
  const inputs = useField([...path, 'inputs'])
  const list = isList(inputs.value) ? inputs.value : []
  const names = list.map((input) => textIn(mapAt(input, []), 'name'))
  const add = () => {
    let number = list.length + 1
    while (names.includes(`input${number}`)) number++
    inputs.set([...list, { name: `input${number}`, type: 'text' }])
  }
  return (
    <>
      <TextInput path={[...path, 'label']} label={button.label} />
      <SwitchInput path={[...path, 'confirm']} label={button.confirm} hint={button.confirmHint} />
      <FieldGroup label={button.inputs} error={list.length === 0 ? inputs.problem : null}>
        <ul className="space-y-2">
          {list.map((input, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: its name is being edited
            <li key={index} className="rounded-md bg-hover/60 p-2">
              <ButtonInput
                path={[...path, 'inputs', index]}
                input={input}
                names={names}
                onRemove={() => (list.length === 1 ? inputs.clear() : inputs.set(list.filter((_, at) => at !== index)))}
              />
            </li>
          ))}
        </ul>
        {!readOnly && (
          <Button small look="quiet" className="mt-1 -ml-2" onClick={add}>
            <Plus size={14} aria-hidden="true" />
            {button.addInput}
          </Button>
        )}
      </FieldGroup>
      <RestOf path={path} shown={['label', 'confirm', 'inputs']} />
    </>
  )
}

interface ButtonInputProps {
  path: Path
  input: Json
  names: readonly string[]
  onRemove: () => void
}

function ButtonInput({ path, input, names, onRemove }: ButtonInputProps) {
  const words = useEditorWords()
  const { button } = words.form
  const { document, readOnly } = useEditor()
  const change = useChange()
  const { set, problem } = useField(path)
  const own = mapAt(input, [])
  const type = textIn(own, 'type')
  const name = textIn(own, 'name')
  const chooseType = (next: string) => {
    const { options: _, default: __, type: ___, ...rest } = own
    set(next === 'choice' ? { ...rest, type: next, options: ['…'] } : { ...rest, type: next })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: the fields of one input, inside the fieldset of all
    <div role="group" aria-label={button.input(name)} className="flex items-start gap-1">
      <div className="@container min-w-0 flex-1 space-y-2">
        <Row>
          <NameOf
            label={button.name}
            name={name}
            taken={names}
            readOnly={readOnly}
            onRename={(next) => change(renameReference(document, 'inputs', name, next))}
          />
          <Labelled label={button.type}>
            {(id) => (
              <select
                id={id}
                value={type}
                disabled={readOnly}
                onChange={({ target }) => chooseType(target.value)}
                className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
              >
                {!(type in button.types) && <option value={type}>{type}</option>}
                {Object.entries(button.types).map(([key, label]) => (
                  <option key={key} value={key}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Labelled>
        </Row>
        <TextInput path={[...path, 'label']} label={button.inputLabel} optional />
        {type === 'choice' && <Options path={[...path, 'options']} />}
        <SwitchInput path={[...path, 'required']} label={button.required} fallback />
        <DefaultOf path={[...path, 'default']} type={type} />
        <RestOf path={path} shown={['name', 'type', 'label', 'required', 'options', 'default']} />
        {problem && isJsonMap(input) && <p className="text-xs text-danger">{problem}</p>}
      </div>
      {!readOnly && (
        <IconButton label={words.form.remove(button.input(name))} onClick={onRemove}>
          <X size={15} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  )
}

function DefaultOf({ path, type }: { path: Path; type: string }) {
  const words = useEditorWords()
  const { button } = words.form
  if (type === 'boolean') return <SwitchInput path={path} label={button.default} />
  if (type === 'number') return <NumberInput path={path} label={button.default} optional whole={false} />
  return <TextInput path={path} label={button.default} optional placeholder={type === 'date' ? '2026-05-01' : ''} />
}

/** Choices, one a line. */
function Options({ path }: { path: Path }) {
  const words = useEditorWords()
  const { value, set, problem, readOnly } = useField(path)
  const options = isList(value) ? value.map(String) : []
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <Labelled label={words.form.button.options} error={problem}>
      {(id, described) => (
        <textarea
          id={id}
          disabled={readOnly}
          className={`${BOX} field-sizing-content min-h-16 px-2.5 py-2`}
          value={draft ?? options.join('\n')}
          onChange={({ target }) => {
            setDraft(target.value)
            const next = target.value
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean)
            if (next.length > 0) set(next)
          }}
          onBlur={() => setDraft(null)}
          {...described}
        />
      )}
    </Labelled>
  )
}

interface NameOfProps {
  label: string
  name: string
  taken: readonly string[]
  readOnly: boolean
  onRename: (name: string) => void
}

/** A name by which others refer to something: it changes when the field is left, everywhere at once. */
export function NameOf({ label, name, taken, readOnly, onRename }: NameOfProps) {
  const words = useEditorWords()
  const { settings } = words.form
  const [draft, setDraft] = useState<string | null>(null)
  const next = draft?.trim() ?? name
  const fault =
    next === name
      ? null
      : !/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/.test(next)
        ? settings.varForm
        : taken.includes(next)
          ? settings.varTaken
          : null
  const commit = () => {
    setDraft(null)
    if (next !== name && fault === null) onRename(next)
  }
  return (
    <Labelled label={label} error={fault}>
      {(id, described) => (
        <input
          id={id}
          className={`${BOX} h-9 px-2.5 font-mono text-xs pointer-coarse:h-11`}
          spellCheck={false}
          disabled={readOnly}
          value={draft ?? name}
          onChange={({ target }) => setDraft(target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
          }}
          {...described}
        />
      )}
    </Labelled>
  )
}
