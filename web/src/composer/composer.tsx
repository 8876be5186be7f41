import { useQuery } from '@tanstack/react-query'
import { Paperclip, SendHorizontal } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef } from 'react'
import { channelsQuery } from '../api/people.ts'
import type { OpenedTask } from '../api/types.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { ColleaguePicker } from './colleague-picker.tsx'
import { FileTray } from './file-tray.tsx'
import { ModeSwitch } from './mode-switch.tsx'
import { ReplyingTo } from './replying-to.tsx'
import type { ComposerState } from './use-composer.ts'
import { WindowBanner, WindowClock } from './window-banner.tsx'

interface ComposerProps {
  task: OpenedTask
  composer: ComposerState
}

/** Two kinds of writing that cannot be mistaken for each other: yellow stays inside, green goes to the client. */
export function Composer({ task, composer }: ComposerProps) {
  const words = useWords()
  const { draft, mode, reach, field } = composer
  const channels = useQuery(channelsQuery).data
  const channelName = channels?.find(({ id }) => id === task.channelId)?.name ?? words.contact.channel
  const client = task.requester.name
  const picker = useRef<HTMLInputElement>(null)
  const message = mode === 'message'
  useModeKeys(composer.chooseMode)

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.code !== 'Enter' && event.code !== 'NumpadEnter') return
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    composer.send()
  }
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    if (files.length === 0) return
    event.preventDefault()
    composer.addFiles(files)
  }
  return (
    <section aria-label={words.composer.title} className="px-2 pb-2 sm:px-3 sm:pb-3">
      <WindowBanner reach={reach} />
      <div
        className={cx(
          'rounded-xl border-2 has-[textarea:focus]:ring-2',
          message
            ? 'border-message-fill bg-panel ring-message-fill/35'
            : 'border-comment-line bg-comment-bubble ring-comment-fill/60',
        )}
      >
        <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 px-2 pt-2">
          {/* No colour fades into the other here: who reads it must be plain at every moment. */}
          <ModeSwitch mode={mode} possible={reach.possible} onChange={composer.chooseMode} />
          <WindowClock reach={reach} />
        </div>
        <ReplyingTo taskId={task.id} commentId={draft.replyTo} onCancel={() => composer.change({ replyTo: null })} />
        <textarea
          ref={field}
          dir="auto"
          aria-label={message ? words.composer.messageField(client) : words.composer.commentField}
          placeholder={message ? words.composer.messageHint(client, channelName) : words.composer.commentHint}
          value={draft.text}
          onChange={(event) => composer.change({ text: event.target.value, mode })}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          rows={2}
          className={cx(
            'field-sizing-content block max-h-[35dvh] min-h-14 w-full resize-none bg-transparent px-3 py-2 outline-none',
            message ? 'placeholder:text-soft' : 'placeholder:text-comment-ink',
          )}
        />
        <FileTray composer={composer} channelName={channelName} />
        {composer.tooLong !== null && (
          <Notice look="danger" className="mx-2 mb-2">
            {words.composer.textTooLong(composer.tooLong)}
          </Notice>
        )}
        <div className="flex items-center gap-1 px-2 pb-2">
          <input
            ref={picker}
            type="file"
            multiple
            tabIndex={-1}
            aria-label={words.composer.attach}
            className="hidden"
            onChange={(event) => {
              composer.addFiles([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
          <IconButton label={words.composer.attach} onClick={() => picker.current?.click()} className="hover:bg-ink/10">
            <Paperclip size={17} aria-hidden="true" />
          </IconButton>
          {!message && (
            <ColleaguePicker
              chosen={draft.employeeIds}
              channelId={task.channelId}
              onChange={(employeeIds) => composer.change({ employeeIds, mode })}
            />
          )}
          <Button
            look={message ? 'message' : 'comment'}
            disabled={!composer.ready}
            onClick={composer.send}
            title={words.composer.sendKeys}
            aria-keyshortcuts="Control+Enter Meta+Enter"
            className="ml-auto max-w-[75%] min-w-0 shrink"
          >
            {message && <SendHorizontal size={15} aria-hidden="true" className="shrink-0" />}
            <bdi className="truncate">
              {message ? words.composer.send(client, channelName) : words.composer.addComment}
            </bdi>
          </Button>
        </div>
      </div>
    </section>
  )
}

/** Alt+C and Alt+M, by the place of the key, so that they work on every keyboard layout. */
function useModeKeys(chooseMode: ComposerState['chooseMode']) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
      if (event.code !== 'KeyC' && event.code !== 'KeyM') return
      event.preventDefault()
      chooseMode(event.code === 'KeyM' ? 'message' : 'comment')
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [chooseMode])
}
