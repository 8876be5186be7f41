import { ChoiceField } from '../../pick/choice-field.tsx'
import { useChange, useEditorWords, useField } from '../../state/editor-context.tsx'
import { isList, type Json, listAt, mapAt, textIn } from '../../text/json.ts'
import type { Path } from '../../text/path.ts'
import { typed } from '../../tree/condition.ts'
import { isBusiness, parseDuration } from '../../tree/durations.ts'
import { fieldAt } from '../../tree/fields.ts'
import { fieldName } from '../../tree/summary.ts'
import { AwaitedEvents } from '../awaited-events.tsx'
import { ConditionEditor } from '../condition-editor.tsx'
import { DurationInput } from '../duration-input.tsx'
import { NameInput, NumberInput, SelectInput } from '../inputs.tsx'
import { BOX, Labelled, Row } from '../labelled.tsx'
import { useFields } from '../use-fields.ts'
import { VariableText } from '../variable-text.tsx'
import { Items } from './interactive-form.tsx'

/** What a wait waits for, how long, and what interrupts it. */
export function WaitForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const own = mapAt(useField([...path, 'wait']).value, [])
  const waitsForEvents = isList(own.for)
  return (
    <>
      <AwaitedEvents
        path={[...path, 'wait', 'for']}
        optional={own.timeout !== undefined || own.until !== undefined || !waitsForEvents}
      />
      <Deadline path={[...path, 'wait']} needed={!waitsForEvents} />
      {(waitsForEvents || own.debounce !== undefined) && (
        <DurationInput
          path={[...path, 'wait', 'debounce']}
          label={form.flow.debounce}
          hint={form.flow.debounceHint}
          optional
          fallback="20s"
        />
      )}
      <Interrupts path={[...path, 'onInterrupt']} />
    </>
  )
}

export function WaitAnyForm({ path }: { path: Path }) {
  const words = useEditorWords()
  const { flow } = words.form
  const change = useChange()
  const list: Path = [...path, 'waitAny', 'branches']
  const { value, problem, readOnly } = useField(list)
  const branches = isList(value) ? value : []
  // biome-ignore lint/suspicious/noThenProperty: the word of the format
  const fresh: Json = { for: ['message.received'], then: [] }
  return (
    <>
      <Items
        label={flow.branches}
        count={branches.length}
        problem={branches.length < 2 ? problem : null}
        readOnly={readOnly}
        most={20}
        name={flow.branch}
        add={flow.addBranch}
        onAdd={() => change([{ do: 'insert', path: list, index: branches.length, value: fresh }])}
        onRemove={(index) => change([{ do: 'remove', path: [...list, index] }])}
      >
        {(index) => <AwaitedEvents path={[...list, index, 'for']} optional={false} />}
      </Items>
      <Deadline path={[...path, 'waitAny']} needed={false} />
      <Interrupts path={[...path, 'onInterrupt']} />
    </>
  )
}

type Way = 'none' | 'timeout' | 'until' | 'open'

