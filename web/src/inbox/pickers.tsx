import { AssignPicker } from './assign-picker.tsx'
import { type Picker, picker } from './picker.ts'
import { SnoozePicker } from './snooze-picker.tsx'
import { StatusPicker } from './status-picker.tsx'
import { ViewDialog } from './view-dialog.tsx'

const close = () => picker.set(null)

/** Asks for what a command still has to know. */
export function Pickers({ asked }: { asked: Picker }) {
  switch (asked.pick) {
    case 'assign':
      return <AssignPicker target={asked.target} onClose={close} />
    case 'status':
      return <StatusPicker target={asked.target} onClose={close} />
    case 'snooze':
      return <SnoozePicker target={asked.target} onClose={close} />
    case 'view':
      return <ViewDialog id={asked.id} filter={asked.filter} onClose={close} />
  }
}
