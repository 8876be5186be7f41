import { lazy, Suspense, useState } from 'react'
import { ApiFailure } from '../api/request.ts'
import type { OpenedTask } from '../api/types.ts'
import type { ChosenTemplate } from '../templates/template-values.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { outbox, removePending } from './outbox.ts'
import type { ComposerState } from './use-composer.ts'
import { composerWords } from './words.ts'

const TemplateDialog = lazy(() =>
  import('../templates/template-dialog.tsx').then((module) => ({ default: module.TemplateDialog })),
)

interface TemplateSenderProps {
  task: OpenedTask
  composer: ComposerState
  channelName: string
  onClose: () => void
}

/** Chooses a template for the client of this task. Refused, it stays open with all that was filled in. */
export function TemplateSender({ task, composer, channelName, onClose }: TemplateSenderProps) {
  const words = useWords()
  const { template: room } = useRoomWords(composerWords)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const client = task.requester.name

  const send = async ({ name, language, parameters }: ChosenTemplate) => {
    setBusy(true)
    setError(null)
    const sent = await composer.sendTemplate({ name, language, parameters })
    setBusy(false)
    const pending = sent ? undefined : outbox.get().findLast(({ taskId, body }) => taskId === task.id && body.template)
    if (pending?.error instanceof ApiFailure && !pending.error.passing) {
      removePending(pending.key)
      return setError(pending.error)
    }
    // Sent, or in the feed until it is: it is not lost.
    onClose()
    composer.field.current?.focus()
  }
  return (
    <Suspense fallback={null}>
      <TemplateDialog
        channelId={task.channelId}
        title={room.title(client)}
        action={words.composer.send(client, channelName)}
        busy={busy}
        error={error}
        onChoose={(chosen) => void send(chosen)}
        onClose={onClose}
      />
    </Suspense>
  )
}
