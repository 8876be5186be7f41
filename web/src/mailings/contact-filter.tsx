import { Checkbox, Field, Select } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type CampaignForm, tagsIn } from './campaign-form.ts'
import { mailingWords } from './words.ts'

interface ContactFilterProps {
  form: CampaignForm
  onChange: (changes: Partial<CampaignForm>) => void
}

/** Contacts that the channel knows by a number, by what is known of them. */
export function ContactFilter({ form: { filter }, onChange }: ContactFilterProps) {
  const { form: words } = useRoomWords(mailingWords)
  const change = (changes: Partial<CampaignForm['filter']>) => onChange({ filter: { ...filter, ...changes } })
  const empty = !filter.everybody && tagsIn(filter.tags).length === 0 && filter.q.trim() === ''
  return (
    <div className="space-y-3">
      <Checkbox
        label={words.everybody}
        checked={filter.everybody}
        onChange={({ target }) => change({ everybody: target.checked })}
      />
      {!filter.everybody && (
        <div className="grid gap-3 sm:grid-cols-3">
          <Field
            label={words.tags}
            hint={words.tagsHint}
            value={filter.tags}
            onChange={({ target }) => change({ tags: target.value })}
          />
          <Select
            label={words.tagMatch}
            value={filter.tagMatch}
            onChange={({ target }) => change({ tagMatch: target.value === 'all' ? 'all' : 'any' })}
            options={(['any', 'all'] as const).map((value) => ({ value, label: words.tagMatches[value] }))}
          />
          <Field label={words.search} value={filter.q} onChange={({ target }) => change({ q: target.value })} />
        </div>
      )}
      {empty && <p className="text-xs text-soft">{words.filterNeeded}</p>}
    </div>
  )
}
