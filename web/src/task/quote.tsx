import type { Comment } from '../api/types.ts'
import type { Words } from '../words/en.ts'
import { useWords } from '../words/language.tsx'

/** A comment in one line: its words, or what kind of thing it is. */
export function summaryOf(comment: Comment, words: Words): string {
  if (comment.deletedAt) return words.task.deleted
  const file = comment.attachments[0]
  const text = comment.text?.replace(/\s+/g, ' ').trim()
  if (text) return text.slice(0, 140)
  return file && comment.kind === 'document' ? file.name : words.kinds[comment.kind]
}

interface QuoteProps {
  /** What is answered; null: it is older than what is loaded. */
  comment: Comment | null
  id: string | null
  onShow: (id: string) => void
}

export function Quote({ comment, id, onShow }: QuoteProps) {
  const words = useWords()
  if (!comment) {
    return (
      <button
        type="button"
        onClick={() => id !== null && onShow(id)}
        className="mb-1 block w-full rounded-r border-l-2 border-line-strong bg-ink/5 px-2 py-0.5 text-left text-xs text-soft italic"
      >
        {words.task.quotedEarlier}
      </button>
    )
  }
  return (
    <button
      type="button"
      onClick={() => onShow(comment.id)}
      className="mb-1 block w-full max-w-full rounded-r border-l-2 border-accent bg-ink/5 px-2 py-0.5 text-left text-xs"
    >
      <span className="sr-only">{words.task.quoted(comment.author.name)}</span>
      <bdi aria-hidden="true" className="block truncate font-medium">
        {comment.author.name}
      </bdi>
      <span dir="auto" className="block truncate text-soft">
        {summaryOf(comment, words)}
      </span>
    </button>
  )
}
