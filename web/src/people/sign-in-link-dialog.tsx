import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { User } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { makeSignInLink } from './api.ts'
import { ShownOnce } from './shown-once.tsx'
import { peopleWords } from './words.ts'

interface SignInLinkDialogProps {
  user: User
  /** For somebody who was just added: the link is what they need next. */
  atOnce: boolean
  onClose: () => void
}

/** The first way in, and the way back after a lost password. */
export function SignInLinkDialog({ user, atOnce, onClose }: SignInLinkDialogProps) {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const make = useMutation({ mutationFn: () => makeSignInLink(user.id) })
  const begun = useRef(false)
  const { mutate } = make
  useEffect(() => {
    if (!atOnce || begun.current) return
    begun.current = true
    mutate()
  }, [atOnce, mutate])
  return (
    <Dialog title={words.people.linkTitle(user.name)} onClose={onClose} size="medium">
      <div className="space-y-3">
        <p>{make.data || atOnce ? words.people.linkText(user.name) : words.people.linkAsk(user.name)}</p>
        {make.data && <ShownOnce label={words.people.linkField} secret={make.data.url} />}
        {make.error && (
          <Notice look="danger" urgent>
            {errorText(make.error)}
          </Notice>
        )}
      </div>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>{make.data ? app.close : app.cancel}</Button>
        {!make.data && (
          <Button look="primary" disabled={make.isPending} onClick={() => make.mutate()}>
            {words.people.linkMake}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
