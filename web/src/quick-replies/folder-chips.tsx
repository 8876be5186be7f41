import { Folder } from 'lucide-react'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import { quickReplyWords } from './words.ts'

interface FolderChipsProps {
  folders: readonly { name: string; count: number }[]
  /** null: every folder, and what is in none */
  chosen: string | null
  onChoose: (folder: string | null) => void
}

export function FolderChips({ folders, chosen, onChoose }: FolderChipsProps) {
  const words = useRoomWords(quickReplyWords)
  const chip = (name: string | null, label: string, count: number | null) => (
    <li key={name ?? ''}>
      <button
        type="button"
        aria-pressed={chosen === name}
        onClick={() => onChoose(name)}
        className={cx(
          'inline-flex h-8 max-w-60 items-center gap-1.5 rounded-full border px-3 text-[0.8125rem] pointer-coarse:h-11',
          chosen === name ? 'border-accent bg-selected text-accent' : 'border-line bg-panel hover:bg-hover',
        )}
      >
        {name !== null && <Folder size={13} aria-hidden="true" className="shrink-0" />}
        <bdi className="truncate">{label}</bdi>
        {count !== null && <span className="text-xs text-soft tabular-nums">{count}</span>}
      </button>
    </li>
  )
  return (
    <ul aria-label={words.folders} className="flex flex-wrap gap-1.5">
      {chip(null, words.allFolders, null)}
      {folders.map(({ name, count }) => chip(name, name, count))}
    </ul>
  )
}
