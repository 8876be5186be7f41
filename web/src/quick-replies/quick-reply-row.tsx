import { Folder, Paperclip, Trash2 } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { QuickReply } from './api.ts'
import { quickReplyWords } from './words.ts'

interface QuickReplyRowProps {
  quickReply: QuickReply
  mayChange: boolean
  onOpen: () => void
  onDelete: () => void
}

export function QuickReplyRow({ quickReply, mayChange, onOpen, onDelete }: QuickReplyRowProps) {
  const words = useRoomWords(quickReplyWords)
  const { title, shortcut, folder, text, shared, attachments } = quickReply
  return (
    <li className="relative flex items-start gap-2 p-3 hover:bg-hover has-[button:focus-visible]:bg-hover">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="min-w-0 font-medium">
            {/* The whole row opens it. */}
            <button
              type="button"
              aria-label={mayChange ? words.edit(title) : words.open(title)}
              onClick={onOpen}
              className="text-left wrap-anywhere outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:outline-focus"
            >
              <bdi>{title}</bdi>
            </button>
          </h2>
          {shortcut !== null && <code className="rounded bg-hover px-1.5 text-xs leading-5">/{shortcut}</code>}
          <Badge look={shared ? 'accent' : 'plain'}>{shared ? words.shared : words.own}</Badge>
          {folder !== null && (
            <span className="inline-flex min-w-0 items-center gap-1 text-xs text-soft">
              <Folder size={12} aria-hidden="true" className="shrink-0" />
              <bdi className="truncate">{folder}</bdi>
            </span>
          )}
          {attachments.length > 0 && (
            <span className="inline-flex items-center gap-1 text-xs text-soft">
              <Paperclip size={12} aria-hidden="true" />
              {words.files(attachments.length)}
            </span>
          )}
        </div>
        {text !== '' && (
          <p dir="auto" className="mt-1 line-clamp-2 text-[0.8125rem] wrap-anywhere whitespace-pre-line text-soft">
            {text}
          </p>
        )}
      </div>
      {mayChange && (
        <IconButton label={words.delete(title)} onClick={onDelete} className="relative">
          <Trash2 size={15} aria-hidden="true" />
        </IconButton>
      )}
    </li>
  )
}
