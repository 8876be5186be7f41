import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Paperclip, TriangleAlert, Zap } from 'lucide-react'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import { cx } from '../ui/class-names.ts'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import type { TokenKeys } from './composer-field.tsx'
import {
  type FilledQuickReply,
  filledQuery,
  type QuickReply,
  quickRepliesQuery,
  rankQuickReplies,
  takeQuickReply,
} from './quick-reply-search.ts'
import { quickWords } from './quick-words.ts'
import { composerWords } from './words.ts'

interface QuickReplyPanelProps {
  taskId: string
  query: string
  id: string
  keys: RefObject<TokenKeys | null>
  onActive: (id: string | null) => void
  onInsert: (quickReply: QuickReply, filled: FilledQuickReply) => void
  onClose: () => void
}

/** Prepared answers: found by a few letters, read as they will stand here, and put into the composer. Nothing is sent. */
export function QuickReplyPanel({ taskId, query, id, keys, onActive, onInsert, onClose }: QuickReplyPanelProps) {
  const { quick } = useRoomWords(quickWords)
  const { errors } = useRoomWords(composerWords)
  const errorText = useErrorText(errors)
  const [folder, setFolder] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const all = useQuery(quickRepliesQuery(''))
  // Where there are more than one page, the server looks through the rest.
  const more = all.data?.next != null && query.trim() !== ''
  const found = useQuery({ ...quickRepliesQuery(query.trim()), enabled: more, placeholderData: keepPreviousData })
  const items = useMemo(() => (more ? found.data : all.data)?.items ?? [], [more, found.data, all.data])
  const shown = useMemo(() => rankQuickReplies(items, query, folder), [items, query, folder])
  const folders = useMemo(
    () => [...new Set(items.flatMap((one) => one.folder ?? []))].sort((one, other) => one.localeCompare(other)),
    [items],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at the best answer
  useEffect(() => setActive(0), [query, folder])
  const current = shown[Math.min(active, shown.length - 1)]

  const key = useRef(newKey())
  const take = useMutation({
    mutationFn: (quickReply: QuickReply) => takeQuickReply(taskId, quickReply.id, key.current),
    onSuccess: (filled, quickReply) => onInsert(quickReply, filled),
    onError: () => {
      key.current = newKey()
    },
  })
  const { isPending, mutate } = take

  useEffect(() => {
    onActive(current ? `${id}-${current.id}` : null)
    return () => onActive(null)
  }, [current, id, onActive])
  useEffect(() => {
    keys.current = (event) => {
      if (event.key === 'Escape') {
        onClose()
        return true
      }
      if (!current || event.ctrlKey || event.metaKey || event.altKey) return false
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1
        setActive((before) => (Math.min(before, shown.length - 1) + step + shown.length) % shown.length)
        return true
      }
      if (event.key !== 'Enter' && event.key !== 'Tab') return false
      if (event.shiftKey) return false
      if (!isPending) mutate(current)
      return true
    }
    return () => {
      keys.current = null
    }
  }, [keys, current, shown.length, isPending, mutate, onClose])
  useEffect(() => {
    if (current) document.getElementById(`${id}-${current.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [current, id])

  return (
    <section
      aria-label={quick.list}
      className="mb-2 flex max-h-[min(22rem,45dvh)] flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-xl shadow-black/15"
    >
      {folders.length > 0 && (
        <label className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-xs text-soft">
          {quick.folder}
          <select
            value={folder ?? ''}
            onChange={({ target }) => setFolder(target.value === '' ? null : target.value)}
            className="h-7 min-w-0 rounded-md border border-line bg-ground px-1.5 text-ink pointer-coarse:h-11"
          >
            <option value="">{quick.allFolders}</option>
            {folders.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
        <div
          id={id}
          role="listbox"
          tabIndex={-1}
          aria-label={quick.list}
          className="min-h-0 flex-1 overflow-y-auto p-1"
        >
          {shown.map((one) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the text field
            <div
              key={one.id}
              id={`${id}-${one.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === current}
              // The cursor stays in the text.
              onMouseDown={(event) => event.preventDefault()}
              onMouseMove={() => setActive(shown.indexOf(one))}
              onClick={() => !isPending && mutate(one)}
              className={cx(
                'cursor-pointer rounded-md px-2.5 py-1.5 pointer-coarse:py-2.5',
                one === current && 'bg-selected',
              )}
            >
              <p className="flex items-baseline gap-2">
                <bdi className="min-w-0 truncate font-medium">{one.title}</bdi>
                {one.shortcut && <bdi className="shrink-0 text-xs text-soft">/{one.shortcut}</bdi>}
                {one.attachments.length > 0 && (
                  <Paperclip
                    size={12}
                    role="img"
                    aria-label={quick.files(one.attachments.length)}
                    className="shrink-0"
                  />
                )}
              </p>
              <bdi className="block truncate text-xs text-soft">{one.text}</bdi>
            </div>
          ))}
          {shown.length === 0 && all.data && (
            <p className="px-2.5 py-2 text-[0.8125rem] text-soft">
              {all.data.items.length === 0 ? quick.none : quick.nothing}
            </p>
          )}
        </div>
        {current && <Preview taskId={taskId} quickReply={current} />}
      </div>
      <p className="flex items-center gap-1.5 border-t border-line px-3 py-1 text-xs text-soft">
        <Zap size={12} aria-hidden="true" className="shrink-0" />
        {quick.hint}
      </p>
      {take.error && (
        <p role="alert" className="border-t border-line px-3 py-1.5 text-xs text-danger">
          {errorText(take.error)}
        </p>
      )}
    </section>
  )
}

function Preview({ taskId, quickReply }: { taskId: string; quickReply: QuickReply }) {
  const { quick } = useRoomWords(quickWords)
  const filled = useQuery({ ...filledQuery(taskId, quickReply.id), placeholderData: keepPreviousData }).data
  return (
    <div
      aria-live="polite"
      className="max-h-28 min-w-0 overflow-y-auto border-t border-line bg-ground px-3 py-2 text-[0.8125rem] sm:max-h-none sm:w-1/2 sm:border-t-0 sm:border-l"
    >
      <p className="mb-1 text-xs text-soft">{quick.preview}</p>
      <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
        {filled?.text}
      </p>
      {quickReply.attachments.map((file) => (
        <p key={file.id} className="mt-1 flex items-center gap-1.5 text-xs text-soft">
          <Paperclip size={12} aria-hidden="true" className="shrink-0" />
          <bdi className="truncate">{file.name}</bdi>
        </p>
      ))}
      {filled && filled.missing.length > 0 && (
        <p className="mt-1.5 flex items-start gap-1.5 text-xs text-warning">
          <TriangleAlert size={13} aria-hidden="true" className="mt-0.5 shrink-0" />
          {quick.missing(filled.missing.join(', '))}
        </p>
      )}
    </div>
  )
}
