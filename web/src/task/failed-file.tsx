import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { useRef } from 'react'
import { retryFetch } from '../api/comments.ts'
import { newKey } from '../api/request.ts'
import type { Attachment } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'

/** A client's file that could not be had: why, and another try. Who reads on sees it on its way, and how that ends. */
export function FailedFile({ file, taskId }: { file: Attachment; taskId: string }) {
  const words = useWords()
  const errorText = useErrorText({ channel_disconnected: words.files.fetchFrom })
  const client = useQueryClient()
  // A double click is one try.
  const key = useRef(newKey())
  const retry = useMutation({
    mutationFn: () => retryFetch(file.id, key.current),
    onSuccess: () => {
      key.current = newKey()
    },
    onSettled: () =>
      Promise.all(['feed', 'history'].map((part) => client.invalidateQueries({ queryKey: [part, taskId] }))),
  })
  return (
    <div className="max-w-md rounded-lg border border-line bg-panel px-3 py-2 text-[0.8125rem] text-danger">
      <div className="flex items-center gap-2">
        <CircleAlert size={16} aria-hidden="true" className="shrink-0" />
        <span className="min-w-0">
          <bdi className="block truncate font-medium">{file.name}</bdi>
          {file.error?.message ?? words.files.failed}
        </span>
      </div>
      <Button small className="mt-2" disabled={retry.isPending} onClick={() => retry.mutate()}>
        {words.files.fetchAgain}
      </Button>
      {retry.error && (
        <p role="alert" className="mt-1">
          {errorText(retry.error)}
        </p>
      )}
    </div>
  )
}
