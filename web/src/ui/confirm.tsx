import type { ReactNode } from 'react'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Notice } from './notice.tsx'

interface ConfirmProps {
  title: string
  /** What happens then. */
  children: ReactNode
  /** The button's words: what is done, not "OK". */
  action: string
  look?: 'primary' | 'danger' | 'message'
  busy?: boolean
  error?: unknown
  /** Words for refusals that only this part of the app meets. */
  errorWords?: Record<string, string>
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot simply be undone. */
export function Confirm({
  title,
  children,
  action,
  look = 'primary',
  busy = false,
  error,
  errorWords,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const words = useWords()
  const errorText = useErrorText(errorWords)
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="space-y-3">{children}</div>
      {error != null && (
        <Notice look="danger" urgent className="mt-3">
          {errorText(error)}
        </Notice>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>{words.app.cancel}</Button>
        <Button look={look} disabled={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
