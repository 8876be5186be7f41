import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { CampaignState } from './api.ts'
import { mailingWords } from './words.ts'

const LOOKS: Record<CampaignState, BadgeLook> = {
  draft: 'plain',
  scheduled: 'accent',
  running: 'success',
  paused: 'warning',
  finished: 'plain',
  stopped: 'danger',
}

export function CampaignStateBadge({ state }: { state: CampaignState }) {
  const words = useRoomWords(mailingWords)
  return <Badge look={LOOKS[state]}>{words.states[state]}</Badge>
}
