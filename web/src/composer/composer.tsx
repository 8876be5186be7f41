import { useQuery } from '@tanstack/react-query'
import { LayoutTemplate, Paperclip, SendHorizontal, Zap } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import type { OpenedTask } from '../api/types.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Notice } from '../ui/notice.tsx'
import { useStore } from '../ui/store.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { ColleaguePicker } from './colleague-picker.tsx'
import { ComposerField } from './composer-field.tsx'
import { ModeSwitch } from './mode-switch.tsx'
import { PresenceLine } from './presence-line.tsx'
import { ReplyingTo } from './replying-to.tsx'
import { SendLimitsInfo, SendOptions } from './send-options.tsx'
import { sendKey } from './send-settings.ts'
import type { ComposerState } from './use-composer.ts'
import { useTellPresence } from './use-presence.ts'
import { WindowBanner, WindowClock } from './window-banner.tsx'
import { composerWords } from './words.ts'

const FileTray = lazy(() => import('./file-tray.tsx').then((module) => ({ default: module.FileTray })))
const OvertakenNotice = lazy(() =>
  import('./overtaken-notice.tsx').then((module) => ({ default: module.OvertakenNotice })),
)
const QuoteIsLost = lazy(() => import('./send-choices.tsx').then((module) => ({ default: module.QuoteIsLost })))
const TemplateSender = lazy(() =>
  import('./template-sender.tsx').then((module) => ({ default: module.TemplateSender })),
)

interface ComposerProps {
  task: OpenedTask
  composer: ComposerState
}

/** Two kinds of writing that cannot be mistaken for each other: yellow stays inside, green goes to the client. */
export function Composer({ task, composer }: ComposerProps) {
  const words = useWords()
  const room = useRoomWords(composerWords)
  const { draft, mode, reach, limits } = composer
  const channels = useQuery(channelsQuery).data
  const channelName = channels?.find(({ id }) => id === task.channelId)?.name ?? words.contact.channel
  const client = task.requester.name
  const picker = useRef<HTMLInputElement>(null)
  const [choosing, setChoosing] = useState(false)
  const key = useStore(sendKey)
  const message = mode === 'message'
  const templates = reach.because !== 'channelDisconnected' && (limits?.templates ?? true)
  useModeKeys(composer.chooseMode)
  useTellPresence(task.id, message ? draft.text : null)

  return (
    <section aria-label={words.composer.title} className="relative px-2 pb-2 sm:px-3 sm:pb-3">
      <PresenceLine taskId={task.id} />
      {composer.overtaken.by !== null && (
        <Suspense fallback={null}>
          <OvertakenNotice composer={composer} />
        </Suspense>
      )}
      <WindowBanner reach={reach} onTemplate={() => setChoosing(true)} />
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
        {message && limits?.quotes === false && draft.replyTo !== null && (
          <Suspense fallback={null}>
            <QuoteIsLost />
          </Suspense>
        )}
        <ComposerField
          task={task}
          composer={composer}
          channelName={channelName}
          quickButton={(openQuick) => (
            <>
              {draft.files.length + composer.uploads.uploading.length > 0 && (
                <Suspense fallback={null}>
                  <FileTray composer={composer} />
                </Suspense>
              )}
              {composer.tooLong !== null && (
                <Notice look="danger" className="mx-2 mb-2">
                  {words.composer.textTooLong(composer.tooLong)}
                </Notice>
              )}
              <div className="flex flex-wrap items-center gap-0.5 px-2 pb-2">
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
                <IconButton
                  label={words.composer.attach}
                  onClick={() => picker.current?.click()}
                  className="hover:bg-ink/10"
                >
                  <Paperclip size={17} aria-hidden="true" />
                </IconButton>
                <IconButton label={room.quick.open} onClick={openQuick} className="hover:bg-ink/10">
                  <Zap size={16} aria-hidden="true" />
                </IconButton>
                {message && templates && (
                  <IconButton label={room.template.open} onClick={() => setChoosing(true)} className="hover:bg-ink/10">
                    <LayoutTemplate size={16} aria-hidden="true" />
                  </IconButton>
                )}
                {message && limits && <SendLimitsInfo limits={limits} channelName={channelName} />}
                {!message && (
                  <ColleaguePicker
                    chosen={draft.employeeIds}
                    channelId={task.channelId}
                    onChange={(employeeIds) => composer.change({ employeeIds, mode })}
                  />
                )}
                {composer.limit !== null && composer.limit - draft.text.length < NEARLY_FULL && (
                  <span
                    role="status"
                    title={room.limits.left(composer.limit - draft.text.length)}
                    className="px-1 text-xs text-soft tabular-nums"
                  >
                    {composer.limit - draft.text.length}
                  </span>
                )}
                <div className="ml-auto flex max-w-full min-w-0 items-center gap-0.5">
                  <SendOptions />
                  <Button
                    look={message ? 'message' : 'comment'}
                    disabled={!composer.ready}
                    onClick={composer.send}
                    title={key === 'enter' ? 'Enter' : words.composer.sendKeys}
                    aria-keyshortcuts={key === 'enter' ? 'Enter' : 'Control+Enter Meta+Enter'}
                    className="min-w-0 shrink!"
                  >
                    {message && <SendHorizontal size={15} aria-hidden="true" className="shrink-0" />}
                    <bdi className="truncate">
                      {message ? words.composer.send(client, channelName) : words.composer.addComment}
                    </bdi>
                  </Button>
                </div>
              </div>
            </>
          )}
        />
      </div>
      {choosing && (
        <Suspense fallback={null}>
          <TemplateSender
            task={task}
            composer={composer}
            channelName={channelName}
            onClose={() => setChoosing(false)}
          />
        </Suspense>
      )}
    </section>
  )
}

const NEARLY_FULL = 200

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
