import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import { meQuery } from '../api/session.ts'
import type { Me, User } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { changeUser, createUser } from './api.ts'
import { type Rights, RightsFields } from './rights-fields.tsx'
import { peopleWords } from './words.ts'

interface PersonDialogProps {
  me: Me
  /** null: a new one */
  user: User | null
  onSaved: (user: User) => void
  onClose: () => void
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** A person's name, address and rights. */
export function PersonDialog({ me, user, onSaved, onClose }: PersonDialogProps) {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [name, setName] = useState(user?.name ?? '')
  const [email, setEmail] = useState(user?.email ?? '')
  const [rights, setRights] = useState<Rights>(
    // A new person may use what whoever adds them may use.
    user ? { role: user.role, channelIds: user.channelIds } : { role: 'operator', channelIds: me.channelIds },
  )
  const [tried, setTried] = useState(false)
  const key = useRef(newKey())
  const content = { name: name.trim(), email: email.trim(), ...rights }
  const nameMissing = content.name === ''
  // An address that is there already is not judged anew: `owner@localhost` is one.
  const emailWrong = content.email !== user?.email && !EMAIL.test(content.email)
  const save = useMutation({
    mutationFn: () => (user ? changeUser(user.id, content) : createUser(content, key.current)),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['users'] })
      if (saved.id === me.id) void client.invalidateQueries({ queryKey: meQuery.queryKey })
      showToast(user ? words.people.saved(saved.name) : words.people.created(saved.name))
      onSaved(saved)
    },
    onError: (error) => {
      if (!(error instanceof ApiFailure && error.passing)) key.current = newKey()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!nameMissing && !emailWrong && rights.channelIds?.length !== 0 && !save.isPending) save.mutate()
  }
  const taken = save.error instanceof ApiFailure && save.error.code === 'email_taken'
  return (
    <Dialog
      title={user ? words.people.form.editTitle(user.name) : words.people.form.createTitle}
      onClose={onClose}
      size="medium"
    >
      <form onSubmit={submit} noValidate className="space-y-3">
        <Field
          data-autofocus
          label={words.people.form.name}
          hint={words.people.form.nameHint}
          value={name}
          maxLength={200}
          autoComplete="off"
          onChange={({ target }) => setName(target.value)}
          error={tried && nameMissing ? words.people.form.nameMissing : null}
        />
        <Field
          type="email"
          label={words.people.form.email}
          hint={words.people.form.emailHint}
          value={email}
          maxLength={320}
          autoComplete="off"
          onChange={({ target }) => setEmail(target.value)}
          error={taken ? errorText(save.error) : tried && emailWrong ? words.people.form.emailWrong : null}
        />
        <RightsFields me={me} rights={rights} tried={tried} onChange={setRights} />
        {save.error && !taken && (
          <Notice look="danger" urgent>
            {errorText(save.error)}
          </Notice>
        )}
        <div className="flex flex-wrap justify-end gap-2 pt-1">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {user ? app.save : words.people.form.create}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
