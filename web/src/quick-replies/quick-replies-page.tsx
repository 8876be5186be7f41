import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { meQuery } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { LongList } from '../ui/long-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { foldersQuery, type QuickReply, quickReplyPagesQuery } from './api.ts'
import { DeleteQuickReply } from './delete-quick-reply.tsx'
import { FolderChips } from './folder-chips.tsx'
import { QuickReplyDialog } from './quick-reply-dialog.tsx'
import { QuickReplyRow } from './quick-reply-row.tsx'
import { quickReplyWords } from './words.ts'

/** Prepared answers (M16): everybody's and one's own. */
export function QuickRepliesPage() {
  const { app } = useWords()
  const words = useRoomWords(quickReplyWords)
  const errorText = useErrorText(words.errors)
  const me = useQuery(meQuery).data
  const folders = useQuery(foldersQuery).data ?? []
  const [typed, setTyped] = useState('')
  const [folder, setFolder] = useState<string | null>(null)
  const [editing, setEditing] = useState<QuickReply | 'new' | null>(null)
  const [deleting, setDeleting] = useState<QuickReply | null>(null)
  const q = useDeferredValue(typed.trim())
  // A folder that has become empty is none any more.
  const chosen = folders.some(({ name }) => name === folder) ? folder : null
  const query = useInfiniteQuery({ ...quickReplyPagesQuery(q, chosen), placeholderData: keepPreviousData })
  const quickReplies = query.data?.pages.flatMap(({ items }) => items)
  const keepsShared = me?.permissions.includes('quick_replies.manage') ?? false
  const create = (
    <Button look="primary" onClick={() => setEditing('new')}>
      <Plus size={15} aria-hidden="true" />
      {words.create}
    </Button>
  )
  const untouched = q === '' && chosen === null
  return (
    <Page title={words.title} intro={words.intro} actions={create}>
      <div className="mb-4 space-y-3">
        <Field
          type="search"
          label={words.search}
          hideLabel
          placeholder={words.searchHint}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        {folders.length > 0 && <FolderChips folders={folders} chosen={chosen} onChoose={setFolder} />}
      </div>
      {query.error && !quickReplies && <Notice look="danger">{errorText(query.error)}</Notice>}
      {quickReplies?.length === 0 && (
        <div className="rounded-xl border border-dashed border-line-strong px-4 py-12 text-center">
          <p className="font-medium">{untouched ? words.empty : words.nothing}</p>
          {untouched && <p className="mt-1 text-[0.8125rem] text-soft">{words.emptyHint}</p>}
        </div>
      )}
      {quickReplies && quickReplies.length > 0 && (
        <LongList
          label={words.list}
          className="divide-y divide-line overflow-clip rounded-xl border border-line bg-panel"
        >
          {quickReplies.map((quickReply) => (
            <QuickReplyRow
              key={quickReply.id}
              quickReply={quickReply}
              mayChange={!quickReply.shared || keepsShared}
              onOpen={() => setEditing(quickReply)}
              onDelete={() => setDeleting(quickReply)}
            />
          ))}
        </LongList>
      )}
      {query.hasNextPage && (
        <p className="mt-3 text-center">
          <Button look="quiet" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {app.loadMore}
          </Button>
        </p>
      )}
      {editing !== null && (
        <QuickReplyDialog
          quickReply={editing === 'new' ? null : editing}
          keepsShared={keepsShared}
          folder={chosen}
          onClose={() => setEditing(null)}
        />
      )}
      {deleting && <DeleteQuickReply quickReply={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  )
}
