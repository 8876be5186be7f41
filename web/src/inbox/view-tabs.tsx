import { cx } from '../ui/class-names.ts'
import { useWords } from '../words/language.tsx'
import { type InboxView, VIEWS } from './inbox-search.ts'

export function ViewTabs({ value, onChange }: { value: InboxView; onChange: (view: InboxView) => void }) {
  const words = useWords()
  return (
    <fieldset className="flex gap-0.5 rounded-lg bg-ground p-0.5">
      <legend className="sr-only">{words.inbox.filter}</legend>
      {VIEWS.map((view) => (
        <button
          key={view}
          type="button"
          aria-pressed={view === value}
          onClick={() => onChange(view)}
          className={cx(
            'h-7 min-w-0 flex-1 truncate rounded-md px-2 text-[0.8125rem] font-medium pointer-coarse:h-11',
            view === value ? 'bg-raised text-ink shadow-sm ring-1 ring-line' : 'text-soft hover:text-ink',
          )}
        >
          {words.inbox.views[view]}
        </button>
      ))}
    </fieldset>
  )
}
