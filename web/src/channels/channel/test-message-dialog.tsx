import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { newKey, request } from '../../api/request.ts'
import type { Page } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { LINK_BUTTON_PLAIN } from '../../ui/link-button.ts'
import { Notice } from '../../ui/notice.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import type { ChannelDetails } from '../api.ts'
import { channelWords } from '../words.ts'

interface ReadyTemplate {
  id: string
  name: string
  language: string
  parameters: { header: unknown; body: unknown[]; buttons: unknown[] } | unknown[] | null
}

const readyTemplatesQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['templates', 'approved', channelId] as const,
    queryFn: ({ signal }) =>
      request<Page<ReadyTemplate>>('GET', '/api/templates', {
        query: { channelId, status: 'approved', limit: 200 },
        signal,
      }),
    select: (page) => page.items.filter((template) => asksForNothing(template.parameters)),
  })

/** Are there no values to fill in? */
function asksForNothing(parameters: ReadyTemplate['parameters']): boolean {
  if (parameters === null) return true
  if (Array.isArray(parameters)) return parameters.length === 0
  return Object.values(parameters).every((part) => part === null || (Array.isArray(part) && part.length === 0))
}

const isPhone = (text: string): boolean => /^\+\d{7,15}$/.test(text.replace(/[\s()-]/g, ''))

/** An approved template to a phone of one's own: it shows at once whether sending works. */
export function TestMessageDialog({ channel, onClose }: { channel: ChannelDetails; onClose: () => void }) {
  const words = useRoomWords(channelWords)
  const { app } = useWords()
  const errorText = useErrorText(words.errors)
  const templates = useQuery(readyTemplatesQuery(channel.id))
  const [to, setTo] = useState('')
  const [chosen, setChosen] = useState('')
  const [left, setLeft] = useState(false)
  const key = useRef(newKey())
  const template = templates.data?.find(({ id }) => id === chosen) ?? templates.data?.[0]
  const send = useMutation({
    mutationFn: () =>
      request<{ taskId: string }>('POST', '/api/outbound', {
        body: {
          channelId: channel.id,
          to: to.replace(/[\s()-]/g, ''),
          template: { name: template?.name, language: template?.language },
        },
        idempotencyKey: key.current,
      }),
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setLeft(true)
    if (isPhone(to) && template) send.mutate()
  }
  const change = (set: (value: string) => void) => (value: string) => {
    // Another message is another attempt.
    key.current = newKey()
    set(value)
  }
  return (
    <Dialog title={words.test.title} onClose={onClose}>
      {send.data ? (
        <div className="space-y-4">
          <Notice look="success">{words.test.sent}</Notice>
          <Link to="/inbox/$taskId" params={{ taskId: send.data.taskId }} className={LINK_BUTTON_PLAIN}>
            {words.test.openTask}
          </Link>
        </div>
      ) : templates.data?.length === 0 ? (
        <div className="space-y-4">
          <Notice look="warning">{words.test.none}</Notice>
          <Link to="/templates" className={LINK_BUTTON_PLAIN}>
            {words.links.templates}
          </Link>
        </div>
      ) : (
        <form onSubmit={onSubmit} noValidate className="space-y-3">
          <Field
            label={words.test.to}
            hint={words.test.toHint}
            type="tel"
            autoComplete="off"
            value={to}
            error={left && !isPhone(to) ? words.test.badNumber : null}
            onChange={(event) => change(setTo)(event.target.value)}
            onBlur={() => setLeft(to !== '')}
          />
          <Select
            label={words.test.template}
            hint={words.test.templateHint}
            value={template?.id ?? ''}
            options={(templates.data ?? []).map(({ id, name, language }) => ({
              value: id,
              label: `${name} · ${language}`,
            }))}
            onChange={(event) => change(setChosen)(event.target.value)}
          />
          {(send.error ?? templates.error) && (
            <Notice look="danger" urgent>
              {errorText(send.error ?? templates.error)}
            </Notice>
          )}
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>{app.cancel}</Button>
            <Button type="submit" look="message" disabled={send.isPending || !template}>
              {words.test.send(to.trim(), channel.name)}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
