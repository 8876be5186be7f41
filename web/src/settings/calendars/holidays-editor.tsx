import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import type { Holiday, Hours } from './api.ts'
import { DayHours } from './day-hours.tsx'
import { calendarWords } from './words.ts'

interface HolidaysEditorProps {
  holidays: Holiday[]
  onChange: (holidays: Holiday[]) => void
}

let rows = 0

/** Days whose hours are not those of their weekday. */
export function HolidaysEditor({ holidays, onChange }: HolidaysEditorProps) {
  const words = useRoomWords(calendarWords)
  // Dates change while they are typed: each row needs a name that does not.
  const [keys, setKeys] = useState(() => holidays.map(() => ++rows))
  const replace = (at: number, holiday: Holiday) =>
    onChange(holidays.map((one, index) => (index === at ? holiday : one)))
  return (
    <Card title={words.holidaysTitle} intro={words.holidaysHint}>
      {holidays.length === 0 && <p className="text-[0.8125rem] text-soft">{words.noHolidays}</p>}
      <ul className="space-y-2">
        {holidays.map((holiday, index) => (
          <li key={keys[index]} className="flex flex-wrap items-end gap-2 rounded-md bg-ground p-2">
            <Field
              type="date"
              label={words.date}
              value={holiday.date}
              onChange={(event) => replace(index, { ...holiday, date: event.target.value })}
            />
            <Field
              className="min-w-32 flex-1"
              label={words.holidayName}
              value={holiday.name ?? ''}
              maxLength={200}
              onChange={(event) => replace(index, withName(holiday, event.target.value))}
            />
            <div className="flex min-h-9 items-center">
              <DayHours
                day={holiday.date}
                hours={holiday.hours ?? []}
                onChange={(hours) => replace(index, withHours(holiday, hours))}
              />
            </div>
            <IconButton
              label={words.removeHoliday(holiday.date)}
              onClick={() => {
                setKeys(keys.toSpliced(index, 1))
                onChange(holidays.toSpliced(index, 1))
              }}
            >
              <X size={16} aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      <Button
        className="mt-3"
        onClick={() => {
          setKeys([...keys, ++rows])
          onChange([...holidays, { date: '' }])
        }}
      >
        <Plus size={15} aria-hidden="true" />
        {words.addHoliday}
      </Button>
    </Card>
  )
}

/** What is not given is absent: the API takes no empty name. */
function withName({ name: _before, ...holiday }: Holiday, name: string): Holiday {
  return name === '' ? holiday : { ...holiday, name }
}

function withHours({ hours: _before, ...holiday }: Holiday, hours: Hours[]): Holiday {
  return hours.length === 0 ? holiday : { ...holiday, hours }
}
