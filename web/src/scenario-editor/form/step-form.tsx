import { useState } from 'react'
import { useChange, useEditor, useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap, type Json, listAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { type Action, actionOf } from '../tree/actions.ts'
import { idOf, stepsIn } from '../tree/branches.ts'
import { SHOWN, shownKeys } from '../tree/shown-keys.ts'
import { ConditionEditor } from './condition-editor.tsx'
import { NameInput, TextInput } from './inputs.tsx'
import { BOX, Labelled, Row } from './labelled.tsx'
import { SchemaRest } from './schema-rest.tsx'
import { RepeatForm, SwitchForm, WaitAnyForm, WaitForm } from './steps/flow-forms.tsx'
import { Choices } from './steps/interactive-form.tsx'
import { EmitForm, FindForm, HttpForm, ScenarioForm, SetForm } from './steps/other-forms.tsx'
import { HowSent, WindowClosed } from './steps/send-options.tsx'
import {
  AssignForm,
  CloseForm,
  CommentForm,
  FieldForm,
  HandoffForm,
  OpenTaskForm,
  ParticipantsForm,
} from './steps/task-forms.tsx'
import { TemplateFields } from './steps/template-form.tsx'
import { VariableText } from './variable-text.tsx'

/** Everything that can be said about a step. */
export function StepForm({ path }: { path: Path }) {
  const words = useEditorWords()
  const { value: step, problem } = useField(path)
  const action = actionOf(step)
  return (
    <div className="@container space-y-4">
      {action && <ActionForm path={path} action={action} />}
      <SchemaRest
        path={path}
        step={step}
        action={action}
        shown={shownKeys(step, action)}
        shownInside={action ? SHOWN[action] : []}
      />
      <details className="rounded-md border border-line" open={action === null}>
        <summary className="px-3 py-2 text-[0.8125rem] text-soft pointer-coarse:py-3">
          {words.editor.moreSettings}
        </summary>
        <div className="space-y-4 p-3 pt-1">
          {action && (SENDS.has(action) || isToClient(step)) && <HowSent path={[...path, action]} />}
          <Row>
            <StepId path={path} step={step} />
            <TextInput path={[...path, 'name']} label={words.form.stepName} hint={words.form.stepNameHint} optional />
          </Row>
        </div>
      </details>
      {problem && !isJsonMap(step) && <p className="text-xs text-danger">{problem}</p>}
    </div>
  )
}

const SENDS: ReadonlySet<Action> = new Set([
  'sendText',
  'sendTemplate',
  'sendInteractive',
  'sendQuickReply',
  'sendFile',
])
const isToClient = (step: Json | undefined): boolean => listAt(step, ['comment', 'notify']).includes('contact')

function ActionForm({ path, action }: { path: Path; action: Action }) {
  const { form } = useEditorWords()
  const own: Path = [...path, action]
  switch (action) {
    case 'sendText':
      return (
        <>
          <VariableText path={[...own, 'text']} label={form.text} tall most={4096} />
          <WindowClosed path={[...own, 'ifWindowClosed']} />
        </>
      )
    case 'sendTemplate':
      return <TemplateFields path={own} also={['delivery', 'hold']} />
    case 'sendInteractive':
      return (
        <>
          <VariableText path={[...own, 'text']} label={form.text} tall most={1024} />
          <Choices path={own} />
          <Row>
            <VariableText path={[...own, 'header']} label={form.send.header} optional most={60} />
            <VariableText path={[...own, 'footer']} label={form.send.footer} optional most={60} />
          </Row>
          <WindowClosed path={[...own, 'ifWindowClosed']} />
        </>
      )
    case 'sendQuickReply':
      return (
        <>
          <NameInput
            path={[...own, 'quickReply']}
            label={form.send.quickReply}
            hint={form.send.quickReplyHint}
            source="quickReplies"
          />
          <WindowClosed path={[...own, 'ifWindowClosed']} />
        </>
      )
    case 'sendFile':
      return (
        <>
          <TextInput path={[...own, 'attachmentId']} label={form.send.attachmentId} hint={form.send.attachmentHint} />
          <VariableText path={[...own, 'caption']} label={form.send.caption} optional tall most={1024} />
          <WindowClosed path={[...own, 'ifWindowClosed']} />
        </>
      )
    case 'comment':
      return <CommentForm path={own} />
    case 'assign':
      return <AssignForm path={own} />
    case 'setStatus':
      return <NameInput path={own} label={form.task.status} source="statuses" />
    case 'setField':
    case 'setContactField':
      return <FieldForm path={own} />
    case 'openTask':
      return <OpenTaskForm path={own} />
    case 'addParticipants':
      return <ParticipantsForm path={own} />
    case 'close':
      return <CloseForm path={own} />
    case 'tag':
    case 'untag':
      return <NameInput path={own} label={form.task.tag} source="tags" />
    case 'optOut':
      return <p className="text-soft">{form.task.optOut}</p>
    case 'stop':
      return <p className="text-soft">{form.task.stop}</p>
    case 'wait':
      return <WaitForm path={path} />
    case 'waitAny':
      return <WaitAnyForm path={path} />
    case 'if':
      return <ConditionEditor path={own} label={form.flow.condition} />
    case 'switch':
      return <SwitchForm path={path} />
    case 'repeat':
      return <RepeatForm path={path} />
    case 'handoff':
      return <HandoffForm path={own} />
    case 'call':
    case 'start':
    case 'cancel':
      return <ScenarioForm path={own} action={action} />
    case 'http':
      return <HttpForm path={own} />
    case 'emit':
      return <EmitForm path={own} />
    case 'set':
      return <SetForm path={own} />
    case 'find':
      return <FindForm path={own} />
  }
}

/** Unique in the document; changed when the field is left. */
function StepId({ path, step }: { path: Path; step: Json | undefined }) {
  const { form } = useEditorWords()
  const { document, readOnly } = useEditor()
  const change = useChange()
  const { problem } = useField([...path, 'id'])
  const id = idOf(step)
  const [draft, setDraft] = useState<string | null>(null)
  const next = draft?.trim() ?? id
  const isTaken = next !== id && [...stepsIn(document)].some((place) => idOf(place.step) === next)
  const fault =
    next === id ? null : !/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(next) ? form.idForm : isTaken ? form.idTaken : null
  const commit = () => {
    setDraft(null)
    if (next !== id && fault === null) change([{ do: 'set', path: [...path, 'id'], value: next, order: ['id'] }])
  }
  return (
    <Labelled label={form.stepId} hint={form.stepIdHint} error={fault ?? problem}>
      {(field, described) => (
        <input
          id={field}
          className={`${BOX} h-9 px-2.5 font-mono text-xs pointer-coarse:h-11`}
          spellCheck={false}
          disabled={readOnly}
          value={draft ?? id}
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
