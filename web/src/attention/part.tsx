import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../ui/class-names.ts'

interface PartProps {
  id: string
  icon: LucideIcon
  colour: string
  title: string
  /** What happened, and what is safe: in sentences. */
  explains: ReactNode[]
  children: ReactNode
}

/** One kind of trouble: what it is, what may be done, and each case of it. */
export function Part({ id, icon: Icon, colour, title, explains, children }: PartProps) {
  return (
    <section
      id={id}
      tabIndex={-1}
      aria-labelledby={`${id}-title`}
      className="scroll-mt-4 overflow-clip rounded-xl border border-line bg-panel outline-none focus-visible:ring-2 focus-visible:ring-focus"
    >
      <header className="flex gap-3 border-b border-line p-4">
        <Icon size={20} aria-hidden="true" className={cx('mt-0.5 shrink-0', colour)} />
        <div className="min-w-0">
          <h2 id={`${id}-title`} className="font-medium">
            {title}
          </h2>
          {explains.map((text, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: sentences that never change their order
            <p key={index} className="mt-1 max-w-prose text-[0.8125rem] text-soft">
              {text}
            </p>
          ))}
        </div>
      </header>
      {children}
    </section>
  )
}
