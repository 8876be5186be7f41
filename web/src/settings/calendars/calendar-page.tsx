import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { BackLink } from '../back-link.tsx'
import { ownTimeZone } from '../time-zones.tsx'
import { type CalendarValues, calendarsQuery } from './api.ts'
import { CalendarForm } from './calendar-form.tsx'
import { calendarWords } from './words.ts'

const workday = () => [{ from: '09:00', to: '18:00' }]
const fresh = (): CalendarValues => ({
  name: '',
  timeZone: ownTimeZone(),
  week: [workday(), workday(), workday(), workday(), workday(), [], []],
  holidays: [],
})

/** One calendar, or a new one. */
export function CalendarPage() {
  const { calendarId } = useParams({ from: '/app/settings/calendars/$calendarId' })
  const words = useRoomWords(calendarWords)
  const calendars = useQuery(calendarsQuery)
  const above = <BackLink link={{ to: '/settings/calendars' }} label={words.back} />
  if (calendarId === 'new') {
    return (
      <Page title={words.create} above={above}>
        <CalendarForm key="new" id={null} values={fresh()} />
      </Page>
    )
  }
  return (
    <Loaded query={calendars}>
      {(items) => {
        const calendar = items.find(({ id }) => id === calendarId)
        if (!calendar) return <Empty title={words.missing}>{above}</Empty>
        const { id, name, timeZone, week, holidays } = calendar
        return (
          <Page title={name} above={above}>
            <CalendarForm key={id} id={id} values={{ name, timeZone, week, holidays }} />
          </Page>
        )
      }}
    </Loaded>
  )
}
