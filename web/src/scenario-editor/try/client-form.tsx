import { useQuery } from '@tanstack/react-query'
import { Checkbox, Field, Select, TextArea } from '../../ui/field.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { channelsQuery } from '../api.ts'
import { tryWords } from './words.ts'

/** Who the client is, as it is written in the form. */
export interface ClientText {
  name: string
  tags: string
  fields: string
  isNew: boolean
  /** empty: the first one */
  channel: string
}

interface ClientFormProps {
  client: ClientText
  onChange: (client: ClientText) => void
}

/** The made-up client; folded away, for most trials do not need it. */
export function ClientForm({ client, onChange }: ClientFormProps) {
  const words = useRoomWords(tryWords)
  const { data: channels = [] } = useQuery(channelsQuery)
  const put = (part: Partial<ClientText>) => onChange({ ...client, ...part })
  return (
    <details className="border-b border-line px-3 py-2">
      <summary className="cursor-pointer text-[0.8125rem] text-soft">
        {words.client}: <span className="text-ink">{client.name}</span>
      </summary>
      <div className="mt-2 space-y-2">
        <Field
          label={words.name}
          value={client.name}
          maxLength={200}
          onChange={(event) => put({ name: event.target.value })}
        />
        <Field
          label={words.tags}
          hint={words.tagsHint}
          value={client.tags}
          maxLength={1_000}
          onChange={(event) => put({ tags: event.target.value })}
        />
        <TextArea
          label={words.fields}
          hint={words.fieldsHint}
          value={client.fields}
          maxLength={5_000}
          onChange={(event) => put({ fields: event.target.value })}
        />
        {channels.length > 1 && (
          <Select
            label={words.channel}
            value={client.channel || channels[0]?.id}
            options={channels.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => put({ channel: event.target.value })}
          />
        )}
        <Checkbox
          label={words.isNew}
          checked={client.isNew}
          onChange={(event) => put({ isNew: event.target.checked })}
        />
      </div>
    </details>
  )
}
