import { useQuery } from '@tanstack/react-query'
import { channelsQuery, usersQuery } from '../api/people.ts'
import { meQuery } from '../api/session.ts'
import { tagsQuery } from '../api/tags.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, Select } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { FilterMenuProps } from './filter-menu.tsx'
import { narrowings } from './inbox-search.ts'
import { inboxWords } from './words.ts'

/** What a view can be narrowed by. */
export function FilterFields({ search, onChange, onSave }: FilterMenuProps) {
  const words = useRoomWords(inboxWords)
  const me = useQuery(meQuery).data
  const channels = useQuery(channelsQuery).data ?? []
  const users = useQuery(usersQuery).data ?? []
  const tags = useQuery(tagsQuery).data ?? []
  const known = search.tag === undefined || tags.some(({ name }) => name === search.tag) ? [] : [{ name: search.tag }]
  const any = (value: string) => (value === '' ? undefined : value)
  return (
    <div className="space-y-3">
      {channels.length > 1 && (
        <Select
          label={words.filter.channel}
          value={search.channel ?? ''}
          options={[
            { value: '', label: words.filter.anyChannel },
            ...channels.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ target }) => onChange({ channel: any(target.value) })}
        />
      )}
      <Select
        label={words.filter.assignee}
        value={search.assignee ?? ''}
        options={[
          { value: '', label: words.filter.anyAssignee },
          { value: 'me', label: words.filter.me },
          { value: 'none', label: words.filter.nobody },
          ...users.filter(({ id }) => id !== me?.id).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ target }) => onChange({ assignee: any(target.value) })}
      />
      {tags.length + known.length > 0 && (
        <Select
          label={words.filter.tag}
          value={search.tag ?? ''}
          options={[
            { value: '', label: words.filter.anyTag },
            ...[...known, ...tags].map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={({ target }) => onChange({ tag: any(target.value) })}
        />
      )}
      <Checkbox
        label={words.filter.unread}
        checked={search.unread ?? false}
        onChange={({ target }) => onChange({ unread: target.checked || undefined })}
      />
      <div className="flex flex-col gap-1 border-t border-line pt-2">
        <Button
          look="quiet"
          disabled={narrowings(search) === 0}
          onClick={() => onChange({ channel: undefined, tag: undefined, assignee: undefined, unread: undefined })}
        >
          {words.filter.clear}
        </Button>
        <Button look="quiet" onClick={onSave}>
          {words.view.save}
        </Button>
      </div>
    </div>
  )
}
