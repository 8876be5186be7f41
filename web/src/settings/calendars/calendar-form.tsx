import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { isTimeZone, TimeZoneField } from '../time-zones.tsx'
import {
  type CalendarValues,
  calendarsQuery,
  changeCalendar,
  createCalendar,
  deleteCalendar,
  type Hours,
} from './api.ts'
import { DayHours } from './day-hours.tsx'
import { DrawnWeek } from './drawn-week.tsx'
import { HolidaysEditor } from './holidays-editor.tsx'
import { problemOfDay } from './week.ts'
import { useWeekdays } from './weekdays.ts'
import { calendarWords } from './words.ts'

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
const FRIDAY = 4

/** @param id null: it is yet to be made */
export function CalendarForm({ id, values }: { id: string | null; values: CalendarValues }) {
  const words = useRoomWords(calendarWords)
  const { app } = useWords()
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const navigate = useNavigate()
  const days = useWeekdays()
  const [draft, setDraft] = useState(values)
  const [tried, setTried] = useState(false)
  const [removing, setRemoving] = useState(false)
  const key = useRef(newKey())
  const set = (changes: Partial<CalendarValues>) => setDraft((before) => ({ ...before, ...changes }))
  const setDay = (at: number, hours: Hours[]) =>
    set({ week: draft.week.map((day, index) => (index === at ? hours : day)) })
  const problems = useProblems(draft, days)
  const nameIsWrong = !NAME.test(draft.name.trim())
  const leave = async (text: string) => {
    await client.invalidateQueries({ queryKey: calendarsQuery.queryKey })
    showToast(text)
    await navigate({ to: '/settings/calendars' })
  }
  const save = useMutation({
    mutationFn: () => {
      const body = { ...draft, name: draft.name.trim(), timeZone: draft.timeZone.trim() }
      return id === null ? createCalendar(body, key.current) : changeCalendar(id, body)
    },
    onSuccess: () => leave(app.saved),
  })
  const remove = useMutation({
    mutationFn: () => deleteCalendar(id ?? ''),
    onSuccess: () => leave(words.removed(values.name)),
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (nameIsWrong || problems.length > 0 || !isTimeZone(draft.timeZone)) return
    if (save.error) key.current = newKey()
    save.mutate()
  }
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <Card>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label={words.name}
            hint={words.nameHint}
            error={nameIsWrong && (tried || draft.name !== '') ? words.nameWrong : null}
            value={draft.name}
            maxLength={64}
            spellCheck={false}
            onChange={(event) => set({ name: event.target.value })}
          />
          <div>
            <TimeZoneField
              label={words.timeZone}
              hint={words.timeZoneHint}
              wrong={words.timeZoneWrong}
              value={draft.timeZone}
              onChange={(timeZone) => set({ timeZone })}
            />
          </div>
        </div>
      </Card>
      <Card
        title={words.week}
        intro={words.weekHint}
        actions={
          <Button
            onClick={() =>
              set({ week: draft.week.map((day, index) => (index <= FRIDAY ? (draft.week[0] ?? day) : day)) })
            }
          >
            {words.copyMonday}
          </Button>
        }
      >
        <DrawnWeek week={draft.week} />
        <ul className="mt-4 divide-y divide-line">
          {draft.week.map((hours, index) => {
            const day = days[index] ?? ''
            return (
              <li key={day} className="grid items-center gap-x-3 gap-y-1 py-2 sm:grid-cols-[8rem_1fr]">
                <span className="text-[0.8125rem] font-medium">{day}</span>
                <DayHours day={day} hours={hours} onChange={(changed) => setDay(index, changed)} />
              </li>
            )
          })}
        </ul>
      </Card>
      <HolidaysEditor holidays={draft.holidays} onChange={(holidays) => set({ holidays })} />
      {tried && problems.length > 0 && (
        <Notice look="danger" urgent>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      {save.error && (
        <Notice look="danger" urgent>
          {errorText(save.error)}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={save.isPending}>
          {id === null ? app.create : app.save}
        </Button>
        {id !== null && (
          <Button look="danger" onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        )}
      </div>
      {removing && (
        <Confirm
          title={words.removeTitle}
          action={app.delete}
          look="danger"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        >
          <p>{words.removeText}</p>
        </Confirm>
      )}
    </form>
  )
}

/** In words, what keeps the calendar from being saved. */
function useProblems({ week, holidays }: CalendarValues, days: readonly string[]): string[] {
  const words = useRoomWords(calendarWords)
  const ofDay = (name: string, hours: readonly Hours[]) => {
    const problem = problemOfDay(hours)
    return problem === null ? [] : [words.dayProblem(name, words.problems[problem])]
  }
  const dates = holidays.map(({ date }) => date)
  return [
    ...week.flatMap((hours, index) => ofDay(days[index] ?? '', hours)),
    ...holidays.flatMap(({ date, hours = [] }) => ofDay(date, hours)),
    ...(dates.includes('') ? [words.problems.date] : []),
    ...(new Set(dates).size < dates.length ? [words.problems.twice] : []),
  ]
}
