import { useRoomWords } from '../../words/room-words.ts'
import type { ConnectionWay } from '../api.ts'
import { connectWords } from './words.ts'

/** What is needed for a way, and what it changes. */
export function WayNotes({ way }: { way: ConnectionWay }) {
  const words = useRoomWords(connectWords)
  const { needs, notes } = words.ways[way]
  return (
    <div className="mb-5 grid gap-4 rounded-xl border border-line bg-panel p-4 sm:grid-cols-2">
      <Notes title={words.needs} items={needs} />
      {notes.length > 0 && <Notes title={words.happens} items={notes} />}
    </div>
  )
}

const Notes = ({ title, items }: { title: string; items: readonly string[] }) => (
  <section aria-label={title}>
    <h2 className="mb-1 font-medium">{title}</h2>
    <ul className="list-disc space-y-1 pl-4 text-[0.8125rem] text-soft marker:text-line-strong">
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  </section>
)
