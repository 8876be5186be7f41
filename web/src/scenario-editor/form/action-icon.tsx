import {
  ArrowRightLeft,
  CircleCheck,
  CircleStop,
  Clock,
  Database,
  FileText,
  Forward,
  GitBranch,
  GitFork,
  Globe,
  Hand,
  Hourglass,
  LayoutList,
  type LucideIcon,
  MessageSquare,
  MessageSquareText,
  MousePointerClick,
  Paperclip,
  PenLine,
  Play,
  Radio,
  Repeat,
  Search,
  Square,
  StickyNote,
  Tag,
  TicketCheck,
  UserCheck,
  UserPen,
  UserPlus,
  UserX,
  X,
  Zap,
} from 'lucide-react'
import { cx } from '../../ui/class-names.ts'
import { type Action, type ActionGroup, groupOf } from '../tree/actions.ts'

const ICONS: Record<Action, LucideIcon> = {
  sendText: MessageSquare,
  sendTemplate: FileText,
  sendInteractive: LayoutList,
  sendQuickReply: MessageSquareText,
  sendFile: Paperclip,
  comment: StickyNote,
  assign: UserCheck,
  setStatus: ArrowRightLeft,
  setField: PenLine,
  openTask: TicketCheck,
  addParticipants: UserPlus,
  close: CircleCheck,
  tag: Tag,
  untag: X,
  setContactField: UserPen,
  optOut: UserX,
  wait: Clock,
  waitAny: Hourglass,
  if: GitBranch,
  switch: GitFork,
  repeat: Repeat,
  handoff: Hand,
  call: Forward,
  start: Play,
  cancel: Square,
  stop: CircleStop,
  http: Globe,
  emit: Radio,
  set: Database,
  find: Search,
}

/** A colour for each kind of step, legible in both themes. */
const LOOKS: Record<ActionGroup, string> = {
  send: 'bg-message-bubble text-success',
  task: 'bg-comment-bubble text-comment-ink',
  contact: 'bg-phone-bubble text-read',
  flow: 'bg-selected text-accent',
  outside: 'bg-warning-ground text-warning',
  data: 'bg-hover text-soft',
}

const TILE = 'inline-flex size-7 shrink-0 items-center justify-center rounded-md'

/** The picture of a step. Decoration: the words beside it say the same. */
export function ActionIcon({ action }: { action: Action | null }) {
  const Icon = action ? ICONS[action] : PenLine
  return (
    <span aria-hidden="true" className={cx(TILE, action ? LOOKS[groupOf(action)] : 'bg-danger-ground text-danger')}>
      <Icon size={15} />
    </span>
  )
}

export const TriggerIcon = ({ button }: { button: boolean }) => (
  <span aria-hidden="true" className={cx(TILE, 'bg-scenario-bubble text-accent')}>
    {button ? <MousePointerClick size={15} /> : <Zap size={15} />}
  </span>
)
