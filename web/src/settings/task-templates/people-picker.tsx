import { useQuery } from '@tanstack/react-query'
import { usersQuery } from '../../api/people.ts'
import { Checkbox } from '../../ui/field.tsx'

interface PeoplePickerProps {
  label: string
  hint: string
  chosen: string[]
  onChange: (ids: string[]) => void
}

export function PeoplePicker({ label, hint, chosen, onChange }: PeoplePickerProps) {
  const users = useQuery(usersQuery).data ?? []
  return (
    <fieldset>
      <legend className="text-[0.8125rem] font-medium">{label}</legend>
      <p className="mb-2 text-xs text-soft">{hint}</p>
      <div className="max-h-56 space-y-1.5 overflow-y-auto">
        {users.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={name}
            checked={chosen.includes(id)}
            className="pointer-coarse:min-h-11"
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
