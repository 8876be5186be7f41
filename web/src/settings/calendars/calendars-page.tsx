import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { LINK_BUTTON } from '../../ui/link-button.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { settingsWords } from '../words.ts'
import { calendarsQuery } from './api.ts'
import { DrawnWeek } from './drawn-week.tsx'
import { openMinutes } from './week.ts'
import { calendarWords } from './words.ts'

/** When the business is open: each calendar with its week drawn. */
export function CalendarsPage() {
  const { pages } = useRoomWords(settingsWords)
  const words = useRoomWords(calendarWords)
  const calendars = useQuery(calendarsQuery)
  const create = (
    <Link to="/settings/calendars/$calendarId" params={{ calendarId: 'new' }} className={LINK_BUTTON}>
      <Plus size={16} aria-hidden="true" />
      {words.create}
    </Link>
  )
  return (
    <Page title={pages.calendars} intro={words.intro} actions={create}>
      <Loaded query={calendars}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.empty} hint={words.emptyHint} />
          ) : (
            <ul className="grid gap-3 sm:grid-cols-2">
              {items.map((calendar) => (
                <li key={calendar.id}>
                  <Link
                    to="/settings/calendars/$calendarId"
                    params={{ calendarId: calendar.id }}
                    className="block rounded-xl border border-line bg-panel p-4 hover:bg-hover"
                  >
                    <span className="block font-medium">{calendar.name}</span>
                    <span className="mb-3 block text-[0.8125rem] text-soft">
                      {calendar.timeZone} · {words.hours(String(Math.round(openMinutes(calendar.week) / 6) / 10))}
                      {calendar.holidays.length > 0 && ` · ${words.holidays(calendar.holidays.length)}`}
                    </span>
                    <DrawnWeek week={calendar.week} />
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  )
}
