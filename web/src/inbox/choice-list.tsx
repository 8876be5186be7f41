import { Command as Cmdk } from 'cmdk'
import type { KeyboardEvent, ReactNode } from 'react'

interface ChoiceListProps {
  label: string
  placeholder: string
  empty: string
  onKeyDown?: (event: KeyboardEvent) => void
  /** `<Choice>` elements */
  children: ReactNode
}

/** Things to choose from, by the arrow keys, or by typing a part of a name. */
export const ChoiceList = ({ label, placeholder, empty, onKeyDown, children }: ChoiceListProps) => (
  <Cmdk loop label={label} filter={contains} onKeyDown={onKeyDown}>
    <Cmdk.Input
      data-autofocus
      placeholder={placeholder}
      className="mb-2 h-9 w-full rounded-md border border-line-strong bg-raised px-2.5 placeholder:text-soft pointer-coarse:h-11"
    />
    <Cmdk.List label={label} className="max-h-[min(20rem,50dvh)] overflow-y-auto">
      <Cmdk.Empty className="px-2 py-4 text-center text-[0.8125rem] text-soft">{empty}</Cmdk.Empty>
      {children}
    </Cmdk.List>
  </Cmdk>
)

interface ChoiceProps {
  value: string
  name: string
  onSelect: () => void
  children: ReactNode
}

export const Choice = ({ value, name, onSelect, children }: ChoiceProps) => (
  <Cmdk.Item
    value={value}
    keywords={[name]}
    onSelect={onSelect}
    className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 aria-selected:bg-selected pointer-coarse:min-h-11"
  >
    {children}
  </Cmdk.Item>
)

/** What names begin with is better than what they hold. */
function contains(_value: string, search: string, keywords: string[] = []): number {
  const at = keywords.join(' ').toLowerCase().indexOf(search.trim().toLowerCase())
  return at < 0 ? 0 : at === 0 ? 1 : 0.5
}
