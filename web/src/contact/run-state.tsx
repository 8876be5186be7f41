import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { RunState } from './button-api.ts'
import { contactWords } from './words.ts'

const LOOKS: Record<RunState, BadgeLook> = {
  running: 'accent',
  waiting: 'accent',
  finished: 'success',
  failed: 'danger',
  stopped: 'plain',
  blocked: 'warning',
}

export function RunStateBadge({ state }: { state: RunState }) {
  const words = useRoomWords(contactWords).runs
  return <Badge look={LOOKS[state]}>{words.states[state]}</Badge>
}
