import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useRef } from 'react'
import { type CustomItemComponentProps, VList, type VListHandle } from 'virtua'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'

const AHEAD = 600

interface VirtualRowsProps<Row> {
  label: string
  /** The grid's columns, such as `sm:grid-cols-[4rem_1fr]`; one under the other where there is no room. */
  columns: string
  head: readonly string[]
  rows: readonly Row[]
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
  keyOf: (row: Row) => string | number
  /** `<Cell>` elements */
  children: (row: Row) => ReactNode
}

/** A long table, of which only the rows in view are in the page; the next ones are fetched as somebody gets there. */
export function VirtualRows<Row>({ label, columns, head, rows, query, keyOf, children }: VirtualRowsProps<Row>) {
  const words = useWords()
  const list = useRef<VListHandle>(null)
  const onScroll = (offset: number) => {
    const handle = list.current
    if (!handle || !query.hasNextPage || query.isFetchingNextPage) return
    if (offset + handle.viewportSize > handle.scrollSize - AHEAD) void query.fetchNextPage()
  }
  const grid = cx('grid gap-x-4 gap-y-1 px-3', columns)
  const height = Math.min(rows.length, 9) * 52 + 8
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot hold a virtual list
    <div
      role="table"
      aria-label={label}
      aria-rowcount={query.hasNextPage ? -1 : rows.length}
      className="overflow-hidden rounded-xl border border-line bg-panel text-[0.8125rem]"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: a row of headings is nothing to act on */}
      <div role="row" className={cx(grid, 'hidden border-b border-line py-2 text-xs font-medium text-soft sm:grid')}>
        {head.map((name) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      {/* The rows scroll, so the keyboard has to reach them. */}
      <VList
        ref={list}
        data={rows}
        itemSize={52}
        onScroll={onScroll}
        item={RowItem}
        style={{ height: `max(16rem, min(60dvh, ${height}px))` }}
        role="rowgroup"
        tabIndex={0}
        className="press-while-scrolling"
      >
        {(row) => (
          <div key={keyOf(row)} className={cx(grid, 'border-b border-line/60 py-2')}>
            {children(row)}
          </div>
        )}
      </VList>
      {query.isFetchingNextPage && <p className="sr-only">{words.app.loading}</p>}
    </div>
  )
}

function RowItem({ ref, style, children }: CustomItemComponentProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot hold a virtual list
    // biome-ignore lint/a11y/useFocusableInteractive: what can be acted on is inside
    <div ref={ref} style={style} role="row">
      {children}
    </div>
  )
}

export const Cell = ({ className, children }: { className?: string; children?: ReactNode }) => (
  // biome-ignore lint/a11y/useSemanticElements: see above
  <div role="cell" className={cx('min-w-0', className)}>
    {children}
  </div>
)