/** As long as it takes, at most so long, or until a time. */
function Deadline({ path, needed }: { path: Path; needed: boolean }) {
  const { form } = useEditorWords()
  const { flow } = form
  const { value, set, problem, readOnly } = useField(path)
  const own = mapAt(value, [])
  const until = textIn(own, 'until')
  const way: Way =
    own.timeout !== undefined ? 'timeout' : until === 'open' ? 'open' : own.until === undefined ? 'none' : 'until'
  const duration = parseDuration(textIn(own, 'timeout'))
  const needsCalendar = way === 'open' || (duration !== null && isBusiness(duration))
  const choose = (next: string) => {
    const { timeout: _, until: __, ...rest } = own
    if (next === 'timeout') set({ ...rest, timeout: '1d' })
    else if (next === 'open') set({ ...rest, until: 'open' })
    else if (next === 'until') set({ ...rest, until: '' })
    else set(rest)
  }
  return (
    <div className="space-y-3">
      <Row>
        <Labelled label={flow.deadline} error={way === 'none' && needed ? problem : null}>
          {(id, described) => (
            <select
              id={id}
              className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
              disabled={readOnly}
              value={way}
              onChange={({ target }) => choose(target.value)}
              {...described}
            >
              {Object.entries(flow.deadlines).map(([key, label]) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {way === 'timeout' && <DurationInput path={[...path, 'timeout']} label={flow.timeout} business />}
        {way === 'until' && <VariableText path={[...path, 'until']} label={flow.until} hint={flow.untilHint} />}
        {way === 'open' && (
          <NameInput path={[...path, 'calendar']} label={flow.calendar} hint={flow.calendarHint} source="calendars" />
        )}
      </Row>
      {way !== 'open' && (needsCalendar || own.calendar !== undefined) && (
        <NameInput
          path={[...path, 'calendar']}
          label={flow.calendar}
          hint={flow.calendarHint}
          source="calendars"
          optional
        />
      )}
    </div>
  )
}

const DEFAULTS = { humanReply: 'cancel', taskClosed: 'cancel', newScenario: 'ignore' } as const

/** What becomes of the wait when something else happens. */
function Interrupts({ path }: { path: Path }) {
  const { form } = useEditorWords()
  const { flow } = form
  return (
    <details className="rounded-md border border-line">
      <summary className="px-3 py-2 text-[0.8125rem] text-soft pointer-coarse:py-3">{flow.interrupt}</summary>
      <div className="grid gap-3 p-3 pt-1 @md:grid-cols-3">
        {(['humanReply', 'taskClosed', 'newScenario'] as const).map((key) => (
          <SelectInput
            key={key}
            path={[...path, key]}
            label={flow.interrupts[key]}
            options={flow.interruptions}
            fallback={DEFAULTS[key]}
            optional
          />
        ))}
      </div>
    </details>
  )
}

export function SwitchForm({ path }: { path: Path }) {
  const words = useEditorWords()
  const { flow } = words.form
  const change = useChange()
  const field = useField([...path, 'switch'])
  const { fields } = useFields()
  const list: Path = [...path, 'cases']
  const { value, problem, readOnly } = useField(list)
  const cases = isList(value) ? value : []
  const info = fieldAt(typeof field.value === 'string' ? field.value : '', fields)
  // biome-ignore lint/suspicious/noThenProperty: the word of the format
  const fresh: Json = { is: '', then: [] }
  return (
    <>
      <ChoiceField
        label={flow.switch}
        value={typeof field.value === 'string' ? field.value : ''}
        options={fields.map(({ path: one }) => ({ value: one, label: fieldName(one, words), hint: one }))}
        error={field.problem}
        disabled={field.readOnly}
        onChange={field.set}
      />
      <Items
        label={flow.cases}
        count={cases.length}
        problem={cases.length === 0 ? problem : null}
        readOnly={readOnly}
        most={100}
        name={flow.case}
        add={flow.addCase}
        onAdd={() => change([{ do: 'insert', path: list, index: cases.length, value: fresh }])}
        onRemove={(index) => change([{ do: 'remove', path: [...list, index] }])}
      >
        {(index) => <CaseValues path={[...list, index]} asNumber={info.kind === 'number'} />}
      </Items>
    </>
  )
}

/** `is` one value, or `in` several, written with commas. */
function CaseValues({ path, asNumber }: { path: Path; asNumber: boolean }) {
  const { form } = useEditorWords()
  const { value, problem, readOnly } = useField(path)
  const change = useChange()
  const own = mapAt(value, [])
  const several = isList(own.in)
  const values = several ? listAt(own, ['in']) : own.is === undefined ? [] : [own.is]
  const wasNumber = values.some((one) => typeof one === 'number')
  const write = (text: string) => {
    const parts = text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
    const next = parts.map((one) => typed(one, asNumber || wasNumber))
    if (JSON.stringify(next) === JSON.stringify(values)) return
    const [single = ''] = next
    const key = several ? 'in' : 'is'
    if (next.length > 1 && !several)
      change([
        { do: 'rename', path: [...path, key], key: 'in' },
        { do: 'set', path: [...path, 'in'], value: next },
      ])
    else if (next.length > 1) change([{ do: 'set', path: [...path, 'in'], value: next }])
    else if (several)
      change([
        { do: 'rename', path: [...path, key], key: 'is' },
        { do: 'set', path: [...path, 'is'], value: single },
      ])
    else change([{ do: 'set', path: [...path, 'is'], value: single }])
  }
  return (
    <Labelled label={form.flow.caseValues} hint={form.flow.caseHint} error={problem}>
      {(id, described) => (
        <input
          id={id}
          // What is being typed may end in a comma: the field is read when it is left.
          key={JSON.stringify(values)}
          defaultValue={values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ')}
          disabled={readOnly}
          onBlur={({ target }) => write(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') write(event.currentTarget.value)
          }}
          className={`${BOX} h-9 px-2.5 pointer-coarse:h-11`}
          {...described}
        />
      )}
    </Labelled>
  )
}

export function RepeatForm({ path }: { path: Path }) {
  const { form } = useEditorWords()
  return (
    <>
      <NumberInput path={[...path, 'repeat', 'max']} label={form.flow.max} className="max-w-64" />
      <ConditionEditor path={[...path, 'repeat', 'while']} label={form.flow.while} optional />
    </>
  )
}
