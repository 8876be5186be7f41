import { useQuery } from '@tanstack/react-query'
import { request } from '../../api/request.ts'
import { useChange, useEditor, useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, type JsonMap, textIn } from '../text/json.ts'
import { neededBy } from '../tree/events.ts'
import { ButtonForm } from './button-form.tsx'
import { ConditionEditor } from './condition-editor.tsx'
import { EventOptions } from './event-options.tsx'
import { EventPicker } from './event-picker.tsx'
import { BOX, Labelled } from './labelled.tsx'
import { RestOf } from './rest-of.tsx'

const PATH = ['trigger'] as const
const SHOWN = [
  'event',
  'when',
  'button',
  'kinds',
  'for',
  'before',
  'after',
  'field',
  'tag',
  'scenario',
  'quickReply',
  'name',
  'about',
  'cron',
  'timeZone',
  'calendar',
]

const settingsQuery = {
  queryKey: ['scenario-editor', 'settings'] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => request<{ timeZone: string }>('GET', '/api/settings', { signal }),
  staleTime: 60_000,
}

/** What starts the scenario: an event, or a button. */
export function TriggerForm() {
  const words = useEditorWords()
  const { event: own } = words.form
  const { readOnly } = useEditor()
  const change = useChange()
  const { value, set, problem } = useField(PATH)
  const timeZone = useQuery(settingsQuery).data?.timeZone ?? 'UTC'
  const trigger: JsonMap = isJsonMap(value) ? value : {}
  const isButton = trigger.button !== undefined
  const event = textIn(trigger, 'event')
  const { document } = useEditor()
  const when: JsonMap = trigger.when === undefined ? {} : { when: trigger.when }

  const chooseEvent = (next: string) => set({ event: next, ...neededBy(next, timeZone), ...when })
  const chooseKind = (kind: string) => {
    if (kind === 'button') {
      change([
        {
          do: 'set',
          path: PATH,
          value: { button: { label: textIn(document, 'name').slice(0, 60) } },
          order: ['id', 'name', 'description', 'trigger'],
        },
      ])
    } else set({ event: 'message.received' })
  }
  return (
    <div className="space-y-4">
      <Labelled label={own.kind} error={value === undefined ? problem : null}>
        {(id, described) => (
          <select
            id={id}
            className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
            disabled={readOnly}
            value={isButton ? 'button' : event ? 'event' : ''}
            onChange={({ target }) => chooseKind(target.value)}
            {...described}
          >
            {!isButton && !event && <option value="">{words.form.none}</option>}
            <option value="event">{own.byEvent}</option>
            <option value="button">{own.byButton}</option>
          </select>
        )}
      </Labelled>
      {isButton ? (
        <ButtonForm path={[...PATH, 'button']} />
      ) : (
        <>
          <EventPicker label={own.event} value={event} disabled={readOnly} onPick={chooseEvent} />
          <EventOptions path={PATH} event={event} />
        </>
      )}
      {(isButton || event) && (
        <ConditionEditor
          path={[...PATH, 'when']}
          label={own.when}
          hint={isButton ? own.buttonWhenHint : own.whenHint}
          optional
          events={isButton ? [] : [event]}
        />
      )}
      <RestOf path={PATH} shown={SHOWN} />
    </div>
  )
}
