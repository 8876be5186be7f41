import type { ReactNode } from 'react'
import { cx } from './class-names.ts'
import { usePageTitle } from './page-title.ts'

interface PageProps {
  title: string
  intro?: ReactNode
  /** Buttons beside the title. */
  actions?: ReactNode
  /** What stands above the title, such as the way back. */
  above?: ReactNode
  width?: keyof typeof WIDTHS
  children: ReactNode
}

const WIDTHS = { narrow: 'max-w-3xl', wide: 'max-w-6xl', full: '' }

/** A page with a title that scrolls as a whole. */
export function Page({ title, intro, actions, above, width = 'narrow', children }: PageProps) {
  usePageTitle(title)
  return (
    <div className="h-full overflow-y-auto">
      <div className={cx('mx-auto p-4 sm:p-8', WIDTHS[width])}>
        {above}
        <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0 flex-1 basis-72">
            <h1 className="text-lg font-semibold tracking-tight wrap-anywhere">{title}</h1>
            {intro && <div className="max-w-prose text-soft">{intro}</div>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  )
}

interface CardProps {
  title?: string
  intro?: ReactNode
  actions?: ReactNode
  className?: string
  children: ReactNode
}

/** A part of a page with an edge around it. */
export function Card({ title, intro, actions, className, children }: CardProps) {
  return (
    <section aria-label={title} className={cx('rounded-xl border border-line bg-panel p-4', className)}>
      {(title || actions) && (
        <header className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            {title && <h2 className="font-medium">{title}</h2>}
            {intro && <p className="text-[0.8125rem] text-soft">{intro}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  )
}
