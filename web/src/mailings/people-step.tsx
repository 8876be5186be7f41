import type { Template } from '../templates/api.ts'
import { Checkbox, TextArea } from '../ui/field.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { CampaignForm, Source } from './campaign-form.ts'
import { ContactFilter } from './contact-filter.tsx'
import type { ColumnChoice } from './csv-columns.ts'
import { CsvInput } from './csv-input.tsx'
import type { CsvTable } from './csv-table.ts'
import { mailingWords } from './words.ts'

interface PeopleStepProps {
  form: CampaignForm
  table: CsvTable | null
  columns: ColumnChoice
  template: Template | null
  onChange: (changes: Partial<CampaignForm>) => void
}

const SOURCES: Source[] = ['csv', 'contacts', 'numbers']

/** Who gets it: a list, contacts that fit, or single numbers. */
export function PeopleStep({ form, table, columns, template, onChange }: PeopleStepProps) {
  const words = useRoomWords(mailingWords)
  return (
    <Card title={words.form.steps.people}>
      <fieldset className="mb-3">
        <legend className="sr-only">{words.form.source}</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-1">
          {SOURCES.map((source) => (
            <label
              key={source}
              className="inline-flex min-h-8 cursor-pointer items-center gap-2 pointer-coarse:min-h-11"
            >
              <input
                type="radio"
                name="source"
                checked={form.source === source}
                onChange={() => onChange({ source, columns: {} })}
                className="size-4 accent-accent-fill"
              />
              {words.form.sources[source]}
            </label>
          ))}
        </div>
      </fieldset>
      {form.source === 'csv' && (
        <CsvInput form={form} table={table} columns={columns} template={template} onChange={onChange} />
      )}
      {form.source === 'contacts' && <ContactFilter form={form} onChange={onChange} />}
      {form.source === 'numbers' && (
        <TextArea
          label={words.form.sources.numbers}
          hideLabel
          hint={words.form.numbersHint}
          value={form.numbers}
          placeholder={'+49 170 1234567, Anna Schmidt\n+7 912 345-67-89'}
          onChange={({ target }) => onChange({ numbers: target.value })}
        />
      )}
      <Checkbox
        className="mt-4"
        label={words.form.consent}
        hint={words.form.consentHint}
        checked={form.requireConsent}
        onChange={({ target }) => onChange({ requireConsent: target.checked })}
      />
    </Card>
  )
}
