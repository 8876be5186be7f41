import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '../api/people.ts'
import type { Me } from '../api/types.ts'
import { Checkbox, Select } from '../ui/field.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Role } from './api.ts'
import { mayGiveChannel, mayGiveRole, ROLES } from './rights.ts'
import { peopleWords } from './words.ts'

export interface Rights {
  role: Role
  channelIds: string[] | null
}

interface RightsFieldsProps {
  me: Me
  rights: Rights
  /** Was saving tried? Then what is missing is named. */
  tried: boolean
  onChange: (rights: Rights) => void
}

/** Role and channels of a person or a token; what is more than one's own cannot be given, and says so. */
export function RightsFields({ me, rights, tried, onChange }: RightsFieldsProps) {
  const { account } = useWords()
  const words = useRoomWords(peopleWords).rights
  const channels = useQuery(channelsQuery).data ?? []
  const { role, channelIds } = rights
  const all = channelIds === null
  const mayAll = mayGiveChannel(me, null)
  const toggle = (id: string, on: boolean) => {
    const ids = channelIds ?? []
    onChange({ role, channelIds: on ? [...ids, id] : ids.filter((one) => one !== id) })
  }
  return (
    <>
      <Select
        label={words.role}
        hint={words.roles[role]}
        value={role}
        options={ROLES.map((one) => {
          const may = mayGiveRole(me, one)
          return {
            value: one,
            label: may ? account.roles[one] : `${account.roles[one]} (${words.roleAbove})`,
            disabled: !may,
          }
        })}
        onChange={({ target }) => onChange({ role: target.value as Role, channelIds })}
      />
      <fieldset>
        <legend className="mb-1 text-[0.8125rem] text-soft">{words.channels}</legend>
        <div className="space-y-2 rounded-md border border-line p-3">
          <Checkbox
            label={words.allChannels}
            hint={mayAll ? undefined : words.allForbidden}
            checked={all}
            disabled={!mayAll}
            onChange={({ target }) => onChange({ role, channelIds: target.checked ? null : [] })}
          />
          {!all && channels.length === 0 && <p className="text-xs text-soft">{words.noneYet}</p>}
          {!all &&
            channels.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={<bdi>{name}</bdi>}
                hint={mayGiveChannel(me, id) ? undefined : words.channelForbidden}
                checked={channelIds.includes(id)}
                disabled={!mayGiveChannel(me, id)}
                onChange={({ target }) => toggle(id, target.checked)}
              />
            ))}
        </div>
        {tried && channelIds?.length === 0 && (
          <p role="alert" className="mt-1 text-xs text-danger">
            {words.none}
          </p>
        )}
      </fieldset>
    </>
  )
}
