import { CircleHelp, Copy, Download, History, Link2, MailOpen, Reply } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { Comment } from '../api/types.ts'
import { fileUrl } from '../api/upload.ts'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { EntryPopup } from './entry-popup.tsx'
import { taskWords } from './words.ts'

const Explanation = lazy(() => import('./explanation.tsx').then((module) => ({ default: module.Explanation })))
const Revisions = lazy(() => import('./revisions.tsx').then((module) => ({ default: module.Revisions })))

export interface EntryMenuFor {
  comment: Comment
  anchor: HTMLElement
}

interface EntryMenuProps extends EntryMenuFor {
  me: string | null
  onReply: (comment: Comment) => void
  onUnread: (comment: Comment) => Promise<void>
  onClose: () => void
}

/** What can be done with one entry of the feed. */
export function EntryMenu({ comment, anchor, me, onReply, onUnread, onClose }: EntryMenuProps) {
  const words = useWords()
  const { entry, unread } = useRoomWords(taskWords)
  const errorText = useErrorText()
  const [shown, setShown] = useState<'menu' | 'why' | 'earlier'>('menu')
  const copy = async (text: string) => {
    onClose()
    try {
      await navigator.clipboard.writeText(text)
      showToast(entry.copied)
    } catch {
      showToast(entry.notCopied, { look: 'danger' })
    }
  }
  const markUnread = async () => {
    onClose()
    try {
      await onUnread(comment)
      showToast(unread.marked)
    } catch (error) {
      showToast(errorText(error), { look: 'danger' })
    }
  }
  const back = () => {
    onClose()
    anchor.focus()
  }
  if (shown !== 'menu') {
    return (
      <Suspense fallback={null}>
        {shown === 'why' ? (
          <Explanation comment={comment} onClose={back} />
        ) : (
          <Revisions comment={comment} onClose={back} />
        )}
      </Suspense>
    )
  }
  const deleted = comment.deletedAt !== null
  const files = comment.attachments.filter(({ state }) => state === 'stored')
  return (
    <EntryPopup label={entry.title} anchor={anchor} onClose={onClose}>
      {!deleted && comment.kind !== 'system' && (
        <Item
          icon={<Reply size={15} aria-hidden="true" />}
          onSelect={() => {
            onClose()
            onReply(comment)
          }}
        >
          {words.task.reply}
        </Item>
      )}
      {comment.text !== null && (
        <Item icon={<Copy size={15} aria-hidden="true" />} onSelect={() => void copy(comment.text ?? '')}>
          {entry.copyText}
        </Item>
      )}
      <Item icon={<Link2 size={15} aria-hidden="true" />} onSelect={() => void copy(linkTo(comment))}>
        {entry.copyLink}
      </Item>
      {files.map((file) => (
        <Item
          key={file.id}
          icon={<Download size={15} aria-hidden="true" />}
          onSelect={() => {
            onClose()
            location.assign(fileUrl(file.id, false))
          }}
        >
          <bdi className="max-w-64 truncate">{words.files.download(file.name)}</bdi>
        </Item>
      ))}
      {comment.editedAt !== null && !deleted && (
        <Item icon={<History size={15} aria-hidden="true" />} onSelect={() => setShown('earlier')}>
          {entry.earlier}
        </Item>
      )}
      <Item icon={<CircleHelp size={15} aria-hidden="true" />} onSelect={() => setShown('why')}>
        {entry.why}
      </Item>
      {me !== null && comment.author.kind === 'contact' && !deleted && (
        <Item icon={<MailOpen size={15} aria-hidden="true" />} onSelect={() => void markUnread()}>
          {entry.unread}
        </Item>
      )}
    </EntryPopup>
  )
}

/** Without what the reader's own list looks like. */
const linkTo = ({ taskId, id }: Comment) =>
  `${location.origin}/inbox/${encodeURIComponent(taskId)}?comment=${encodeURIComponent(id)}`

function Item({ icon, onSelect, children }: { icon: ReactNode; onSelect: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      onClick={onSelect}
      className="flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-left outline-none hover:bg-hover focus:bg-hover pointer-coarse:min-h-11"
    >
      <span className="shrink-0 text-soft">{icon}</span>
      {children}
    </button>
  )
}
