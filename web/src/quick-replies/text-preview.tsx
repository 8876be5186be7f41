import { Paperclip } from 'lucide-react'
import type { Task, UploadedFile } from '../api/types.ts'
import { Select } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { TextPreview as Preview } from './api.ts'
import { quickReplyWords } from './words.ts'

interface TextPreviewProps {
  tasks: readonly Task[] | undefined
  taskId: string | null
  onTask: (taskId: string) => void
  preview: Preview | undefined
  files: readonly UploadedFile[]
}

/** The text as it would leave for a real client. */
export function TextPreview({ tasks, taskId, onTask, preview, files }: TextPreviewProps) {
  const words = useRoomWords(quickReplyWords).preview
  const filled = preview?.filled
  return (
    <section aria-label={words.title} className="self-start rounded-xl border border-line bg-ground p-3">
      <h3 className="mb-2 text-[0.8125rem] font-medium">{words.title}</h3>
      {tasks?.length === 0 && <p className="text-[0.8125rem] text-soft">{words.noTasks}</p>}
      {tasks && tasks.length > 0 && (
        <Select
          label={words.task}
          value={taskId ?? ''}
          options={tasks.map(({ id, number, requester }) => ({
            value: id,
            label: words.taskName(number, requester.name),
          }))}
          onChange={({ target }) => onTask(target.value)}
        />
      )}
      <div aria-live="polite" className="mt-3">
        {preview && preview.problems.length > 0 && <p className="text-[0.8125rem] text-soft">{words.wrong}</p>}
        {filled && filled.text.trim() === '' && files.length === 0 && (
          <p className="text-[0.8125rem] text-soft">{words.empty}</p>
        )}
        {filled && (filled.text.trim() !== '' || files.length > 0) && (
          <div className="ml-auto w-fit max-w-full rounded-2xl rounded-br-md bg-message-bubble px-3 py-2">
            <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
              {filled.text}
            </p>
            {files.map(({ id, name }) => (
              <p key={id} className="flex items-center gap-1.5 text-[0.8125rem]">
                <Paperclip size={13} aria-hidden="true" className="shrink-0" />
                <bdi className="truncate">{name}</bdi>
              </p>
            ))}
          </div>
        )}
        {filled && filled.missing.length > 0 && (
          <p className="mt-2 rounded-md bg-warning-ground px-2.5 py-1.5 text-xs text-warning">
            {words.missing(filled.missing.join(', '))}
          </p>
        )}
      </div>
    </section>
  )
}
