import { SendHorizontal } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { MissingValues } from './filled-template.tsx'
import { noteTemplateUsed } from './recent-templates.ts'
import { focusField, TemplateChooser } from './template-chooser.tsx'
import type { ChosenTemplate } from './template-values.ts'
import { useTemplateDraft } from './use-template-draft.ts'
import { templateWords } from './words.ts'

export type { ChosenTemplate, TemplateParameters } from './template-values.ts'

export interface TemplateDialogProps {
  channelId: string
  title: string
  /** Words of the button that sends: they name the client and the channel. */
  action: string
  busy?: boolean
  /** Why the last try was refused. */
  error?: unknown
  onChoose: (template: ChosenTemplate) => void
  onClose: () => void
}

/** Choose an approved template, fill it, see what the client will see. Loaded when it is wanted. */
export function TemplateDialog({
  channelId,
  title,
  action,
  busy = false,
  error,
  onChoose,
  onClose,
}: TemplateDialogProps) {
  const app = useWords().app
  const words = useRoomWords(templateWords)
  const errorText = useErrorText(words.errors)
  const draft = useTemplateDraft()
  const filling = useRef<HTMLDivElement>(null)
  const send = () => {
    if (busy) return
    const chosen = draft.take()
    if (!chosen) return focusField(filling.current, '[aria-invalid=true]')
    noteTemplateUsed(chosen)
    onChoose(chosen)
  }
  return (
    <Dialog title={title} size="large" onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a key for the button that sends */}
      <div onKeyDown={(event) => onSendKey(event, send)}>
        <TemplateChooser
          channelId={channelId}
          draft={draft}
          filling={filling}
          height="md:h-[min(32rem,calc(92dvh-11rem))]"
        />
        {error != null && (
          <Notice look="danger" urgent className="mt-4">
            {errorText(error)}
          </Notice>
        )}
        <div className="sticky -bottom-5 -mx-5 mt-4 -mb-5 flex flex-wrap items-center justify-end gap-2 rounded-b-xl border-t border-line bg-raised px-5 py-3">
          <MissingValues draft={draft} />
          <Button onClick={onClose}>{app.cancel}</Button>
          <SendButton disabled={busy || draft.template === null} onClick={send}>
            {action}
          </SendButton>
        </div>
      </div>
    </Dialog>
  )
}

/** Green, since it reaches a client; its words name whom, and over which channel (P6). */
export const SendButton = (props: { disabled: boolean; onClick: () => void; children: string }) => (
  <Button
    look="message"
    disabled={props.disabled}
    onClick={props.onClick}
    title="Ctrl+Enter"
    aria-keyshortcuts="Control+Enter Meta+Enter"
    className="max-w-full min-w-0 shrink"
  >
    <SendHorizontal size={15} aria-hidden="true" className="shrink-0" />
    <bdi className="truncate">{props.children}</bdi>
  </Button>
)

/** Ctrl+Enter, or ⌘+Enter. */
export function onSendKey(event: KeyboardEvent, send: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return
  event.preventDefault()
  send()
}
