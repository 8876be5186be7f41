import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { createIncoming, type IncomingWebhook, incomingQuery } from './api.ts'
import { webhookWords } from './words.ts'

const WAYS: readonly IncomingWebhook['verify'][] = ['standard', 'token', 'hmac-sha256']

export function IncomingDialog({ onSecret, onClose }: { onSecret: (secret: string) => void; onClose: () => void }) {
  const { in: words, errors } = useRoomWords(webhookWords)
  const { app } = useWords()
  const errorText = useErrorText(errors)
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [verify, setVerify] = useState<IncomingWebhook['verify']>('standard')
  const [header, setHeader] = useState('x-hub-signature-256')
  const [secret, setSecret] = useState('')
  const [tried, setTried] = useState(false)
  const key = useRef(newKey())
  const nameIsWrong = !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name.trim())
  const secretIsWrong = secret.trim() !== '' && !/^[\x21-\x7e]{16,200}$/.test(secret.trim())
  const save = useMutation({
    mutationFn: () =>
      createIncoming(
        {
          name: name.trim(),
          verify,
          ...(verify === 'hmac-sha256' && { header: header.trim() }),
          ...(secret.trim() && { secret: secret.trim() }),
        },
        key.current,
      ),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: incomingQuery.queryKey })
      onSecret(made.secret)
      onClose()
    },
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (nameIsWrong || secretIsWrong) return
    if (save.error) key.current = newKey()
    save.mutate()
  }
  return (
    <Dialog title={words.create} size="medium" onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="space-y-3">
        <Field
          label={words.name}
          hint={words.nameHint}
          error={tried && nameIsWrong ? words.nameWrong : null}
          value={name}
          maxLength={64}
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          label={words.verify}
          value={verify}
          options={WAYS.map((value) => ({ value, label: words.verifications[value] }))}
          onChange={(event) => setVerify(WAYS.find((value) => value === event.target.value) ?? 'standard')}
        />
        {verify === 'hmac-sha256' && (
          <Field
            label={words.header}
            value={header}
            maxLength={100}
            spellCheck={false}
            onChange={(event) => setHeader(event.target.value)}
          />
        )}
        <Field
          label={words.secret}
          hint={words.secretHint}
          error={secretIsWrong ? words.secretWrong : null}
          type="password"
          autoComplete="new-password"
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
        {save.error && (
          <Notice look="danger" urgent>
            {errorText(save.error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {app.create}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
