import { Plus, X } from 'lucide-react'
import { IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import type { Hours } from './api.ts'
import { endTime, shownTime } from './week.ts'
import { calendarWords } from './words.ts'

interface DayHoursProps {
  /** What the day is called, for the names of its fields. */
  day: string
  hours: readonly Hours[]
  onChange: (hours: Hours[]) => void
}

/** The hours of one day; none: closed. */
export function DayHours({ day, hours, onChange }: DayHoursProps) {
  const words = useRoomWords(calendarWords)
  const change = (at: number, changes: Partial<Hours>) =>
    onChange(hours.map((one, index) => (index === at ? { ...one, ...changes } : one)))
  const last = hours.at(-1)
  const next = last && last.to < '20:00' ? { from: last.to, to: '20:00' } : { from: '09:00', to: '18:00' }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {hours.length === 0 && <span className="text-[0.8125rem] text-soft">{words.closed}</span>}
      {hours.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hours have nothing but their place
        <span key={index} className="flex items-center gap-1">
          <Field
            hideLabel
            type="time"
            label={words.from(day)}
            value={one.from}
            onChange={(event) => change(index, { from: event.target.value })}
          />
          –
          <Field
            hideLabel
            type="time"
            label={words.to(day)}
            value={shownTime(one.to)}
            onChange={(event) => change(index, { to: endTime(event.target.value) })}
          />
          <IconButton
            label={words.removeHours(day, one.from)}
            onClick={() => onChange(hours.filter((_, other) => other !== index))}
          >
            <X size={15} aria-hidden="true" />
          </IconButton>
        </span>
      ))}
      {hours.length < 10 && (
        <IconButton label={words.addHours(day)} onClick={() => onChange([...hours, next])}>
          <Plus size={16} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  )
}
