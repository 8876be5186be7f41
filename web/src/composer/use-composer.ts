import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import type { Comment, NewComment, OpenedTask, UploadedFile } from '../api/types.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { deliver } from './deliver.ts'
import { type Draft, type Mode, readDraft, writeDraft } from './draft-store.ts'
import { useFocusComposer } from './focus-composer.ts'
import { addPending, type PendingComment, removePending } from './outbox.ts'
import { FILE_LIMITS, fileProblem, sendLimitsQuery } from './send-rules.ts'
import { undoSeconds } from './send-settings.ts'
import { useAssignPrompt } from './use-assign-prompt.ts'
import { useOvertaken } from './use-overtaken.ts'
import { useReach } from './use-reach.ts'
import { useUploads } from './use-uploads.ts'
import { composerWords } from './words.ts'

const EMPTY = { text: '', replyTo: null, files: [], quickReplyId: null }
const NOTHING: Draft = { ...EMPTY, mode: 'comment', employeeIds: [] }

/**
 * What is being written in a task, and who gets it. A comment stays inside unless a person says otherwise (P6, M11).
 * @param fresh has the task been asked for since it was opened? An old suggestion is none.
 */
export function useComposer(task: OpenedTask, fresh: boolean) {
  const client = useQueryClient()
  const { words, formats } = useLanguage()
  const room = useRoomWords(composerWords)
  const reach = useReach(task)
  const limits = useQuery(sendLimitsQuery(task.channelId)).data
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

  // With nothing written, a message that cannot go out is a comment; what is written changes its reader only by a person's hand.
  const empty = draft.text.trim() === '' && draft.files.length === 0
  const mode: Mode = draft.mode === 'message' && !reach.possible && empty ? 'comment' : draft.mode
  const limit = mode === 'message' && limits ? limits.maxTextLength : null
  const tooLong = limit !== null && draft.text.length > limit ? limit : null

  /** Why the channel does not take a file, in words; null: it takes it, or nobody but colleagues gets it. */
  const problemOf = (file: Pick<UploadedFile, 'mime' | 'size'>): string | null => {
    const problem = mode === 'message' ? fileProblem(limits, file) : null
    if (!problem) return null
    const channel = reach.channel?.name ?? words.contact.channel
    return problem.why === 'type'
      ? room.limits.wrongType(channel)
      : room.limits.tooLarge(channel, formats.size(problem.bytes))
  }
  const addFiles = (files: readonly File[]) => {
    const left = FILE_LIMITS.files - draft.files.length - uploads.uploading.length
    const fitting: File[] = []
    for (const file of files) {
      const refusal =
        file.size > FILE_LIMITS.bytes
          ? words.composer.tooLarge(formats.size(FILE_LIMITS.bytes))
          : (problemOf({ mime: file.type, size: file.size }) ??
            (fitting.length >= left ? words.composer.tooMany(FILE_LIMITS.files) : null))
      if (refusal === null) fitting.push(file)
      else uploads.refuse(file, new ApiFailure(413, 'file_refused', refusal))
    }
    uploads.upload(fitting)
    field.current?.focus()
  }

  const overtaken = useOvertaken(task.id, mode === 'message' && !empty)
  const offerTask = useAssignPrompt(task)
  const ready =
    !empty &&
    uploads.uploading.every(({ error }) => error !== null) &&
    tooLong === null &&
    draft.files.every((file) => problemOf(file) === null) &&
    (mode === 'comment' || reach.possible)

  const give = (body: NewComment, files: UploadedFile[]): Promise<Comment | null> => {
    const pending: PendingComment = {
      key: newKey(),
      taskId: task.id,
      body,
      files,
      at: new Date().toISOString(),
      state: 'saving',
      error: null,
    }
    addPending(pending)
    return deliver(client, pending)
  }
  const post = (as: Mode) => {
    const hold = as === 'message' ? undoSeconds.get() : 0
    void give(
      {
        text: draft.text.trim() === '' ? null : draft.text,
        attachmentIds: draft.files.map(({ id }) => id),
        notify: { contact: as === 'message', employeeIds: as === 'comment' ? draft.employeeIds : [] },
        replyTo: draft.replyTo,
        ...(hold > 0 ? { holdSeconds: hold } : {}),
        ...(draft.quickReplyId === null ? {} : { quickReplyId: draft.quickReplyId }),
      },
      draft.files,
    )
    change({ ...EMPTY, mode, employeeIds: [] })
    overtaken.accept()
    field.current?.focus()
    if (as === 'message') offerTask()
  }

  const chooseMode = (next: Mode) => {
    if (next === 'comment' || reach.possible) change({ mode: next })
    field.current?.focus()
  }
  useFocusComposer(chooseMode)

  return {
    draft,
    mode,
    reach,
    limits,
    uploads,
    field,
    limit,
    tooLong,
    problemOf,
    ready,
    overtaken,
    send() {
      // Two answers to one question are worse than a moment's thought.
      if (ready && !(mode === 'message' && overtaken.ask())) post(mode)
    },
    /** The choice, after a colleague was faster. */
    sendAnyway: () => ready && post('message'),
    keepAsComment: () => change({ mode: 'comment' }),
    discard: () => {
      change({ ...EMPTY, mode })
      field.current?.focus()
    },
    sendTemplate: async (template: NonNullable<NewComment['template']>) => {
      const hold = undoSeconds.get()
      const sent = await give(
        {
          text: null,
          attachmentIds: [],
          notify: { contact: true, employeeIds: [] },
          replyTo: null,
          template,
          ...(hold > 0 ? { holdSeconds: hold } : {}),
        },
        [],
      )
      if (sent) offerTask()
      return sent
    },
    change,
    addFiles,
    chooseMode,
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
      setDraft((before) => comeBack(before, body, files))
      field.current?.focus()
    }, []),
    /** So does a message that was taken back before it left; its files have to be fetched. */
    undone: (comment: Comment) => {
      if (comment.kind !== 'template') {
        setUntouched(false)
        const body = { notify: { contact: true, employeeIds: [] }, text: comment.text, replyTo: comment.replyTo }
        setDraft((before) => comeBack(before, body, []))
        if (comment.attachments.length > 0) uploads.copy(comment.attachments)
      }
      field.current?.focus()
    },
  }
}

export type ComposerState = ReturnType<typeof useComposer>

type Returning = Pick<NewComment, 'text' | 'notify' | 'replyTo'>

function comeBack(before: Draft, body: Returning, files: UploadedFile[]): Draft {
  return {
    text: [body.text ?? '', before.text].filter(Boolean).join('\n'),
    // Two texts of different readers together are for colleagues only.
    mode: body.notify.contact && (before.mode === 'message' || before.text === '') ? 'message' : 'comment',
    replyTo: before.replyTo ?? body.replyTo,
    employeeIds: [...new Set([...body.notify.employeeIds, ...before.employeeIds])],
    files: [...files, ...before.files],
    quickReplyId: before.quickReplyId,
  }
}

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
