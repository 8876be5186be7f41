import { Children, type ReactNode, useMemo } from 'react'
import { useRowWindow } from './row-window.ts'

interface LongListProps {
  label?: string
  className?: string
  /** `<li>` elements */
  children: ReactNode
}

/** A list in a page that scrolls as a whole. Of many rows only those near the view are in the page. */
export function LongList({ label, className, children }: LongListProps) {
  // The same elements as before are not drawn anew when another part of them comes into view.
  const rows = useMemo(() => Children.toArray(children), [children])
  const { body, first, end, above, below } = useRowWindow<HTMLUListElement>(rows.length)
  return (
    <ul
      ref={body}
      aria-label={label}
      className={className}
      style={above + below > 0 ? { paddingTop: above, paddingBottom: below } : undefined}
    >
      {rows.slice(first, end)}
    </ul>
  )
}
