import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { meQuery } from '../api/session.ts'
import { changeView, type SavedView, viewsQuery } from '../api/views.ts'
import { Button } from '../ui/button.tsx'
import { Popover } from '../ui/popover.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { filterOf, type InboxSearch, readFilter } from './inbox-search.ts'
import { picker } from './picker.ts'
import { inboxWords } from './words.ts'

const DeleteView = lazy(async () => {
  const { DeleteView } = await import('./delete-view.tsx')
  return { default: DeleteView }
})

interface SavedViewMenuProps {
  view: SavedView
  before: SavedView | undefined
  after: SavedView | undefined
  search: InboxSearch
}

const ITEM = 'w-full justify-start'

/** What can be done with a saved view; nothing where it is somebody else's to keep. */
export function SavedViewMenu({ view, before, after, search }: SavedViewMenuProps) {
  const app = useWords()
  const words = useRoomWords(inboxWords)
  const errorText = useErrorText()
  const client = useQueryClient()
  const me = useQuery(meQuery).data
  const [deleting, setDeleting] = useState(false)
  const change = useMutation({
    mutationFn: (changes: [string, Parameters<typeof changeView>[1]][]) =>
      Promise.all(changes.map(([id, body]) => changeView(id, body))),
    onError: (error) => showToast(errorText(error), { look: 'danger' }),
    onSettled: () => client.invalidateQueries({ queryKey: viewsQuery.queryKey }),
  })
  if (!canChange(view, me?.id, me?.permissions)) return null
  const filter = readFilter(view.filter)
  const here = search.saved === view.id
  const present = filterOf(search, here ? filter : null)
  const swap = (other: SavedView) => {
    // Two that were saved at one place are told apart.
    const apart = other.position === view.position ? (other === before ? -1 : 1) : 0
    change.mutate([
      [view.id, { position: Math.max(0, other.position + apart) }],
      ...(canChange(other, me?.id, me?.permissions)
        ? [[other.id, { position: view.position }] as [string, { position: number }]]
        : []),
    ])
  }
  return (
    <>
      <Popover
        label={words.view.menu(view.name)}
        button={<Ellipsis size={15} aria-hidden="true" />}
        buttonClass="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-soft opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 hover:bg-hover hover:text-ink pointer-coarse:size-11 pointer-coarse:opacity-100"
        place="right-0 top-full w-60"
      >
        <Button look="quiet" className={ITEM} onClick={() => picker.set({ pick: 'view', id: view.id, filter })}>
          {words.view.rename}
        </Button>
        <Button
          look="quiet"
          className={ITEM}
          disabled={JSON.stringify(present) === JSON.stringify(filter)}
          onClick={() =>
            change.mutate([[view.id, { filter: present }]], {
              onSuccess: () => showToast(words.view.replaced(view.name)),
            })
          }
        >
          {words.view.replace}
        </Button>
        <Button look="quiet" className={ITEM} disabled={!before} onClick={() => before && swap(before)}>
          {words.view.up}
        </Button>
        <Button look="quiet" className={ITEM} disabled={!after} onClick={() => after && swap(after)}>
          {words.view.down}
        </Button>
        <Button look="quiet" className={`${ITEM} text-danger`} onClick={() => setDeleting(true)}>
          {app.app.delete}
        </Button>
      </Popover>
      {deleting && (
        <Suspense>
          <DeleteView view={view} onClose={() => setDeleting(false)} />
        </Suspense>
      )}
    </>
  )
}

const canChange = (view: SavedView, me: string | null | undefined, permissions: readonly string[] = []): boolean =>
  view.shared ? permissions.includes('views.manage') : view.ownerId === me
