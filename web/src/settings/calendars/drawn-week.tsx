import { useRoomWords } from '../../words/room-words.ts'
import type { Hours } from './api.ts'
import { drawnWeek, MINUTES_OF_DAY } from './week.ts'
import { useWeekdays } from './weekdays.ts'
import { calendarWords } from './words.ts'

const MARKS = [0, 6, 12, 18, 24]
const percent = (minutes: number): string => `${(minutes / MINUTES_OF_DAY) * 100}%`

/** Seven rows of 24 hours; what is open is filled. The hours beside it say the same in words. */
export function DrawnWeek({ week }: { week: readonly (readonly Hours[])[] }) {
  const words = useRoomWords(calendarWords)
  const names = useWeekdays('short')
  return (
    <div role="img" aria-label={words.drawn} className="w-full text-xs text-soft">
      {drawnWeek(week).map((day, index) => (
        <div key={names[index]} className="flex items-center gap-2 py-0.5">
          <span className="w-7 shrink-0">{names[index]}</span>
          <span className="relative h-4 flex-1 overflow-hidden rounded-sm bg-hover">
            {day.map(({ from, to }) => (
              <span
                key={from}
                className="absolute inset-y-0 bg-accent-fill"
                style={{ left: percent(from), width: percent(to - from) }}
              />
            ))}
          </span>
        </div>
      ))}
      <div className="relative ml-9 h-4">
        {MARKS.map((hour) => (
          <span
            key={hour}
            className="absolute -translate-x-1/2 tabular-nums first:translate-x-0 last:-translate-x-full"
            style={{ left: percent(hour * 60) }}
          >
            {hour}
          </span>
        ))}
      </div>
    </div>
  )
}
