import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { changeWebhook, createWebhook, type Webhook, webhooksQuery } from './api.ts'
import { webhookWords } from './words.ts'

interface WebhookDialogProps {
  /** null: a new one */
  webhook: Webhook | null
  onSecret: (secret: string) => void
  onClose: () => void
}

export function WebhookDialog({ webhook, onSecret, onClose }: WebhookDialogProps) {
  const { out: words, needed, errors } = useRoomWords(webhookWords)
  const { app } = useWords()
  const errorText = useErrorText(errors)
  const client = useQueryClient()
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? 'https://')
  const [events, setEvents] = useState(webhook?.events.join(', ') ?? '*')
  const [allowPrivateAddress, setPrivate] = useState(webhook?.allowPrivateAddress ?? false)
  const [tried, setTried] = useState(false)
  const key = useRef(newKey())
  const names = events.split(/[\s,]+/).filter(Boolean)
  const urlIsWrong = !isAddress(url.trim(), allowPrivateAddress)
  const save = useMutation({
    mutationFn: async () => {
      const values = { name: name.trim(), url: url.trim(), events: names, allowPrivateAddress }
      if (webhook) await changeWebhook(webhook.id, values)
      else onSecret((await createWebhook(values, key.current)).secret)
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: webhooksQuery.queryKey })
      onClose()
    },
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!name.trim() || names.length === 0 || urlIsWrong) return
    if (save.error) key.current = newKey()
    save.mutate()
  }
  return (
    <Dialog title={webhook ? words.editTitle(webhook.name) : words.create} size="medium" onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="space-y-3">
        <Field
          label={words.name}
          value={name}
          maxLength={200}
          error={tried && !name.trim() ? needed : null}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={words.url}
          hint={words.urlHint}
          error={tried && urlIsWrong ? words.urlWrong : null}
          type="url"
          value={url}
          spellCheck={false}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Checkbox
          label={words.private}
          hint={words.privateHint}
          checked={allowPrivateAddress}
          onChange={(event) => setPrivate(event.target.checked)}
        />
        <Field
          label={words.events}
          hint={words.eventsHint}
          error={tried && names.length === 0 ? needed : null}
          value={events}
          spellCheck={false}
          onChange={(event) => setEvents(event.target.value)}
        />
        {save.error && (
          <Notice look="danger" urgent>
            {errorText(save.error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {webhook ? app.save : app.create}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function isAddress(text: string, mayBePlain: boolean): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || (mayBePlain && protocol === 'http:'))
}
