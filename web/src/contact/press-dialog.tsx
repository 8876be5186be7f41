import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { pressButton, type TaskButton } from './button-api.ts'
import { ButtonInputField } from './button-input-field.tsx'
import { initialInputs, readInputs } from './button-inputs.ts'
import type { Reached } from './task-button.tsx'
import type { Pressed } from './use-press.ts'
import { contactWords } from './words.ts'

interface PressDialogProps {
  taskId: string
  button: TaskButton
  who: Reached
  onPressed: (pressed: Pressed) => void
  onClose: () => void
}

/** Asks for what the button needs, and says whom it may write to, before anything happens (P6). */
function PressDialog({ taskId, button, who, onPressed, onClose }: PressDialogProps) {
  const { app } = useWords()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const { scenarioId, label, inputs, reachesClient } = button
  const [typed, setTyped] = useState(() => initialInputs(inputs))
  const [tried, setTried] = useState(false)
  const read = readInputs(inputs, typed)
  // One key for one content: tried again after a lost answer it is the same press, changed it is another one.
  const key = useRef({ of: '', key: '' })
  const press = useMutation({
    mutationFn: async () => {
      const of = JSON.stringify(read.values)
      if (key.current.of !== of) key.current = { of, key: newKey() }
      const { runId } = await pressButton(taskId, scenarioId, read.values, key.current.key)
      return { scenarioId, runId }
    },
    onSuccess: onPressed,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(read.problems).length === 0 && !press.isPending) press.mutate()
  }
  return (
    <Dialog title={label} onClose={onClose} size={inputs.length > 3 ? 'medium' : 'small'}>
      <form onSubmit={submit} noValidate className="space-y-3">
        {inputs.map((input, index) => (
          <ButtonInputField
            key={input.name}
            input={input}
            first={index === 0}
            value={typed[input.name] ?? ''}
            problem={tried ? (read.problems[input.name] ?? null) : null}
            onChange={(value) => setTyped({ ...typed, [input.name]: value })}
          />
        ))}
        <p
          className={
            reachesClient ? 'rounded-md bg-message-bubble px-3 py-2 text-[0.8125rem]' : 'text-[0.8125rem] text-soft'
          }
        >
          {reachesClient ? words.buttons.confirmReaches(who.client, who.channel) : words.buttons.confirmInside}
        </p>
        {press.error && (
          <Notice look="danger" urgent>
            {errorText(press.error)}
          </Notice>
        )}
        <div className="flex flex-wrap justify-end gap-2 pt-1">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button
            type="submit"
            look={reachesClient ? 'message' : 'primary'}
            disabled={press.isPending}
            className="h-auto min-h-8 max-w-full min-w-0 shrink py-1"
          >
            <span className="wrap-anywhere">
              {reachesClient ? words.buttons.pressReaches(label, who.client, who.channel) : label}
            </span>
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export default PressDialog
