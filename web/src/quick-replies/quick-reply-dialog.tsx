import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import type { UploadedFile } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox, Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { changeQuickReply, createQuickReply, foldersQuery, previewTasksQuery, type QuickReply } from './api.ts'
import { contentOf, initialReply, problemsOf } from './reply-content.ts'
import { ReplyFiles } from './reply-files.tsx'
import { TextEditor } from './text-editor.tsx'
import { TextPreview } from './text-preview.tsx'
import { useCheckedText } from './use-checked-text.ts'
import { quickReplyWords } from './words.ts'

interface QuickReplyDialogProps {
  /** null: a new one */
  quickReply: QuickReply | null
  /** May the person keep shared ones? */
  keepsShared: boolean
  /** where a new one belongs */
  folder: string | null
  onClose: () => void
}

/** Writes a quick reply; beside it stands how a real client would read it. */
export function QuickReplyDialog({ quickReply, keepsShared, folder, onClose }: QuickReplyDialogProps) {
  const { app } = useWords()
  const words = useRoomWords(quickReplyWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const folders = useQuery(foldersQuery).data ?? []
  const tasks = useQuery(previewTasksQuery).data
  const [began] = useState(() => initialReply(quickReply, folder))
  const [typed, setTyped] = useState(began)
  const [files, setFiles] = useState<readonly UploadedFile[]>(quickReply?.attachments ?? [])
  const [uploading, setUploading] = useState(false)
  const [taskId, setTaskId] = useState<string | null>(null)
  const [tried, setTried] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const key = useRef(newKey())
  const readIn = taskId ?? tasks?.[0]?.id ?? null
  const { preview, current } = useCheckedText(typed.text, readIn)
  const disabled = quickReply?.shared === true && !keepsShared
  const problems = problemsOf(typed, files.length)
  const content = contentOf(typed, files)
  const dirty = !disabled && JSON.stringify(content) !== JSON.stringify(contentOf(began, quickReply?.attachments ?? []))
  const wrong = current ? (preview?.problems ?? []) : []

  const save = useMutation({
    mutationFn: () => (quickReply ? changeQuickReply(quickReply.id, content) : createQuickReply(content, key.current)),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['quick-replies'] })
      void client.invalidateQueries({ queryKey: ['quick-reply'] })
      showToast(quickReply ? words.form.saved(saved.title) : words.form.created(saved.title))
      onClose()
    },
    // Nothing was made of a refused request: corrected, it is another one.
    onError: (error) => {
      if (!(error instanceof ApiFailure && error.passing)) key.current = newKey()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(problems).length === 0 && wrong.length === 0 && !uploading && !save.isPending) save.mutate()
  }
  const leave = () => (dirty ? setLeaving(true) : onClose())
  const set = (change: Partial<typeof typed>) => setTyped({ ...typed, ...change })
  const taken = save.error instanceof ApiFailure && save.error.code === 'shortcut_taken'
  const title = disabled ? words.form.readTitle : quickReply ? words.form.editTitle : words.form.createTitle
  return (
    <Dialog title={title} onClose={leave} size="large">
      <form onSubmit={submit} noValidate>
        {disabled && (
          <Notice look="plain" className="mb-3">
            {words.form.readOnly}
          </Notice>
        )}
        <div className="grid gap-x-5 gap-y-4 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="space-y-3">
            <Field
              data-autofocus
              label={words.form.title}
              value={typed.title}
              maxLength={200}
              disabled={disabled}
              onChange={({ target }) => set({ title: target.value })}
              error={tried && problems.title ? words.form.titleMissing : null}
            />
            <div className="grid gap-3 sm:grid-cols-2">
              <Field
                label={words.form.shortcut}
                hint={words.form.shortcutHint}
                value={typed.shortcut}
                maxLength={51}
                disabled={disabled}
                onChange={({ target }) => set({ shortcut: target.value })}
                error={taken ? errorText(save.error) : problems.shortcut ? words.form.shortcutInvalid : null}
              />
              <Field
                label={words.form.folder}
                hint={words.form.folderHint}
                list="quick-reply-folders"
                value={typed.folder}
                maxLength={100}
                disabled={disabled}
                onChange={({ target }) => set({ folder: target.value })}
              />
              <datalist id="quick-reply-folders">
                {folders.map(({ name }) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </div>
            <TextEditor
              text={typed.text}
              problems={wrong}
              disabled={disabled}
              error={tried && problems.empty ? words.form.empty : null}
              onChange={(text) => set({ text })}
            />
            <ReplyFiles
              files={files}
              disabled={disabled}
              onAdd={(file) => setFiles((all) => [...all, file])}
              onRemove={(id) => setFiles((all) => all.filter((file) => file.id !== id))}
              onBusy={setUploading}
            />
            <Checkbox
              label={words.form.shared}
              hint={keepsShared || disabled ? words.form.sharedHint : words.form.sharedForbidden}
              checked={typed.shared}
              disabled={!keepsShared}
              onChange={({ target }) => set({ shared: target.checked })}
            />
          </div>
          <TextPreview tasks={tasks} taskId={readIn} onTask={setTaskId} preview={preview} files={files} />
        </div>
        {save.error && !taken && (
          <Notice look="danger" urgent className="mt-3">
            {errorText(save.error)}
          </Notice>
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={leave}>{disabled ? app.close : app.cancel}</Button>
          {!disabled && (
            <Button look="primary" type="submit" disabled={save.isPending || uploading}>
              {words.form.save}
            </Button>
          )}
        </div>
      </form>
      {leaving && (
        <Confirm
          title={words.form.discardTitle}
          action={words.form.discard}
          look="danger"
          onConfirm={onClose}
          onClose={() => setLeaving(false)}
        >
          <p>{words.form.discardText}</p>
        </Confirm>
      )}
    </Dialog>
  )
}
