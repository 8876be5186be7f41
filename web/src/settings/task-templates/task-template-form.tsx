import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import {
  changeTaskTemplate,
  createTaskTemplate,
  deleteTaskTemplate,
  type TaskTemplateValues,
  taskTemplatesQuery,
} from './api.ts'
import { FieldsEditor } from './fields-editor.tsx'
import { PeoplePicker } from './people-picker.tsx'
import { StatusesEditor } from './statuses-editor.tsx'
import { draftOf, problemsOf, type TemplateDraft, titleExample, valuesOf } from './template-draft.ts'
import { taskTemplateWords } from './words.ts'

/** @param id null: it is yet to be made */
export function TaskTemplateForm({ id, values }: { id: string | null; values: TaskTemplateValues }) {
  const words = useRoomWords(taskTemplateWords)
  const { app } = useWords()
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(() => draftOf(values))
  const [tried, setTried] = useState(false)
  const [removing, setRemoving] = useState(false)
  const key = useRef(newKey())
  const problems = problemsOf(draft)
  const set = (changes: Partial<TemplateDraft>) => setDraft((before) => ({ ...before, ...changes }))
  const leave = async (text: string) => {
    await client.invalidateQueries({ queryKey: taskTemplatesQuery.queryKey })
    showToast(text)
    await navigate({ to: '/settings/task-templates' })
  }
  const save = useMutation({
    mutationFn: () =>
      id === null ? createTaskTemplate(valuesOf(draft), key.current) : changeTaskTemplate(id, valuesOf(draft)),
    onSuccess: () => leave(app.saved),
  })
  const remove = useMutation({
    mutationFn: () => deleteTaskTemplate(id ?? ''),
    onSuccess: () => leave(words.removed(values.name)),
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (problems.length > 0) return
    if (save.error) key.current = newKey()
    save.mutate()
  }
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <Card title={words.general}>
        <div className="max-w-xl space-y-3">
          <Field
            label={words.name}
            value={draft.name}
            maxLength={200}
            error={tried && problems.includes('name') ? words.problems.name : null}
            onChange={(event) => set({ name: event.target.value })}
          />
          <Field
            label={words.title}
            value={draft.titlePattern}
            maxLength={200}
            error={tried && problems.includes('title') ? words.problems.title : null}
            onChange={(event) => set({ titlePattern: event.target.value })}
          />
          <p className="flex flex-wrap items-center gap-1.5 text-xs text-soft">
            {words.titleHint}
            {(['contact', 'phone', 'channel'] as const).map((name) => (
              <Button
                key={name}
                small
                title={words.insert(words.variables[name])}
                onClick={() => set({ titlePattern: `${draft.titlePattern} {${name}}`.trim() })}
              >
                <code>{`{${name}}`}</code> {words.variables[name]}
              </Button>
            ))}
          </p>
          <p aria-live="polite" className="rounded-md bg-selected px-3 py-2 text-[0.8125rem]">
            {words.preview(titleExample(draft.titlePattern, words.example))}
          </p>
        </div>
      </Card>
      <Card title={words.people}>
        <div className="grid gap-4 sm:grid-cols-2">
          <PeoplePicker
            label={words.assignees}
            hint={words.assigneesHint}
            chosen={draft.assigneeIds}
            onChange={(assigneeIds) => set({ assigneeIds })}
          />
          <PeoplePicker
            label={words.extra}
            hint={words.extraHint}
            chosen={draft.extraAssigneeIds}
            onChange={(extraAssigneeIds) => set({ extraAssigneeIds })}
          />
        </div>
      </Card>
      <StatusesEditor statuses={draft.statuses} onChange={(statuses) => set({ statuses })} />
      <FieldsEditor
        fields={draft.fields}
        others={Object.keys(draft.otherFields)}
        onChange={(fields) => set({ fields })}
      />
      {tried && problems.length > 0 && (
        <Notice look="danger" urgent>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{words.problems[problem]}</li>
            ))}
          </ul>
        </Notice>
      )}
      {save.error && (
        <Notice look="danger" urgent>
          {errorText(save.error)}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={save.isPending}>
          {id === null ? app.create : app.save}
        </Button>
        {id !== null && (
          <Button look="danger" onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        )}
      </div>
      {removing && (
        <Confirm
          title={words.removeTitle}
          action={app.delete}
          look="danger"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        >
          <p>{words.removeText}</p>
          {remove.error && (
            <Notice look="danger" urgent>
              {errorText(remove.error)}
            </Notice>
          )}
        </Confirm>
      )}
    </form>
  )
}
