import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { Checkbox, Field } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { type DraftStatus, keyFor, nextRow } from './template-draft.ts'
import { taskTemplateWords } from './words.ts'

interface StatusesEditorProps {
  statuses: DraftStatus[]
  onChange: (statuses: DraftStatus[]) => void
}

/** The statuses in their order; the first active one is where tasks begin. */
export function StatusesEditor({ statuses, onChange }: StatusesEditorProps) {
  const words = useRoomWords(taskTemplateWords)
  const change = (row: number, changes: Partial<DraftStatus>) =>
    onChange(statuses.map((status) => (status.row === row ? { ...status, ...changes } : status)))
  const rename = (status: DraftStatus, name: string) => {
    if (status.kept) return change(status.row, { name })
    const taken = new Set(statuses.filter(({ row }) => row !== status.row).map(({ key }) => key))
    change(status.row, { name, key: keyFor(name, taken) })
  }
  const move = (from: number, by: -1 | 1) => {
    const moved = statuses[from]
    if (moved) onChange(statuses.toSpliced(from, 1).toSpliced(from + by, 0, moved))
  }
  const add = () => {
    const key = keyFor('', new Set(statuses.map((status) => status.key)))
    onChange([...statuses, { row: nextRow(), kept: false, key, name: '', active: true }])
  }
  return (
    <Card title={words.statuses} intro={words.statusesHint}>
      <ol className="space-y-2">
        {statuses.map((status, index) => {
          const name = status.name || words.unnamed(index + 1)
          return (
            <li key={status.row} className="flex flex-wrap items-center gap-2 rounded-md bg-ground p-2">
              <Field
                className="min-w-40 flex-1"
                label={words.statusName(index + 1)}
                hideLabel
                value={status.name}
                maxLength={100}
                onChange={(event) => rename(status, event.target.value)}
              />
              <code title={words.keyHint} className="min-w-20 truncate text-xs text-soft">
                {status.key}
              </code>
              <Checkbox
                label={
                  <>
                    <span aria-hidden="true">{words.active}</span>
                    <span className="sr-only">{words.activeOf(name)}</span>
                  </>
                }
                checked={status.active}
                onChange={(event) => change(status.row, { active: event.target.checked })}
              />
              <span className="ml-auto flex">
                <IconButton label={words.up(name)} disabled={index === 0} onClick={() => move(index, -1)}>
                  <ArrowUp size={16} aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={words.down(name)}
                  disabled={index === statuses.length - 1}
                  onClick={() => move(index, 1)}
                >
                  <ArrowDown size={16} aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={words.removeStatus(name)}
                  disabled={statuses.length === 1}
                  onClick={() => onChange(statuses.filter(({ row }) => row !== status.row))}
                >
                  <X size={16} aria-hidden="true" />
                </IconButton>
              </span>
            </li>
          )
        })}
      </ol>
      <Button className="mt-3" onClick={add}>
        <Plus size={15} aria-hidden="true" />
        {words.addStatus}
      </Button>
    </Card>
  )
}
