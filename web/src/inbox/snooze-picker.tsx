import { type FormEvent, useState } from 'react'
import { markMany } from '../api/tasks.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { changeAll } from './change-many.ts'
import { Choice, ChoiceList } from './choice-list.tsx'
import type { Target } from './picker.ts'
import { localInput, SNOOZES, snoozeEnd } from './snooze-times.ts'
import { onlyTask, useChangeTarget } from './use-change-target.ts'
import { useTaskActions } from './use-task-actions.ts'
import { forgetSnooze, rememberSnooze } from './woken.ts'
import { inboxWords } from './words.ts'

/** Until when it is put aside, for whoever asks alone. */
export function SnoozePicker({ target, onClose }: { target: Target; onClose: () => void }) {
  const { formats } = useLanguage()
  const words = useRoomWords(inboxWords)
  const actions = useTaskActions()
  const many = useChangeTarget(target)
  const one = onlyTask(target)
  const [now] = useState(() => new Date())
  const [custom, setCustom] = useState('')
  const [past, setPast] = useState(false)

  const choose = (until: Date | null) => {
    if (one) {
      onClose()
      return void actions.snooze(one, until)
    }
    const iso = until?.toISOString() ?? null
    const ids = 'tasks' in target ? target.tasks.map(({ id }) => id) : []
    for (const id of ids) rememberSnooze(id, iso)
    const undo = () => {
      for (const id of ids) forgetSnooze(id)
      return changeAll(
        { ids },
        (which) => markMany(which, { snooze: null }),
        () => undefined,
      )
    }
    void many.markAll(
      { snooze: { until: iso } },
      () => ({ snoozed: { until: iso } }),
      ids.length > 0 ? undo : undefined,
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const until = new Date(custom)
    if (!(until.getTime() > Date.now())) return setPast(true)
    choose(until)
  }
  return (
    <Dialog title={words.pick.snoozeTitle} onClose={onClose}>
      {many.progress !== null && <p role="status">{words.select.working(many.progress)}</p>}
      <ChoiceList label={words.pick.snoozeTitle} placeholder={words.pick.snoozeTitle} empty={words.pick.none}>
        {SNOOZES.map((snooze) => {
          const end = snoozeEnd(snooze, now)
          return (
            <Choice
              key={snooze}
              value={snooze}
              name={words.pick.choices[snooze]}
              onSelect={() => choose(snoozeEnd(snooze, new Date()))}
            >
              <span className="min-w-0 flex-1 truncate">{words.pick.choices[snooze]}</span>
              {end && <span className="text-xs text-soft tabular-nums">{formats.moment(end)}</span>}
            </Choice>
          )
        })}
      </ChoiceList>
      <form onSubmit={submit} className="mt-3 flex items-end gap-2 border-t border-line pt-3">
        <Field
          label={words.pick.custom}
          type="datetime-local"
          required
          min={localInput(now)}
          value={custom}
          error={past ? words.pick.past : null}
          onChange={({ target: { value } }) => {
            setPast(false)
            setCustom(value)
          }}
          className="min-w-0 flex-1"
        />
        <Button type="submit" className="h-9">
          {words.pick.customSet}
        </Button>
      </form>
      <p className="mt-3 text-xs text-soft">{words.pick.snoozeNote}</p>
    </Dialog>
  )
}
