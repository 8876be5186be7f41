import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { Fragment } from 'react'
import { useRoomWords } from '../words/room-words.ts'
import { accountWords } from './words.ts'

/** The way from the account down to this page. */
export function Trail({ steps }: { steps: readonly { label: string; link: LinkProps }[] }) {
  const words = useRoomWords(accountWords)
  return (
    <nav aria-label={words.path} className="mb-2 flex flex-wrap items-center gap-1 text-[0.8125rem] text-soft">
      {steps.map(({ label, link }, index) => (
        <Fragment key={label}>
          {index > 0 && <ChevronRight size={14} aria-hidden="true" />}
          <Link {...link} className="hover:text-ink hover:underline pointer-coarse:py-2.5">
            {label}
          </Link>
        </Fragment>
      ))}
    </nav>
  )
}
