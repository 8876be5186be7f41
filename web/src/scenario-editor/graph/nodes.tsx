import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { CircleStop } from 'lucide-react'
import { cx } from '../../ui/class-names.ts'
import { ActionIcon, TriggerIcon } from '../form/action-icon.tsx'
import { ProblemBadge } from '../form/problem-badge.tsx'
import type { Problem } from '../state/problems.ts'
import type { Action } from '../tree/actions.ts'

export type CardNode = Node<
  {
    title: string
    detail: string
    icon: Action | 'trigger' | 'button' | null
    problems: readonly Problem[]
    chosen: boolean
  },
  'card'
>
export type EndNode = Node<{ title: string }, 'end'>

const HIDDEN = 'pointer-events-none opacity-0!'

export function Card({ data }: NodeProps<CardNode>) {
  const { title, detail, icon, problems, chosen } = data
  return (
    <div
      className={cx(
        'flex h-16 w-60 items-center gap-2.5 rounded-xl border bg-panel px-2.5 text-left text-[0.8125rem] leading-tight text-ink shadow-sm shadow-black/5',
        chosen ? 'border-accent ring-2 ring-accent' : 'border-line-strong',
      )}
    >
      <Handle type="target" position={Position.Top} isConnectable={false} className={HIDDEN} />
      {icon === 'trigger' || icon === 'button' ? (
        <TriggerIcon button={icon === 'button'} />
      ) : (
        <ActionIcon action={icon} />
      )}
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 wrap-anywhere">{title}</span>
        {detail && <span className="block truncate font-mono text-[0.6875rem] text-soft">{detail}</span>}
      </span>
      <ProblemBadge problems={problems} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={HIDDEN} />
    </div>
  )
}

export function End({ data }: NodeProps<EndNode>) {
  return (
    <div className="flex h-9 w-24 items-center justify-center gap-1.5 rounded-full border border-line-strong bg-ground text-xs text-soft">
      <Handle type="target" position={Position.Top} isConnectable={false} className={HIDDEN} />
      <CircleStop size={13} aria-hidden="true" />
      {data.title}
    </div>
  )
}
