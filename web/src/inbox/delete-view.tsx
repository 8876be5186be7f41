import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { deleteView, type SavedView, viewsQuery } from '../api/views.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { inboxWords } from './words.ts'

export function DeleteView({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const client = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ strict: false })
  const remove = useMutation({
    mutationFn: () => deleteView(view.id),
    onSuccess: async () => {
      if ('saved' in search && search.saved === view.id) await navigate({ to: '/inbox', search: {}, replace: true })
      onClose()
      void client.invalidateQueries({ queryKey: viewsQuery.queryKey })
    },
  })
  return (
    <Confirm
      title={words.view.deleteTitle}
      action={app.app.delete}
      look="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{words.view.deleteText(view.name)}</p>
      {view.shared && <p>{words.view.deleteShared}</p>}
    </Confirm>
  )
}
