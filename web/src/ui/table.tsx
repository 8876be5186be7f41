import { Children, type ReactNode, type TdHTMLAttributes, useMemo } from 'react'
import { cx } from './class-names.ts'
import { useRowWindow } from './row-window.ts'

interface TableProps {
  /** Says what the table holds, to those who cannot see it. */
  label: string
  head: ReactNode
  children: ReactNode
}

/**
 * Rows and columns that scroll sideways where there is no room. Of many rows only those near the view are in the page.
 * @param head `<Th>` elements
 * @param children `<tr>` elements
 */
export function Table({ label, head, children }: TableProps) {
  // The same elements as before are not drawn anew when another part of them comes into view.
  const rows = useMemo(() => Children.toArray(children), [children])
  const { body, first, end, above, below } = useRowWindow<HTMLTableSectionElement>(rows.length)
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="relative overflow-x-auto rounded-xl border border-line bg-panel"
    >
      <table
        aria-rowcount={end - first < rows.length ? rows.length + 1 : undefined}
        className="w-full border-collapse text-left text-[0.8125rem]"
      >
        <caption className="sr-only">{label}</caption>
        <thead className="text-xs text-soft">
          <tr className="border-b border-line">{head}</tr>
        </thead>
        {above > 0 && <Space height={above} />}
        <tbody ref={body} className="[&>tr:not(:last-child)]:border-b">
          {rows.slice(first, end)}
        </tbody>
        {below > 0 && <Space height={below} />}
      </table>
    </section>
  )
}

const Space = ({ height }: { height: number }) => (
  <tbody aria-hidden="true">
    <tr style={{ height }} />
  </tbody>
)

export const Th = ({ numeric = false, children }: { numeric?: boolean; children?: ReactNode }) => (
  <th scope="col" className={cx('px-3 py-2 font-medium whitespace-nowrap', numeric && 'text-right')}>
    {children}
  </th>
)

export const Td = ({
  numeric = false,
  className,
  ...rest
}: TdHTMLAttributes<HTMLTableCellElement> & { numeric?: boolean }) => (
  <td className={cx('px-3 py-2 align-top', numeric && 'text-right tabular-nums', className)} {...rest} />
)
