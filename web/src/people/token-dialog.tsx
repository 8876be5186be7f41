import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import type { Me } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { createToken, type NewToken } from './api.ts'
import { type Rights, RightsFields } from './rights-fields.tsx'
import { ShownOnce } from './shown-once.tsx'
import { endOf, UNTILS, type Until } from './token-state.ts'
import { peopleWords } from './words.ts'

/** Makes a token, and shows it this once. */
export function TokenDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [rights, setRights] = useState<Rights>({ role: 'operator', channelIds: me.channelIds })
  const [until, setUntil] = useState<Until>('never')
  const [tried, setTried] = useState(false)
  const key = useRef(newKey())
  const make = useMutation({
    mutationFn: (wanted: NewToken) => createToken(wanted, key.current),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['tokens'] }),
    onError: (error) => {
      if (!(error instanceof ApiFailure && error.passing)) key.current = newKey()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '' || rights.channelIds?.length === 0 || make.isPending) return
    // Tried again after a lost answer it has to be the same request, to the millisecond.
    const again = make.error && make.variables
    const wanted = { name: name.trim(), ...rights, expiresAt: endOf(until, new Date()) }
    make.mutate(again && sameBut(again, wanted) ? again : wanted)
  }
  if (make.data) {
    return (
      <Dialog title={words.tokens.secretTitle(make.data.name)} onClose={onClose} size="medium">
        <p className="mb-3">{words.tokens.secretText}</p>
        <ShownOnce label={words.tokens.secretField} secret={make.data.token} />
        <div className="mt-5 flex justify-end">
          <Button onClick={onClose}>{words.tokens.secretDone}</Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={words.tokens.form.title} onClose={onClose} size="medium">
      <form onSubmit={submit} noValidate className="space-y-3">
        <Field
          data-autofocus
          label={words.tokens.form.name}
          hint={words.tokens.form.nameHint}
          value={name}
          maxLength={200}
          autoComplete="off"
          onChange={({ target }) => setName(target.value)}
          error={tried && name.trim() === '' ? words.tokens.form.nameMissing : null}
        />
        <RightsFields me={me} rights={rights} tried={tried} onChange={setRights} />
        <Select
          label={words.tokens.form.until}
          value={until}
          options={UNTILS.map((one) => ({ value: one, label: words.tokens.form.untils[one] }))}
          onChange={({ target }) => setUntil(target.value as Until)}
        />
        {make.error && (
          <Notice look="danger" urgent>
            {errorText(make.error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button look="primary" type="submit" disabled={make.isPending}>
            {words.tokens.form.create}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** The same but for the moment at which it ends. */
function sameBut(one: NewToken, other: NewToken): boolean {
  const plain = ({ expiresAt, ...rest }: NewToken) => JSON.stringify({ ...rest, ends: expiresAt?.slice(0, 10) })
  return plain(one) === plain(other)
}
