import { Search, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'

const PAUSE_MS = 200

/** Searches when the typing pauses. @param value what is searched for now */
export function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const words = useWords()
  const [typed, setTyped] = useState(value)
  useEffect(() => {
    if (typed.trim() === value.trim()) return
    const timer = setTimeout(() => onChange(typed), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <search className="relative block">
      <Search
        size={15}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-soft"
      />
      <input
        type="search"
        aria-label={words.inbox.search}
        placeholder={words.inbox.searchHint}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="h-8 w-full rounded-md border border-line bg-ground pr-8 pl-8 text-[0.8125rem] placeholder:text-soft pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden"
      />
      {typed !== '' && (
        <IconButton
          label={words.inbox.clearSearch}
          onClick={() => {
            setTyped('')
            onChange('')
          }}
          className="absolute top-1/2 right-0 size-8 -translate-y-1/2"
        >
          <X size={14} aria-hidden="true" />
        </IconButton>
      )}
    </search>
  )
}
