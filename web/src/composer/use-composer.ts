import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import type { Comment, OpenedTask } from '../api/types.ts'
import { useLanguage } from '../words/language.tsx'
import { deliver } from './deliver.ts'
import { type Draft, type Mode, readDraft, writeDraft } from './draft-store.ts'
import { addPending, type PendingComment, removePending } from './outbox.ts'
import { canBeSent, FILE_LIMITS, longestText } from './send-rules.ts'
import { useReach } from './use-reach.ts'
import { useUploads } from './use-uploads.ts'

const EMPTY = { text: '', replyTo: null, files: [] }
const NOTHING: Draft = { ...EMPTY, mode: 'comment', employeeIds: [] }

/**
 * What is being written in a task, and who gets it. A comment stays inside unless a person says otherwise (P6, M11).
 * @param fresh has the task been asked for since it was opened? An old suggestion is none.
 */
export function useComposer(task: OpenedTask, fresh: boolean) {
  const client = useQueryClient()
  const { words, formats } = useLanguage()
  const reach = useReach(task)
  const stored = useMemo(() => readDraft(task.id), [task.id])
  const [draft, setDraft] = useState<Draft>(stored ?? NOTHING)
  /** Nobody has written, attached or chosen anything yet. */
  const [untouched, setUntouched] = useState(stored === null)
  const field = useRef<HTMLTextAreaElement>(null)

  const change = useCallback((changes: Partial<Draft>) => {
    setUntouched(false)
    setDraft((before) => ({ ...before, ...changes }))
  }, [])
  useEffect(() => {
    if (!untouched) writeDraft(task.id, draft)
  }, [task.id, draft, untouched])

  useSuggestion(task, fresh, untouched, setDraft)

  const uploads = useUploads((file) => {
    setUntouched(false)
    setDraft((before) => ({ ...before, files: [...before.files, file] }))
  })
  const addFiles = (files: readonly File[]) => {
    const room = FILE_LIMITS.files - draft.files.length - uploads.uploading.length
    const tooLarge = files.filter(({ size }) => size > FILE_LIMITS.bytes)
    const fitting = files.filter(({ size }) => size <= FILE_LIMITS.bytes)
    const refusal = (message: string) => new ApiFailure(413, 'file_refused', message)
    for (const file of tooLarge) uploads.refuse(file, refusal(words.composer.tooLarge(formats.size(FILE_LIMITS.bytes))))
    for (const file of fitting.slice(room)) uploads.refuse(file, refusal(words.composer.tooMany(FILE_LIMITS.files)))
    uploads.upload(fitting.slice(0, room))
    field.current?.focus()
  }

  // With nothing written, a message that cannot go out is a comment; what is written changes its reader only by a person's hand.
  const empty = draft.text.trim() === '' && draft.files.length === 0
  const mode: Mode = draft.mode === 'message' && !reach.possible && empty ? 'comment' : draft.mode
  const provider = reach.channel?.provider
  const limit = mode === 'message' ? longestText(provider) : null
  const tooLong = limit !== null && draft.text.length > limit ? limit : null
  const unsendable = mode === 'message' ? draft.files.filter((file) => !canBeSent(provider, file)) : []
  const ready =
    !empty &&
    uploads.uploading.length === 0 &&
    tooLong === null &&
    unsendable.length === 0 &&
    (mode === 'comment' || reach.possible)

  function send() {
    if (!ready) return
    const pending: PendingComment = {
      key: newKey(),
      taskId: task.id,
      body: {
        text: draft.text.trim() === '' ? null : draft.text,
        attachmentIds: draft.files.map(({ id }) => id),
        notify: { contact: mode === 'message', employeeIds: mode === 'comment' ? draft.employeeIds : [] },
        replyTo: draft.replyTo,
      },
      files: draft.files,
      at: new Date().toISOString(),
      state: 'saving',
      error: null,
    }
    addPending(pending)
    change({ ...EMPTY, mode, employeeIds: [] })
    void deliver(client, pending)
    field.current?.focus()
  }

  return {
    draft,
    mode,
    reach,
    uploads,
    field,
    tooLong,
    unsendable,
    ready,
    send,
    change,
    addFiles,
    chooseMode(next: Mode) {
      if (next === 'comment' || reach.possible) change({ mode: next })
      field.current?.focus()
    },
    removeFile: (id: string) => change({ files: draft.files.filter((file) => file.id !== id) }),
    replyTo: useCallback(
      (comment: Comment) => {
        change({ replyTo: comment.id })
        field.current?.focus()
      },
      [change],
    ),
    /** A refused comment comes back, in front of what was begun since. */
    takeBack: useCallback(({ key, body, files }: PendingComment) => {
      removePending(key)
      setUntouched(false)
      setDraft((before) => ({
        text: [body.text ?? '', before.text].filter(Boolean).join('\n'),
        // Two texts of different readers together are for colleagues only.
        mode: body.notify.contact && (before.mode === 'message' || before.text === '') ? 'message' : 'comment',
        replyTo: before.replyTo ?? body.replyTo,
        employeeIds: [...new Set([...body.notify.employeeIds, ...before.employeeIds])],
        files: [...files, ...before.files],
      }))
      field.current?.focus()
    }, []),
  }
}

export type ComposerState = ReturnType<typeof useComposer>

/**
 * Opens as an internal comment, whoever opens it (P6): only a person's own hand makes it a message. Of the server's
 * suggestion the colleagues are taken over, until somebody has begun to write.
 */
function useSuggestion(
  task: OpenedTask,
  fresh: boolean,
  untouched: boolean,
  setDraft: (change: (draft: Draft) => Draft) => void,
) {
  const colleagues = task.suggestedNotify.employeeIds.join(' ')
  useEffect(() => {
    if (!fresh || !untouched) return
    const employeeIds = colleagues === '' ? [] : colleagues.split(' ')
    setDraft((draft) => ({ ...draft, mode: 'comment', employeeIds }))
  }, [fresh, untouched, colleagues, setDraft])
}
