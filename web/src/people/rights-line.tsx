import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '../api/people.ts'
import { Badge } from '../ui/badge.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Rights } from './rights-fields.tsx'
import { peopleWords } from './words.ts'

/** Role and channels in a few words. */
export function RightsLine({ role, channelIds }: Rights) {
  const { account } = useWords()
  const words = useRoomWords(peopleWords).rights
  const channels = useQuery(channelsQuery).data ?? []
  const names = channelIds?.map((id) => channels.find((one) => one.id === id)?.name).filter(Boolean) ?? []
  const hidden = (channelIds?.length ?? 0) - names.length
  return (
    <>
      <Badge look={role === 'owner' || role === 'admin' ? 'accent' : 'plain'}>{account.roles[role]}</Badge>
      <span className="min-w-0 truncate text-xs text-soft">
        {channelIds === null
          ? words.every
          : [...names, ...(hidden > 0 ? [`+ ${words.count(hidden)}`] : [])].join(', ') || words.count(0)}
      </span>
    </>
  )
}
