import { useEffect, useRef } from 'react'
import { cx } from '../../ui/class-names.ts'
import type { OptionGroup } from './options.ts'

interface OptionListProps {
  id: string
  label: string
  groups: readonly OptionGroup[]
  /** Which one of all is pointed at; −1: none. */
  active: number
  onPoint: (index: number) => void
  onPick: (value: string) => void
  empty: string
}

export const optionId = (list: string, index: number): string => `${list}-${index}`

/** The list that belongs to a field which keeps the focus. */
export function OptionList({ id, label, groups, active, onPoint, onPick, empty }: OptionListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active >= 0) document.getElementById(optionId(id, active))?.scrollIntoView({ block: 'nearest' })
  }, [id, active])
  const starts = groups.map((_, at) => groups.slice(0, at).reduce((sum, { options }) => sum + options.length, 0))
  if (groups.length === 0) return <p className="px-2.5 py-2 text-soft">{empty}</p>
  return (
    <div ref={list} id={id} role="listbox" aria-label={label} tabIndex={-1}>
      {groups.map((group, at) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
        <div key={group.label} role="group" aria-label={group.label || undefined}>
          {group.label && (
            <div aria-hidden="true" className="px-2.5 pt-2 pb-1 text-xs font-medium text-soft">
              {group.label}
            </div>
          )}
          {group.options.map((option, inGroup) => {
            const index = (starts[at] ?? 0) + inGroup
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field that keeps the focus has the keys
              <div
                key={option.value}
                id={optionId(id, index)}
                role="option"
                aria-selected={index === active}
                tabIndex={-1}
                onPointerMove={() => onPoint(index)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => onPick(option.value)}
                className={cx(
                  'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1 pointer-coarse:min-h-11',
                  index === active && 'bg-hover',
                )}
              >
                {option.icon}
                <span className="min-w-0">
                  <span className="block wrap-anywhere">{option.label}</span>
                  {option.hint && <span className="block text-xs text-soft wrap-anywhere">{option.hint}</span>}
                </span>
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}
