import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { deleteGroup, type Group, groupPagesQuery, userPagesQuery } from './api.ts'
import { GroupDialog } from './group-dialog.tsx'
import { peopleWords } from './words.ts'

/** People to be named together. */
export function GroupsPage() {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const query = useInfiniteQuery(groupPagesQuery)
  const users = useInfiniteQuery(userPagesQuery).data?.pages.flatMap(({ items }) => items) ?? []
  const [editing, setEditing] = useState<Group | 'new' | null>(null)
  const [deleting, setDeleting] = useState<Group | null>(null)
  const groups = query.data?.pages.flatMap(({ items }) => items)
  const create = (
    <Button look="primary" onClick={() => setEditing('new')}>
      <Plus size={15} aria-hidden="true" />
      {words.groups.create}
    </Button>
  )
  return (
    <Page title={words.groups.title} intro={words.groups.intro} actions={create}>
      {query.error && !groups && <Notice look="danger">{errorText(query.error)}</Notice>}
      {groups?.length === 0 && (
        <div className="rounded-xl border border-dashed border-line-strong px-4 py-12 text-center">
          <p className="font-medium">{words.groups.empty}</p>
          <p className="mt-1 text-[0.8125rem] text-soft">{words.groups.emptyHint}</p>
        </div>
      )}
      {groups && groups.length > 0 && (
        <LongList label={words.groups.list} className="divide-y divide-line rounded-xl border border-line bg-panel">
          {groups.map((group) => (
            <li key={group.id} className="flex items-center gap-3 p-3">
              <div className="min-w-0 flex-1">
                <h2 className="font-medium wrap-anywhere">
                  <bdi>{group.name}</bdi>
                </h2>
                <p className="text-xs text-soft wrap-anywhere">
                  {group.memberIds
                    .map((id) => users.find((user) => user.id === id)?.name)
                    .filter(Boolean)
                    .join(', ') || words.groups.noMembers}
                </p>
              </div>
              <IconButton label={words.groups.edit(group.name)} onClick={() => setEditing(group)}>
                <Pencil size={15} aria-hidden="true" />
              </IconButton>
              <IconButton label={words.groups.delete(group.name)} onClick={() => setDeleting(group)}>
                <Trash2 size={15} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </LongList>
      )}
      {query.hasNextPage && (
        <p className="mt-3 text-center">
          <Button look="quiet" onClick={() => void query.fetchNextPage()}>
            {app.loadMore}
          </Button>
        </p>
      )}
      {editing !== null && (
        <GroupDialog group={editing === 'new' ? null : editing} users={users} onClose={() => setEditing(null)} />
      )}
      {deleting && <DeleteGroup group={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  )
}

function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const { app } = useWords()
  const words = useRoomWords(peopleWords).groups
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteGroup(group.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['groups'] })
      showToast(words.deleted(group.name))
      onClose()
    },
  })
  return (
    <Confirm
      title={words.deleteTitle(group.name)}
      action={app.delete}
      look="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{words.deleteText}</p>
    </Confirm>
  )
}
