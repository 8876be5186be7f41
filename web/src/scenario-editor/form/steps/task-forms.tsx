import { ChoiceField } from '../../pick/choice-field.tsx'
import { useEditorWords, useField } from '../../state/editor-context.tsx'
import { useSuggestions } from '../../suggestions.ts'
import { isJsonMap, isList, type Json, type JsonMap, mapAt, textIn } from '../../text/json.ts'
import type { Path } from '../../text/path.ts'
import { whomText } from '../../tree/summary.ts'
import { NameInput, SelectInput, TextInput } from '../inputs.tsx'
import { BOX, FieldGroup, Labelled, Row } from '../labelled.tsx'
import { Chip, NameList } from '../name-list.tsx'
import { ValueInput } from '../value-input.tsx'
import { VariableText } from '../variable-text.tsx'
import { WindowClosed } from './send-options.tsx'

type Way = 'nobody' | 'employee' | 'group' | 'least_busy' | 'round_robin'

function wayOf(who: JsonMap): Way {
  if (who.rule === 'least_busy' || who.rule === 'round_robin') return who.rule
  if (Object.hasOwn(who, 'group')) return 'group'
  return Object.hasOwn(who, 'employee') ? 'employee' : 'nobody'
}

/** A person, a group, or one of a group by a rule. */
export function Assignee({ path, optional = false, label }: { path: Path; optional?: boolean; label: string }) {
  const words = useEditorWords()
  const { task } = words.form
  const { value, set, clear, problem, readOnly } = useField(path)
  const who = mapAt(value, [])
  const way = wayOf(who)
  const ways = Object.entries(task.ways).filter(([key]) => optional || key !== 'nobody' || way === 'nobody')
  const choose = (next: string) => {
    const { rule: _, group, employee, ...rest } = who
    if (next === 'nobody') clear()
    else if (next === 'employee') set({ employee: employee ?? '', ...rest })
    else if (next === 'group') set({ group: group ?? '', ...rest })
    else set({ rule: next, group: group ?? '', ...rest })
  }
  return (
    <div className="space-y-3">
      <Labelled label={label} error={way === 'nobody' ? problem : null}>
        {(id, described) => (
          <select
            id={id}
            className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
            disabled={readOnly}
            value={way}
            onChange={({ target }) => choose(target.value)}
            {...described}
          >
            {ways.map(([key, name]) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {way === 'employee' && <NameInput path={[...path, 'employee']} label={task.employee} source="peopleIds" />}
      {way !== 'employee' && way !== 'nobody' && (
        <NameInput path={[...path, 'group']} label={task.group} source="groups" />
      )}
    </div>
  )
}

export function AssignForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  return (
    <>
      <Assignee path={path} label={form.task.who} />
      <SelectInput
        path={[...path, 'mode']}
        label={form.task.mode}
        options={form.task.modes}
        fallback="replace"
        optional
      />
    </>
  )
}

const WHOM = ['assignee', 'participants', 'contact'] as const

export function CommentForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { value } = useField([...path, 'notify'])
  const toClient = isList(value) && value.includes('contact')
  return (
    <>
      <VariableText path={[...path, 'text']} label={form.text} tall most={4096} />
      <Notified path={[...path, 'notify']} />
      {toClient && (
        <>
          <p className="rounded-md bg-message-bubble px-3 py-2 text-[0.8125rem]">{form.task.notifyClient}</p>
          <WindowClosed path={[...path, 'ifWindowClosed']} />
        </>
      )}
    </>
  )
}

/** Who is told of a comment, as chips. */
function Notified({ path }: { path: Path }) {
  const words = useEditorWords()
  const { task } = words.form
  const { value, set, clear, problem, readOnly } = useField(path)
  const groups = useSuggestions('groups')
  const people = useSuggestions('peopleIds')
  const list = isList(value) ? value : []
  const nameOf = (one: Json) => {
    const own = mapAt(one, [])
    const person = people?.find((option) => option.value === textIn(own, 'employee'))
    return person ? person.label : whomText(one, words)
  }
  const options = [
    ...WHOM.filter((one) => !list.includes(one)).map((one) => ({
      value: `!${one}`,
      label: words.summary.whom[one] ?? one,
    })),
    ...(groups ?? []).map((one) => ({ ...one, value: `group:${one.value}`, label: words.summary.group(one.label) })),
    ...(people ?? []).map((one) => ({ ...one, value: `employee:${one.value}` })),
  ]
  const add = (picked: string) => {
    if (picked === '') return
    const [, kind, name = ''] = /^(!|group:|employee:)(.*)$/.exec(picked) ?? [null, 'group:', picked]
    const one: Json = kind === '!' ? name : kind === 'employee:' ? { employee: name } : { group: name }
    set([...list, one])
  }
  return (
    <FieldGroup label={task.notify} hint={list.length === 0 ? task.notifyHint : undefined} error={problem}>
      <div className="mb-1.5 flex flex-wrap gap-1.5">
        {list.map((one, index) => (
          <Chip
            // biome-ignore lint/suspicious/noArrayIndexKey: a chip has no state of its own
            key={index}
            label={nameOf(one)}
            onRemove={
              readOnly ? undefined : () => (list.length === 1 ? clear() : set(list.filter((_, at) => at !== index)))
            }
          />
        ))}
      </div>
      {!readOnly && (
        <ChoiceField
          label={task.addPerson}
          hideLabel
          placeholder={task.addPerson}
          value=""
          options={options}
          onChange={(next) => {
            if (options.some((option) => option.value === next)) add(next)
          }}
        />
      )}
    </FieldGroup>
  )
}

export function FieldForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  return (
    <Row>
      <TextInput path={[...path, 'field']} label={form.task.field} />
      <ValueInput path={[...path, 'value']} label={form.task.value} />
    </Row>
  )
}

export function OpenTaskForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  return (
    <>
      <NameInput
        path={[...path, 'template']}
        label={form.task.template}
        hint={form.task.templateHint}
        source="taskTemplates"
        optional
      />
      <VariableText path={[...path, 'title']} label={form.task.title} hint={form.task.titleHint} optional most={200} />
      <SelectInput
        path={[...path, 'ifActive']}
        label={form.task.ifActive}
        options={form.task.actives}
        fallback="use"
        optional
      />
    </>
  )
}

export function ParticipantsForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { problem, value } = useField(path)
  return (
    <>
      <NameList path={[...path, 'employees']} label={form.task.employees} source="peopleIds" />
      <NameList path={[...path, 'groups']} label={form.task.groups} source="groups" />
      {problem && Object.keys(mapAt(value, [])).length === 0 && <p className="text-xs text-danger">{problem}</p>}
    </>
  )
}

/** The first inactive status, or a certain one. */
export function CloseForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { value, set, problem, readOnly } = useField(path)
  const options = useSuggestions('closedStatuses')
  return (
    <ChoiceField
      label={form.task.closeStatus}
      placeholder={form.task.closeFirst}
      value={isJsonMap(value) ? textIn(value, 'status') : ''}
      options={options}
      known
      error={problem}
      disabled={readOnly}
      onChange={(next) => set(next === '' ? true : { status: next })}
    />
  )
}

export function HandoffForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  return (
    <>
      <Assignee path={[...path, 'to']} label={form.task.whom} optional />
      <VariableText path={[...path, 'note']} label={form.task.note} optional tall />
    </>
  )
}
