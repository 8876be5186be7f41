import { useState } from 'react'
import type { Template } from '../templates/api.ts'
import { fieldLabel } from '../templates/field-names.ts'
import { StatusBadge } from '../templates/status-badge.tsx'
import { TemplateForm } from '../templates/template-form.tsx'
import { TemplatePicker } from '../templates/template-picker.tsx'
import { TemplatePreview } from '../templates/template-preview.tsx'
import { emptyValues, problemsOf } from '../templates/template-values.ts'
import { templateWords } from '../templates/words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { CampaignForm, ReadForm } from './campaign-form.ts'
import { fieldsForColumns } from './csv-columns.ts'
import { mailingWords } from './words.ts'

interface MessageStepProps {
  form: CampaignForm
  read: ReadForm
  template: Template | null
  onChange: (changes: Partial<CampaignForm>) => void
}

/** The template, what fills it, and how the first on the list will see it. */
export function MessageStep({ form, read, template, onChange }: MessageStepProps) {
  const words = useRoomWords(mailingWords)
  const [choosing, setChoosing] = useState(false)
  return (
    <Card
      title={words.form.steps.message}
      actions={
        <Button look={template ? 'plain' : 'primary'} onClick={() => setChoosing(true)}>
          {template ? words.form.otherTemplate : words.form.chooseTemplate}
        </Button>
      }
    >
      {template && read.values && <Filling form={form} read={read} template={template} onChange={onChange} />}
      {choosing && (
        <Dialog title={words.form.chooseTemplate} size="medium" onClose={() => setChoosing(false)}>
          <div className="flex h-[min(30rem,70dvh)] flex-col">
            <TemplatePicker
              channelId={form.channelId}
              chosenId={template?.id ?? null}
              onChoose={(next) => {
                const { name, language } = next
                onChange({
                  template: { name, language },
                  values: emptyValues(next),
                  columns: { ...form.columns, fields: {} },
                })
                setChoosing(false)
              }}
            />
          </div>
        </Dialog>
      )}
    </Card>
  )
}

function Filling({ form, read, template, onChange }: MessageStepProps & { template: Template }) {
  const words = useRoomWords(mailingWords)
  const ofTemplates = useRoomWords(templateWords)
  const { table, columns, values, firstValues } = read
  if (!values) return null
  const fromColumns = table && form.source === 'csv' ? fieldsForColumns(template) : []
  const headings = table?.header ?? []
  const chooseColumn = (field: string, value: string) =>
    onChange({
      columns: { ...form.columns, fields: { ...columns.fields, ...form.columns.fields, [field]: Number(value) } },
    })
  return (
    <div className="grid gap-5 md:grid-cols-2">
      <div className="min-w-0 space-y-4">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium wrap-anywhere">{template.name}</span>
          <span className="text-xs text-soft">
            {ofTemplates.languageName(template.language)} ·{' '}
            {ofTemplates.categories[template.category] ?? template.category}
          </span>
          {template.status !== 'approved' && <StatusBadge status={template.status} />}
        </p>
        {template.status !== 'approved' && <Notice look="warning">{words.form.notApproved}</Notice>}
        {fromColumns.length > 0 && (
          <div className="grid gap-3 sm:grid-cols-2">
            {fromColumns.map((field) => (
              <Select
                key={field}
                label={words.form.fill(fieldLabel(template, field, ofTemplates))}
                value={String(columns.fields[field] ?? -1)}
                onChange={({ target }) => chooseColumn(field, target.value)}
                options={[
                  { value: '-1', label: words.form.sameForAll },
                  ...headings.map((heading, at) => ({
                    value: String(at),
                    label: words.form.fromColumn(heading.trim() || `№ ${at + 1}`),
                  })),
                ]}
              />
            ))}
          </div>
        )}
        <TemplateForm
          template={template}
          values={values}
          problems={problemsOf(template, values)}
          strict={false}
          without={new Set(Object.keys(columns.fields))}
          onChange={(next) => onChange({ values: next })}
        />
      </div>
      <div className="min-w-0">
        <h3 className="mb-1 text-[0.8125rem] text-soft">{words.form.previewFirst}</h3>
        <TemplatePreview template={template} values={firstValues} />
      </div>
    </div>
  )
}
