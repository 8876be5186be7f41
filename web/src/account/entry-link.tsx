import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronRight, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface EntryLinkProps {
  link: LinkProps
  icon: LucideIcon
  title: string
  text: string
  /** How it stands. */
  state?: ReactNode
}

/** One thing that the account can be connected with. */
export const EntryLink = ({ link, icon: Icon, title, text, state }: EntryLinkProps) => (
  <Link {...link} className="flex items-center gap-3.5 px-4 py-3 hover:bg-hover">
    <Icon size={20} aria-hidden="true" className="shrink-0 text-accent" />
    <span className="min-w-0 flex-1">
      <span className="block font-medium">{title}</span>
      <span className="block text-[0.8125rem] text-soft">{text}</span>
      {state && <span className="mt-1 flex flex-wrap gap-1.5">{state}</span>}
    </span>
    <ChevronRight size={16} aria-hidden="true" className="shrink-0 text-soft" />
  </Link>
)
