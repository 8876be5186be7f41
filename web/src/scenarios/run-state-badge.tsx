import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { RunState } from './run-filter.ts'
import { runWords } from './run-words.ts'

const LOOKS: Record<RunState, BadgeLook> = {
  running: 'accent',
  waiting: 'accent',
  blocked: 'warning',
  failed: 'danger',
  finished: 'success',
  stopped: 'plain',
}

export function RunStateBadge({ state }: { state: RunState }) {
  const words = useRoomWords(runWords)
  return <Badge look={LOOKS[state]}>{words.states[state]}</Badge>
}
