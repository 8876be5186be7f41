import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { setPassword } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { formText } from '../ui/form-text.ts'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'

const SHORTEST = 10

/** For one who came by a link and has no password yet, or wants another one. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const words = useWords()
  const errorText = useErrorText()
  const save = useMutation({ mutationFn: setPassword })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const currentPassword = formText(form, 'current')
    save.mutate({ newPassword: formText(form, 'next'), ...(currentPassword === '' ? {} : { currentPassword }) })
  }
  return (
    <Dialog title={words.password.title} onClose={onClose}>
      {save.isSuccess ? (
        <Notice look="plain">{words.password.saved}</Notice>
      ) : (
        <form onSubmit={submit} className="space-y-3">
          <p className="text-[0.8125rem] text-soft">{words.password.hint}</p>
          {save.error && (
            <Notice look="danger" urgent>
              {errorText(save.error)}
            </Notice>
          )}
          <Field label={words.password.current} name="current" type="password" autoComplete="current-password" />
          <Field
            label={words.password.next}
            name="next"
            type="password"
            autoComplete="new-password"
            minLength={SHORTEST}
            required
          />
          <Button look="primary" type="submit" disabled={save.isPending} className="w-full">
            {words.password.save}
          </Button>
        </form>
      )}
    </Dialog>
  )
}
