import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { newKey } from '../api/request.ts'
import { meQuery } from '../api/session.ts'
import type { TaskFilter } from '../api/tasks.ts'
import { changeView, createView, type SavedView, viewsQuery } from '../api/views.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox, Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { inboxWords } from './words.ts'

interface ViewDialogProps {
  /** of a view that is there already; null: a new one */
  id: string | null
  filter: TaskFilter
  onClose: () => void
}

/** Name and sharing of a saved view. */
export function ViewDialog({ id, filter, onClose }: ViewDialogProps) {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const errorText = useErrorText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const known = client.getQueryData(viewsQuery.queryKey)?.items.find((view) => view.id === id)
  const mayShare = useQuery(meQuery).data?.permissions.includes('views.manage') ?? false
  const [name, setName] = useState(known?.name ?? '')
  const [shared, setShared] = useState(known?.shared ?? false)
  const [key] = useState(newKey)
  const save = useMutation({
    mutationFn: (): Promise<SavedView> =>
      id === null
        ? createView({ name: name.trim(), shared, filter }, key)
        : changeView(id, { name: name.trim(), shared }),
    onSuccess: async (view) => {
      await client.invalidateQueries({ queryKey: viewsQuery.queryKey })
      onClose()
      if (id === null) void navigate({ to: '/inbox', search: { saved: view.id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') save.mutate()
  }
  return (
    <Dialog title={id === null ? words.view.saveTitle : words.view.changeTitle} onClose={onClose}>
      <form onSubmit={submit} className="space-y-4">
        {id === null && <p className="text-[0.8125rem] text-soft">{words.view.saveHint}</p>}
        {save.error && (
          <Notice look="danger" urgent>
            {errorText(save.error)}
          </Notice>
        )}
        <Field
          label={words.view.name}
          value={name}
          maxLength={100}
          required
          data-autofocus
          onChange={({ target }) => setName(target.value)}
        />
        {mayShare && (
          <Checkbox
            label={words.view.share}
            hint={words.view.shareHint}
            checked={shared}
            onChange={({ target }) => setShared(target.checked)}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{app.app.cancel}</Button>
          <Button look="primary" type="submit" disabled={save.isPending || name.trim() === ''}>
            {app.app.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
