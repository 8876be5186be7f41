import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { channelWords } from '../words.ts'

interface ConfirmByNameProps {
  title: string
  name: string
  action: string
  busy: boolean
  error: unknown
  children: ReactNode
  onConfirm: () => void
  onClose: () => void
}

/** Asks for the name of what is ended, so that it cannot be done by a slip. */
export function ConfirmByName({ title, name, action, busy, error, children, onConfirm, onClose }: ConfirmByNameProps) {
  const words = useRoomWords(channelWords)
  const { app } = useWords()
  const errorText = useErrorText(words.errors)
  const [typed, setTyped] = useState('')
  const fits = typed.trim() === name.trim()
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (fits) onConfirm()
  }
  return (
    <Dialog title={title} size="medium" onClose={onClose}>
      <form onSubmit={onSubmit} className="space-y-4">
        <div className="space-y-2">{children}</div>
        <Field
          label={words.leave.confirm(name)}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
        {error != null && (
          <Notice look="danger" urgent>
            {errorText(error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="danger" disabled={!fits || busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
