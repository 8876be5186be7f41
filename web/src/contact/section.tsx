import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { readSetting, writeSetting } from '../ui/settings.ts'

interface SectionProps {
  /** for the setting that keeps it open or closed */
  name: string
  title: string
  /** how many things are in it */
  count?: number | undefined
  closed?: boolean
  children: ReactNode
}

/** A part of the panel under its heading. Whoever does not need it closes it, and it stays so in this browser. */
export function Section({ name, title, count, closed = false, children }: SectionProps) {
  const setting = `panel.${name}`
  const [open, setOpen] = useState(() => (readSetting(setting) ?? (closed ? 'closed' : 'open')) === 'open')
  return (
    <section aria-label={title}>
      <details
        open={open}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open === open) return
          writeSetting(setting, currentTarget.open ? 'open' : 'closed')
          setOpen(currentTarget.open)
        }}
        className="group/section"
      >
        <summary className="flex min-h-9 list-none items-center gap-1 px-3 py-2 hover:bg-hover pointer-coarse:min-h-11 [&::-webkit-details-marker]:hidden">
          <ChevronRight
            size={14}
            aria-hidden="true"
            className="shrink-0 text-soft transition-transform group-open/section:rotate-90 motion-reduce:transition-none"
          />
          <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
          {count !== undefined && count > 0 && <span className="text-xs text-soft tabular-nums">{count}</span>}
        </summary>
        {open && <div className="px-4 pb-4">{children}</div>}
      </details>
    </section>
  )
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="mt-3 first:mt-0">
      <h3 className="mb-0.5 text-xs text-soft">{label}</h3>
      {children}
    </div>
  )
}

/** A fact in one line: what it is on the left, how it is on the right. */
export function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-start gap-2">
      <h3 className="w-22 shrink-0 pt-2 text-xs text-soft hyphens-auto">{label}</h3>
      <div className="min-w-0 flex-1 py-1.5">{children}</div>
    </div>
  )
}
