import { useQueries, useQuery } from '@tanstack/react-query'
import { ButtonIcon } from '../contact/button-look.tsx'
import { cx } from '../ui/class-names.ts'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioQuery, scenariosQuery } from './api.ts'
import { type ButtonLook, readLook } from './button-look.ts'
import { type Placed, placed } from './button-order.ts'
import { lookWords } from './look-words.ts'

/** At most so many others: a task has no room for more either. */
const MOST_OTHERS = 12

/** The button among the published ones, in the order in which a task shows them. */
export function ButtonPreview({ label, look, scenarioId }: { label: string; look: ButtonLook; scenarioId: string }) {
  const words = useRoomWords(lookWords)
  const scenarios = useQuery(scenariosQuery)
  const others = (scenarios.data ?? [])
    .filter((one) => one.kind === 'button' && one.published && one.enabled && one.id !== scenarioId)
    .slice(0, MOST_OTHERS)
  const documents = useQueries({ queries: others.map(({ id }) => scenarioQuery(id)) })
  const own = useQuery(scenarioQuery(scenarioId))
  const shown = placed([
    { id: scenarioId, label, look, priority: priorityOf(own.data?.draft.document) },
    ...documents.flatMap(({ data }) => (data ? [entryOf(data.id, data.document)] : [])),
  ])
  return (
    <Card title={words.preview} intro={words.previewHint}>
      <ul className="max-w-72 space-y-1.5 rounded-lg bg-ground p-3">
        {shown.map((one) => (
          <li
            key={one.id}
            className={cx(
              'flex min-h-9 items-center gap-2.5 rounded-lg border border-line bg-raised px-2 py-1 font-medium',
              one.id !== scenarioId && 'opacity-60',
            )}
          >
            <ButtonIcon look={one.look} />
            <bdi className="min-w-0 flex-1 wrap-anywhere">{one.label}</bdi>
          </li>
        ))}
      </ul>
    </Card>
  )
}

type Doc = Record<string, unknown> | null | undefined

const priorityOf = (document: Doc): number => (typeof document?.priority === 'number' ? document.priority : 0)

function entryOf(id: string, document: Doc): Placed {
  const { button } = (document?.trigger ?? {}) as { button?: { label?: string; look?: Record<string, unknown> } }
  return { id, label: button?.label ?? '', priority: priorityOf(document), look: readLook(button?.look) }
}
