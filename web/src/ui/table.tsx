import type { ReactNode, TdHTMLAttributes } from 'react'
import { cx } from './class-names.ts'

interface TableProps {
  /** Says what the table holds, to those who cannot see it. */
  label: string
  head: ReactNode
  children: ReactNode
}

/** Rows and columns that scroll sideways where there is no room. @param head `<Th>` elements */
export const Table = ({ label, head, children }: TableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
  <section aria-label={label} tabIndex={0} className="relative overflow-x-auto rounded-xl border border-line bg-panel">
    <table className="w-full border-collapse text-left text-[0.8125rem]">
      <caption className="sr-only">{label}</caption>
      <thead className="text-xs text-soft">
        <tr className="border-b border-line">{head}</tr>
      </thead>
      <tbody className="[&>tr:not(:last-child)]:border-b">{children}</tbody>
    </table>
  </section>
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
