import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { templateWords } from './words.ts'

const LOOKS: Record<string, BadgeLook> = {
  approved: 'success',
  pending: 'warning',
  in_appeal: 'warning',
  paused: 'warning',
  rejected: 'danger',
  disabled: 'danger',
}

export function StatusBadge({ status }: { status: string }) {
  const words = useRoomWords(templateWords)
  return <Badge look={LOOKS[status] ?? 'plain'}>{words.statuses[status] ?? status}</Badge>
}

const QUALITY_LOOKS: Record<string, BadgeLook> = { green: 'success', yellow: 'warning', red: 'danger' }

export function QualityBadge({ quality }: { quality: string | null }) {
  const words = useRoomWords(templateWords)
  const known = (quality ?? 'unknown').toLowerCase()
  if (!Object.hasOwn(QUALITY_LOOKS, known)) return <span className="text-soft">{words.qualities[known] ?? known}</span>
  return <Badge look={QUALITY_LOOKS[known] ?? 'plain'}>{words.qualities[known] ?? known}</Badge>
}
