import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import { templatesQuery } from '../templates/api.ts'
import { fieldLabel } from '../templates/field-names.ts'
import { useLiveTemplates } from '../templates/use-template-sync.ts'
import { templateWords } from '../templates/words.ts'
import { Field, Select } from '../ui/field.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type CampaignForm, readForm, tableOf } from './campaign-form.ts'
import { CheckStep } from './check-step.tsx'
import { MessageStep } from './message-step.tsx'
import { PeopleStep } from './people-step.tsx'
import { StartStep } from './start-step.tsx'
import { unfinishedForm } from './unfinished-form.ts'
import { useCampaignPreview } from './use-campaign-preview.ts'
import { type KeptDraft, useDraft } from './use-draft.ts'
import { mailingWords } from './words.ts'

interface CampaignEditorProps {
  first: CampaignForm
  draft: KeptDraft | null
}

/** The steps of a campaign under one another: nothing is hidden, and what is missing is named at the end. */
export function CampaignEditor({ first, draft: kept }: CampaignEditorProps) {
  const words = useRoomWords(mailingWords)
  const ofTemplates = useRoomWords(templateWords)
  const [form, setForm] = useState(first)
  const change = (changes: Partial<CampaignForm>) => setForm((before) => ({ ...before, ...changes }))
  const channels = useQuery(channelsQuery).data ?? []
  const channel = channels.find(({ id }) => id === form.channelId)
  const templates = useQuery(templatesQuery(form.channelId)).data
  useLiveTemplates()
  const template =
    templates?.find(({ name, language }) => name === form.template?.name && language === form.template.language) ?? null
  const { source, csv, numbers } = form
  const table = useMemo(() => tableOf({ source, csv, numbers }), [source, csv, numbers])
  const read = useMemo(() => readForm(form, template, table), [form, template, table])
  const draft = useDraft(kept)
  const preview = useCampaignPreview(read.order)
  const saved = draft.isSaved(read.order)
  useUnfinished(form, draft.id === null && !saved)
  const navigate = useNavigate()
  useEffect(() => {
    if (draft.id !== null) void navigate({ to: '/mailings/new', search: { draft: draft.id }, replace: true })
  }, [draft.id, navigate])
  const missing = [
    ...read.missing.map((thing) => words.form.missing[thing]),
    ...(template && read.openFields.length > 0
      ? [
          words.form.missing.values(
            read.openFields.map((field) => `“${fieldLabel(template, field, ofTemplates)}”`).join(', '),
          ),
        ]
      : []),
  ]
  return (
    <div className="space-y-4">
      <Card title={words.form.steps.basics}>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label={words.form.name}
            hint={words.form.nameHint}
            value={form.name}
            maxLength={200}
            autoFocus={kept === null}
            onChange={({ target }) => change({ name: target.value })}
          />
          <Select
            label={words.channel}
            value={form.channelId}
            onChange={({ target }) => change({ channelId: target.value, template: null, values: null })}
            options={channels.map(({ id, name, state }) => ({
              value: id,
              label: name,
              disabled: state === 'disconnected',
            }))}
          />
        </div>
      </Card>
      <PeopleStep form={form} table={table} columns={read.columns} template={template} onChange={change} />
      <MessageStep form={form} read={read} template={template} onChange={change} />
      <CheckStep
        preview={preview}
        order={read.order}
        missing={missing}
        shift={form.source === 'numbers' ? 1 : 0}
        draft={draft}
      />
      <StartStep
        form={form}
        order={read.order}
        preview={preview}
        missing={missing}
        channel={channel}
        template={template}
        draft={draft}
        onChange={change}
      />
    </div>
  )
}

/** Kept in this window while it is nowhere else; closing the window asks first. */
function useUnfinished(form: CampaignForm, unfinished: boolean): void {
  const begun = form.name !== '' || form.csv !== '' || form.numbers !== '' || form.template !== null
  useEffect(() => {
    if (!unfinished || !begun) return
    unfinishedForm.set(form)
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [form, unfinished, begun])
}
