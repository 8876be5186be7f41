import type { Channel } from '../api/types.ts'
import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { channelWords } from './words.ts'

const LOOKS: Record<Channel['state'], BadgeLook> = {
  connected: 'success',
  paused: 'warning',
  needs_attention: 'warning',
  restricted: 'danger',
  disconnected: 'danger',
}

export function StateBadge({ state }: { state: Channel['state'] }) {
  const words = useRoomWords(channelWords)
  return <Badge look={LOOKS[state]}>{words.states[state]}</Badge>
}
