import { ChoiceField } from '../../pick/choice-field.tsx'
import { useEditor, useEditorWords, useField } from '../../state/editor-context.tsx'
import { isJsonMap, mapAt } from '../../text/json.ts'
import type { Path } from '../../text/path.ts'
import { ConditionEditor } from '../condition-editor.tsx'
import { DurationInput } from '../duration-input.tsx'
import { NameInput, NumberInput, SelectInput } from '../inputs.tsx'
import { BOX, Labelled, Row } from '../labelled.tsx'
import { ValueInput } from '../value-input.tsx'
import { ValuesMap } from '../values-map.tsx'
import { VariableText } from '../variable-text.tsx'
import { YamlPiece } from '../yaml-piece.tsx'

/** A variable of the document, by name. */
export function VariableName({
  path,
  label,
  hint,
  optional = false,
  types,
}: {
  path: Path
  label: string
  hint?: string
  optional?: boolean
  types?: readonly string[]
}) {
  const { document } = useEditor()
  const { value, set, clear, problem, readOnly } = useField(path)
  const options = Object.entries(mapAt(document, ['vars'])).flatMap(([name, one]) => {
    const { type } = mapAt(one, [])
    return types && typeof type === 'string' && !types.includes(type) ? [] : [{ value: name, label: name }]
  })
  return (
    <ChoiceField
      label={label}
      hint={hint}
      value={typeof value === 'string' ? value : ''}
      options={options}
      error={problem}
      disabled={readOnly}
      onChange={(next) => (optional && next === '' ? clear() : set(next))}
    />
  )
}

export function ScenarioForm({ path, action }: { path: Path; action: 'call' | 'start' | 'cancel' }) {
  const { form } = useEditorWords()
  return (
    <>
      <NameInput path={[...path, 'scenario']} label={form.flow.scenario} source="scenarios" />
      {action === 'start' && (
        <VariableText path={[...path, 'each']} label={form.flow.each} hint={form.flow.eachHint} optional />
      )}
      {action !== 'cancel' && <ValuesMap path={[...path, 'with']} label={form.flow.with} />}
      {action === 'call' && (
        <VariableName
          path={[...path, 'into']}
          label={form.flow.into}
          hint={form.flow.intoHint}
          optional
          types={['map']}
        />
      )}
    </>
  )
}

const METHODS = { GET: 'GET', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE' }

export function HttpForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { outside, flow } = form
  const body = useField([...path, 'body'])
  return (
    <>
      <Row>
        <NameInput
          path={[...path, 'endpoint']}
          label={outside.endpoint}
          hint={outside.endpointHint}
          source="endpoints"
        />
        <SelectInput path={[...path, 'method']} label={outside.method} options={METHODS} fallback="POST" optional />
      </Row>
      <VariableText path={[...path, 'path']} label={outside.path} hint={outside.pathHint} optional />
      <ValuesMap path={[...path, 'query']} label={outside.query} texts />
      {body.value === undefined || isJsonMap(body.value) ? (
        <ValuesMap path={[...path, 'body']} label={outside.body} />
      ) : (
        <ValueInput path={[...path, 'body']} label={outside.body} />
      )}
      <Row>
        <DurationInput path={[...path, 'timeout']} label={outside.timeout} optional fallback="10s" />
        <NumberInput path={[...path, 'retries']} label={outside.retries} optional placeholder="3" />
      </Row>
      <Row>
        <VariableName path={[...path, 'into']} label={flow.into} hint={flow.intoHint} optional types={['map']} />
        <YamlPiece path={[...path, 'response']} label={outside.response} />
      </Row>
    </>
  )
}

export function EmitForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { value, set, problem, readOnly } = useField([...path, 'event'])
  return (
    <>
      <Labelled label={form.outside.event} hint={form.outside.eventHint} error={problem}>
        {(id, described) => (
          <input
            id={id}
            className={`${BOX} h-9 px-2.5 pointer-coarse:h-11`}
            disabled={readOnly}
            value={typeof value === 'string' ? value : ''}
            onChange={({ target }) => set(target.value)}
            {...described}
          />
        )}
      </Labelled>
      <ValuesMap path={[...path, 'data']} label={form.outside.data} />
    </>
  )
}

export function SetForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { document } = useEditor()
  return <ValuesMap path={path} label={form.outside.values} names={Object.keys(mapAt(document, ['vars']))} />
}

export function FindForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { outside, flow } = form
  const { value, set, readOnly } = useField(path)
  const own = mapAt(value, [])
  const what = own.contacts === undefined ? 'tasks' : 'contacts'
  return (
    <>
      <Labelled label={outside.find}>
        {(id) => (
          <select
            id={id}
            className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
            disabled={readOnly}
            value={what}
            onChange={({ target }) => {
              const { tasks: _, contacts: __, ...rest } = own
              const first =
                target.value === 'tasks'
                  ? { field: 'task.status.active', is: true }
                  : { field: 'contact.optedOut', is: false }
              set({ [target.value]: first, ...rest })
            }}
          >
            {Object.entries(outside.finds).map(([key, label]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <ConditionEditor path={[...path, what]} label={flow.condition} />
      <Row>
        <VariableName path={[...path, 'into']} label={flow.into} hint={flow.intoHint} types={['list']} />
        <NumberInput path={[...path, 'limit']} label={outside.limit} optional placeholder="150" />
      </Row>
    </>
  )
}
