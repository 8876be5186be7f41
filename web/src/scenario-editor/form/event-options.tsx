import { RECEIVED_KINDS } from '../../../../src/domain/scenario/document/events.ts'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, isList } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { type EventOption, optionsOf } from '../tree/events.ts'
import { DurationInput } from './duration-input.tsx'
import { NameInput, TextInput } from './inputs.tsx'
import { BOX, FieldGroup, Labelled } from './labelled.tsx'
import { VariableText } from './variable-text.tsx'

/** What can be said beside an event: kinds of messages, how long, which tag … */
export function EventOptions({ path, event }: { path: Path; event: string }) {
  return optionsOf(event).map((option) => (
    <Option key={option} path={[...path, option]} option={option} event={event} />
  ))
}

function Option({ path, option, event }: { path: Path; option: EventOption; event: string }) {
  const words = useEditorWords()
  const { event: own } = words.form
  switch (option) {
    case 'kinds':
      return <Kinds path={path} />
    case 'for':
      return <DurationInput path={path} label={own.for} business />
    case 'before':
      return <DurationInput path={path} label={own.before} optional={event === 'task.due'} />
    case 'after':
      return <DurationInput path={path} label={own.after} optional business />
    case 'field':
      return <TextInput path={path} label={own.field} hint={own.fieldHint} />
    case 'tag':
      return <NameInput path={path} label={own.tag} source="tags" optional placeholder={own.any} />
    case 'scenario':
      return <NameInput path={path} label={own.scenario} source="scenarios" optional placeholder={own.any} />
    case 'quickReply':
      return <NameInput path={path} label={own.quickReply} source="quickReplies" optional placeholder={own.any} />
    case 'name':
      return <TextInput path={path} label={own.webhook} hint={own.webhookHint} />
    case 'about':
      return <About path={path} />
    case 'cron':
      return <TextInput path={path} label={own.cron} hint={own.cronHint} />
    case 'timeZone':
      return <TextInput path={path} label={own.timeZone} />
    case 'calendar':
      return <NameInput path={path} label={own.calendar} source="calendars" optional />
  }
}

/** Kinds of messages as a row of switches. */
function Kinds({ path }: { path: Path }) {
  const words = useEditorWords()
  const { value, set, clear, problem, readOnly } = useField(path)
  const chosen = isList(value) ? value.map(String) : []
  const toggle = (kind: string) => {
    const next = chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind]
    if (next.length === 0) clear()
    else set(next)
  }
  return (
    <FieldGroup label={words.form.event.kinds} hint={words.form.event.kindsHint} error={problem}>
      <div className="flex flex-wrap gap-1.5">
        {RECEIVED_KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={chosen.includes(kind)}
            disabled={readOnly}
            onClick={() => toggle(kind)}
            className="min-h-7 rounded-full border border-line px-2.5 text-[0.8125rem] text-soft hover:bg-hover aria-pressed:border-accent aria-pressed:bg-selected aria-pressed:text-accent pointer-coarse:min-h-11"
          >
            {words.field.kinds[kind]}
          </button>
        ))}
      </div>
    </FieldGroup>
  )
}

const SUBJECTS = ['phone', 'taskNumber', 'conversationId'] as const

/** Whose conversation a webhook is about. */
function About({ path }: { path: Path }) {
  const words = useEditorWords()
  const { event } = words.form
  const { value, set, clear, problem, readOnly } = useField(path)
  const chosen = isJsonMap(value) ? (SUBJECTS.find((one) => Object.hasOwn(value, one)) ?? '') : ''
  const first = {
    phone: { phone: '{{ event.body.phone }}', channel: '' },
    taskNumber: { taskNumber: '{{ event.body.task }}' },
    conversationId: { conversationId: '{{ event.body.conversation }}' },
  }
  return (
    <div className="space-y-3">
      <Labelled label={event.about} error={chosen === '' ? problem : null}>
        {(id, described) => (
          <select
            id={id}
            className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
            disabled={readOnly}
            value={chosen}
            onChange={({ target }) => {
              const next = SUBJECTS.find((one) => one === target.value)
              if (next) set(first[next])
              else clear()
            }}
            {...described}
          >
            <option value="">{event.aboutNobody}</option>
            <option value="phone">{event.aboutPhone}</option>
            <option value="taskNumber">{event.aboutTask}</option>
            <option value="conversationId">{event.aboutConversation}</option>
          </select>
        )}
      </Labelled>
      {chosen === 'phone' && (
        <>
          <VariableText path={[...path, 'phone']} label={event.phone} />
          <NameInput path={[...path, 'channel']} label={event.channel} source="channels" />
        </>
      )}
      {chosen === 'taskNumber' && <VariableText path={[...path, 'taskNumber']} label={event.taskNumber} />}
      {chosen === 'conversationId' && <VariableText path={[...path, 'conversationId']} label={event.conversationId} />}
    </div>
  )
}
