import { useEditor, useEditorWords, useField } from '../state/editor-context.tsx'
import { DurationInput } from './duration-input.tsx'
import { NumberInput, SelectInput, TextInput } from './inputs.tsx'
import { BOX, Labelled, Row } from './labelled.tsx'
import { RestOf } from './rest-of.tsx'
import { VarsForm } from './vars-form.tsx'

const SHOWN = ['id', 'name', 'description', 'trigger', 'concurrency', 'priority', 'limits', 'vars', 'steps']

/** Name, id, limits and variables, each with a sentence. */
export function SettingsForm() {
  const words = useEditorWords()
  const { settings } = words.form
  return (
    <div className="space-y-4">
      <Row>
        <TextInput path={['name']} label={settings.name} hint={settings.nameHint} />
        <IdField />
      </Row>
      <Description />
      <SelectInput
        path={['concurrency']}
        label={settings.concurrency}
        hint={settings.concurrencyHint}
        options={settings.concurrencies}
        fallback="skip"
        optional
      />
      <Row>
        <NumberInput
          path={['limits', 'messages']}
          label={settings.messages}
          hint={settings.messagesHint}
          optional
          placeholder="20"
        />
        <DurationInput
          path={['limits', 'lifetime']}
          label={settings.lifetime}
          hint={settings.lifetimeHint}
          optional
          fallback="90d"
        />
      </Row>
      <NumberInput
        path={['priority']}
        label={settings.priority}
        hint={settings.priorityHint}
        optional
        placeholder="0"
        className="max-w-64"
      />
      <VarsForm />
      <RestOf path={['limits']} shown={['messages', 'lifetime']} />
      <RestOf path={[]} shown={SHOWN} />
    </div>
  )
}

function IdField() {
  const words = useEditorWords()
  const { settings } = words.form
  const { fixedId } = useEditor()
  const { value, set, problem, readOnly } = useField(['id'])
  return (
    <Labelled label={settings.id} hint={fixedId ? settings.idFixed : settings.idHint} error={problem}>
      {(id, described) => (
        <input
          id={id}
          className={`${BOX} h-9 px-2.5 font-mono text-xs pointer-coarse:h-11`}
          spellCheck={false}
          disabled={readOnly}
          readOnly={fixedId}
          value={typeof value === 'string' ? value : ''}
          onChange={({ target }) => set(target.value)}
          {...described}
        />
      )}
    </Labelled>
  )
}

function Description() {
  const words = useEditorWords()
  const { value, set, clear, problem, readOnly } = useField(['description'])
  return (
    <Labelled label={words.form.settings.description} hint={words.form.settings.descriptionHint} error={problem}>
      {(id, described) => (
        <textarea
          id={id}
          dir="auto"
          className={`${BOX} field-sizing-content max-h-60 min-h-9 px-2.5 py-2`}
          disabled={readOnly}
          value={typeof value === 'string' ? value : ''}
          onChange={({ target }) => (target.value === '' ? clear() : set(target.value))}
          {...described}
        />
      )}
    </Labelled>
  )
}
