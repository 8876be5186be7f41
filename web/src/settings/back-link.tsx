import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'

/** From one thing back to the list of them. */
export const BackLink = ({ link, label }: { link: LinkProps; label: string }) => (
  <Link
    {...link}
    className="mb-2 inline-flex items-center gap-1 text-[0.8125rem] text-soft hover:text-ink pointer-coarse:min-h-11"
  >
    <ChevronLeft size={15} aria-hidden="true" />
    {label}
  </Link>
)
