import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RadioTower } from 'lucide-react'
import { channelsQuery } from '../api/people.ts'
import { reasonInWords } from '../channels/reason-words.ts'
import { channelWords } from '../channels/words.ts'
import { Badge } from '../ui/badge.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { Part } from './part.tsx'
import { attentionWords } from './words.ts'

const IN_TROUBLE = new Set(['disconnected', 'restricted', 'needs_attention'])

export function TroubledChannels() {
  const { channels: common } = useWords()
  const words = useRoomWords(attentionWords).channels
  const { reasons } = useRoomWords(channelWords)
  const channels = useQuery({ ...channelsQuery, refetchOnMount: 'always' }).data ?? []
  const troubled = channels.filter(({ state, phoneApp }) =>
    state === 'connected' ? phoneApp?.silentSince : IN_TROUBLE.has(state),
  )
  if (troubled.length === 0) return null
  return (
    <Part id="channels" icon={RadioTower} colour="text-danger" title={words.title} explains={[words.what]}>
      <ul className="divide-y divide-line">
        {troubled.map((channel) => (
          <li key={channel.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 p-4">
            <h3 className="min-w-0 truncate font-medium">
              <bdi>{channel.name}</bdi>
            </h3>
            <Badge look={channel.state === 'needs_attention' || channel.state === 'connected' ? 'warning' : 'danger'}>
              {common.states[channel.state]}
            </Badge>
            <Link to="/channels" className="ml-auto text-xs text-accent hover:underline pointer-coarse:py-3">
              {words.open}
            </Link>
            {channel.stateReason && (
              <p className="w-full text-[0.8125rem] text-soft">{reasonInWords(channel.stateReason, reasons)}</p>
            )}
          </li>
        ))}
      </ul>
    </Part>
  )
}
