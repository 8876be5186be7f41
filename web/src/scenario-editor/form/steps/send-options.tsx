import { useEditorWords, useField } from '../../state/editor-context.tsx'
import { isJsonMap } from '../../text/json.ts'
import type { Path } from '../../text/path.ts'
import { DurationInput } from '../duration-input.tsx'
import { SelectInput } from '../inputs.tsx'
import { BOX, Labelled, Row } from '../labelled.tsx'
import { TemplateFields } from './template-form.tsx'

/** What happens while the reply window is closed. */
export function WindowClosed({ path }: { path: Path }) {
  const words = useEditorWords()
  const { send } = words.form
  const { value, set, clear, problem, readOnly } = useField(path)
  const chosen = isJsonMap(value) ? 'template' : typeof value === 'string' ? value : 'none'
  const choose = (next: string) => {
    if (next === 'none') clear()
    else set(next === 'template' ? { template: { name: '', language: 'auto' } } : next)
  }
  return (
    <div className="space-y-3">
      <Labelled
        label={send.ifWindowClosed}
        hint={send.ifWindowClosedHint}
        error={chosen === 'template' ? null : problem}
      >
        {(id, described) => (
          <select
            id={id}
            className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
            disabled={readOnly}
            value={chosen}
            onChange={({ target }) => choose(target.value)}
            {...described}
          >
            {Object.entries(send.closed).map(([key, label]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {chosen === 'template' && (
        <div className="border-l-2 border-line pl-3">
          <TemplateFields path={[...path, 'template']} />
        </div>
      )}
    </div>
  )
}

/** How a message is sent: what is rarely changed. */
export function HowSent({ path }: { path: Path }) {
  const words = useEditorWords()
  const { send } = words.form
  return (
    <Row>
      <SelectInput
        path={[...path, 'delivery']}
        label={send.delivery}
        options={send.deliveries}
        fallback="at_most_once"
        optional
      />
      <DurationInput path={[...path, 'hold']} label={send.hold} hint={send.holdHint} optional fallback="30s" />
    </Row>
  )
}
