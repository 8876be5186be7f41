import { Link, type LinkProps } from '@tanstack/react-router'
import { cx } from './class-names.ts'

interface SectionTabsProps {
  label: string
  tabs: readonly { label: string; link: LinkProps; count?: number }[]
}

/** Parts of a page, each with an address of its own. */
export const SectionTabs = ({ label, tabs }: SectionTabsProps) => (
  <nav aria-label={label} className="mb-5 flex gap-1 overflow-x-auto border-b border-line">
    {tabs.map((tab) => (
      <Link
        key={tab.label}
        {...tab.link}
        activeOptions={{ exact: true, includeSearch: false }}
        className={cx(
          'inline-flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2.5 text-[0.8125rem] font-medium text-soft hover:text-ink pointer-coarse:h-11',
          'aria-[current=page]:border-accent aria-[current=page]:text-ink',
        )}
      >
        {tab.label}
        {tab.count !== undefined && <span className="text-xs text-soft tabular-nums">{tab.count}</span>}
      </Link>
    ))}
  </nav>
)
