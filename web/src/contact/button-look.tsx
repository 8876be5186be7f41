import {
  Bell,
  Calendar,
  Check,
  CircleQuestionMark,
  Clock,
  CreditCard,
  FileText,
  Gift,
  Heart,
  Link2,
  type LucideIcon,
  Mail,
  MapPin,
  Package,
  Phone,
  Play,
  Send,
  Star,
  Tag,
  Truck,
  User,
  Wallet,
} from 'lucide-react'
import { cx } from '../ui/class-names.ts'
import type { TaskButton } from './button-api.ts'

const ICONS: Record<string, LucideIcon> = {
  bell: Bell,
  calendar: Calendar,
  card: CreditCard,
  check: Check,
  clock: Clock,
  document: FileText,
  gift: Gift,
  heart: Heart,
  link: Link2,
  mail: Mail,
  money: Wallet,
  package: Package,
  phone: Phone,
  pin: MapPin,
  question: CircleQuestionMark,
  send: Send,
  star: Star,
  tag: Tag,
  truck: Truck,
  user: User,
}

const COLOURS: Record<string, string> = {
  grey: 'bg-hover text-soft',
  blue: 'bg-[light-dark(#dceefb,#143651)] text-[light-dark(#0b4f83,#99d0f8)]',
  green: 'bg-[light-dark(#d8f1e4,#173d2b)] text-[light-dark(#0d5a38,#93e0b9)]',
  yellow: 'bg-[light-dark(#fdf3dc,#33270f)] text-[light-dark(#7a4d00,#f3c66a)]',
  orange: 'bg-[light-dark(#fde6d3,#472a14)] text-[light-dark(#87400a,#f8c195)]',
  red: 'bg-danger-ground text-danger',
  violet: 'bg-[light-dark(#eae7fd,#2b2748)] text-[light-dark(#3a3ca3,#c3c2ff)]',
}

/** How its author wanted a button to look. Decoration: its name stands beside it. */
export function ButtonIcon({ look }: Pick<TaskButton, 'look'>) {
  const Icon = ICONS[look?.icon ?? ''] ?? Play
  return (
    <span
      aria-hidden="true"
      className={cx(
        'inline-flex size-6 shrink-0 items-center justify-center rounded-md',
        COLOURS[look?.colour ?? ''] ?? 'bg-selected text-accent',
      )}
    >
      <Icon size={14} />
    </span>
  )
}
