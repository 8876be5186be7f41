import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { changeWebhook, deleteWebhook, rotateWebhook, testWebhook, type Webhook, webhooksQuery } from './api.ts'
import { Deliveries } from './deliveries.tsx'
import { WebhookDialog } from './webhook-dialog.tsx'
import { webhookWords } from './words.ts'

interface WebhookCardProps {
  webhook: Webhook
  onSecret: (secret: string) => void
}

/** One address that is told, with what was sent to it. */
export function WebhookCard({ webhook, onSecret }: WebhookCardProps) {
  const words = useRoomWords(webhookWords)
  const { words: common, formats } = useLanguage()
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [open, setOpen] = useState<'edit' | 'rotate' | 'remove' | null>(null)
  const [showsDeliveries, setShowsDeliveries] = useState(false)
  const key = useRef(newKey())
  const { id, name, url, events, state, lastError, lastErrorAt, oldSecretUntil } = webhook
  const refresh = () => void client.invalidateQueries({ queryKey: webhooksQuery.queryKey })
  const close = () => setOpen(null)
  const toggle = useMutation({
    mutationFn: () => changeWebhook(id, { state: state === 'active' ? 'disabled' : 'active' }),
    onSuccess: refresh,
  })
  const test = useMutation({
    mutationFn: () => testWebhook(id, newKey()),
    onSuccess: () => {
      showToast(words.out.tested)
      setShowsDeliveries(true)
      refresh()
    },
  })
  const rotate = useMutation({
    mutationFn: () => rotateWebhook(id, key.current),
    onSuccess: ({ secret }) => {
      key.current = newKey()
      close()
      refresh()
      onSecret(secret)
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteWebhook(id),
    onSuccess: () => {
      close()
      refresh()
      showToast(words.removed(name))
    },
  })
  const at = (time: string) => formats.moment(new Date(time))
  return (
    <section aria-label={name} className="rounded-xl border border-line bg-panel p-4">
      <header className="flex flex-wrap items-start justify-between gap-x-3 gap-y-2">
        <div className="min-w-0">
          <h2 className="font-medium wrap-anywhere">{name}</h2>
          <p className="font-mono text-xs text-soft wrap-anywhere">{url}</p>
          <p className="mt-1 text-[0.8125rem] text-soft wrap-anywhere">
            {events.includes('*') ? words.out.allEvents : events.join(', ')}
          </p>
        </div>
        <Badge look={state === 'active' ? 'success' : 'warning'}>{words.out.states[state]}</Badge>
      </header>
      {lastError && (
        <Notice look="warning" className="mt-3">
          {words.out.lastError(lastError, lastErrorAt ? at(lastErrorAt) : '')}
        </Notice>
      )}
      {oldSecretUntil && <p className="mt-2 text-[0.8125rem] text-soft">{words.out.oldSecret(at(oldSecretUntil))}</p>}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button disabled={state !== 'active' || test.isPending} onClick={() => test.mutate()}>
          {words.out.test}
        </Button>
        <Button aria-expanded={showsDeliveries} onClick={() => setShowsDeliveries(!showsDeliveries)}>
          {words.out.deliveries}
        </Button>
        <Button aria-label={words.out.edit(name)} onClick={() => setOpen('edit')}>
          {common.app.edit}
        </Button>
        <Button disabled={toggle.isPending} onClick={() => toggle.mutate()}>
          {state === 'active' ? words.out.pause : words.out.resume}
        </Button>
        <Button onClick={() => setOpen('rotate')}>{words.rotate}</Button>
        <Button look="danger" onClick={() => setOpen('remove')}>
          {words.remove}
        </Button>
      </div>
      {(toggle.error ?? test.error) && (
        <Notice look="danger" urgent className="mt-3">
          {errorText(toggle.error ?? test.error)}
        </Notice>
      )}
      {showsDeliveries && <Deliveries webhookId={id} />}
      {open === 'edit' && <WebhookDialog webhook={webhook} onSecret={onSecret} onClose={close} />}
      {open === 'rotate' && (
        <Confirm
          title={words.rotateTitle}
          action={words.rotateAction}
          busy={rotate.isPending}
          error={rotate.error}
          onConfirm={() => rotate.mutate()}
          onClose={close}
        >
          <p>{words.rotateText}</p>
        </Confirm>
      )}
      {open === 'remove' && (
        <Confirm
          title={words.removeTitle(name)}
          action={common.app.delete}
          look="danger"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={close}
        >
          <p>{words.out.removeText}</p>
        </Confirm>
      )}
    </section>
  )
}
