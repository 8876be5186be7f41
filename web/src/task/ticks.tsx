import { Check, CheckCheck, CircleAlert, CircleHelp, Clock, type LucideIcon } from 'lucide-react'
import type { Delivery, DeliveryState } from '../api/types.ts'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'

const LOOKS: Record<DeliveryState, { icon: LucideIcon; colour?: string }> = {
  queued: { icon: Clock },
  sending: { icon: Clock },
  unknown: { icon: CircleHelp, colour: 'text-warning' },
  accepted: { icon: Check },
  sent: { icon: Check },
  delivered: { icon: CheckCheck },
  read: { icon: CheckCheck, colour: 'text-read' },
  played: { icon: CheckCheck, colour: 'text-read' },
  failed: { icon: CircleAlert, colour: 'text-danger' },
}

/** How far a message has come: clock, one tick, two, two blue ones. */
export function Ticks({ delivery }: { delivery: Delivery }) {
  const words = useWords()
  const { icon: Icon, colour } = LOOKS[delivery.state]
  const label =
    delivery.parked && delivery.state === 'queued' ? words.delivery.parked : words.delivery.states[delivery.state]
  return (
    <span role="img" aria-label={label} title={label} className={cx('inline-flex', colour)}>
      <Icon size={14} aria-hidden="true" />
    </span>
  )
}
