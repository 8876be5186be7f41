import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { useChange, useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, isList, type Json, type JsonMap } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { neededBy, optionsOf } from '../tree/events.ts'
import { nameOfEvent } from '../tree/fields.ts'
import { ConditionEditor } from './condition-editor.tsx'
import { EventOptions } from './event-options.tsx'
import { EventPicker } from './event-picker.tsx'
import { FieldGroup } from './labelled.tsx'

/** The events that a wait waits for, each with what it has to be. */
export function AwaitedEvents({ path, optional }: { path: Path; optional: boolean }) {
  const words = useEditorWords()
  const { flow } = words.form
  const { value, set, clear, problem, readOnly } = useField(path)
  const events = isList(value) ? value : []
  return (
    <FieldGroup
      label={flow.waitFor}
      hint={optional ? flow.waitForHint : undefined}
      error={events.length === 0 ? problem : null}
    >
      <div className="space-y-1.5">
        {events.map((event, index) => (
          <AwaitedEvent
            // biome-ignore lint/suspicious/noArrayIndexKey: an event may stand there twice; it has no state of its own
            key={index}
            path={[...path, index]}
            event={event}
            number={index + 1}
            onRemove={
              events.length === 1 ? (optional ? clear : null) : () => set(events.filter((_, at) => at !== index))
            }
          />
        ))}
      </div>
      {!readOnly && (
        <Button small look="quiet" className="mt-1 -ml-2" onClick={() => set([...events, 'message.received'])}>
          <Plus size={14} aria-hidden="true" />
          {flow.addEvent}
        </Button>
      )}
    </FieldGroup>
  )
}

interface AwaitedEventProps {
  path: Path
  event: Json
  number: number
  onRemove: (() => void) | null
}

function AwaitedEvent({ path, event, number, onRemove }: AwaitedEventProps) {
  const words = useEditorWords()
  const { flow } = words.form
  const change = useChange()
  const { set, problem, readOnly } = useField(path)
  const name = nameOfEvent(event) ?? ''
  const isMap = isJsonMap(event)
  const hasOptions = optionsOf(name).length > 0

  // What is written as a name alone becomes a map as soon as more is said.
  const asMap = (more: JsonMap) => change([{ do: 'set', path, value: { event: name, ...more } }])
  return (
    // biome-ignore lint/a11y/useSemanticElements: the fields of one event, inside the fieldset of all
    <div role="group" aria-label={flow.eventNumber(number)} className="space-y-2 rounded-md bg-hover/60 p-2">
      <div className="flex items-start gap-1">
        <div className="min-w-0 flex-1">
          <EventPicker
            label={flow.eventNumber(number)}
            hideLabel
            awaited
            value={name}
            error={isMap ? null : problem}
            disabled={readOnly}
            onPick={(next) => {
              const needed = neededBy(next, 'UTC')
              set(Object.keys(needed).length > 0 ? { event: next, ...needed } : next)
            }}
          />
        </div>
        {!readOnly && onRemove && (
          <IconButton label={words.form.remove(flow.eventNumber(number))} onClick={onRemove}>
            <X size={15} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {isMap && <EventOptions path={path} event={name} />}
      {isMap && <ConditionEditor path={[...path, 'when']} label={flow.onlyIf} optional events={[name]} />}
      {!isMap && !readOnly && (
        <div className="flex flex-wrap">
          <Button
            small
            look="quiet"
            onClick={() =>
              asMap({
                when:
                  name === 'message.received'
                    ? { field: 'event.text', contains: '' }
                    : { field: 'task.status.active', is: true },
              })
            }
          >
            <Plus size={14} aria-hidden="true" />
            {flow.onlyIf}
          </Button>
          {hasOptions && name === 'message.received' && (
            <Button small look="quiet" onClick={() => asMap({ kinds: ['text'] })}>
              <Plus size={14} aria-hidden="true" />
              {words.form.event.kinds}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
