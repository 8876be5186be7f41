import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import type { OpenedTask, User } from '../api/types.ts'
import { cx } from '../ui/class-names.ts'
import { Notice } from '../ui/notice.tsx'
import { useStore } from '../ui/store.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { sendKey, sends } from './send-settings.ts'
import { isMentioned, type Token, tokenAt, withToken } from './token-at.ts'
import type { ComposerState } from './use-composer.ts'
import { composerWords } from './words.ts'

const MentionList = lazy(() => import('./mention-list.tsx').then((module) => ({ default: module.MentionList })))
const QuickReplyPanel = lazy(() =>
  import('./quick-reply-panel.tsx').then((module) => ({ default: module.QuickReplyPanel })),
)

/** What is open above the field takes its keys first. @returns true: taken */
export type TokenKeys = (event: KeyboardEvent) => boolean

interface ComposerFieldProps {
  task: OpenedTask
  composer: ComposerState
  channelName: string
  /** What opens the quick replies from a button. */
  quickButton: (open: () => void) => ReactNode
}

/** Where one writes: `/` finds a quick reply, `@` a colleague. */
export function ComposerField({ task, composer, channelName, quickButton }: ComposerFieldProps) {
  const words = useWords()
  const room = useRoomWords(composerWords)
  const { draft, mode, field, reach } = composer
  const key = useStore(sendKey)
  const [cursor, setCursor] = useState(0)
  /** a token that was waved away, by where it begins */
  const [dismissed, setDismissed] = useState<number | null>(null)
  /** the slash that the button put there */
  const slashed = useRef<number | null>(null)
  const [missing, setMissing] = useState<string[]>([])
  const [activeOption, setActiveOption] = useState<string | null>(null)
  const keys = useRef<TokenKeys | null>(null)
  const listId = useId()
  const message = mode === 'message'
  const client = task.requester.name

  const open = (token: Token | null): Token | null => (token && token.start !== dismissed ? token : null)
  const slash = open(tokenAt(draft.text, cursor, '/'))
  const at = !slash && !message ? open(tokenAt(draft.text, cursor, '@')) : null

  useEffect(() => {
    if (draft.text === '') {
      setMissing([])
      setDismissed(null)
    }
  }, [draft.text])

  const write = (text: string, changes: Partial<typeof draft> = {}) => composer.change({ text, mode, ...changes })
  const placeCursor = (place: number) => {
    setCursor(place)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(place, place)
    })
  }
  const dismiss = useCallback(() => {
    const token = slash ?? at
    if (!token) return
    setDismissed(token.start)
    // A slash that nobody typed is taken away again.
    if (slashed.current === token.start && token.query === '') {
      const next = withToken(draft.text, token, '')
      composer.change({ text: next.text })
      slashed.current = null
    }
  }, [slash, at, draft.text, composer])

  const openQuick = () => {
    const place = field.current?.selectionStart ?? draft.text.length
    const before = draft.text.slice(0, place)
    const gap = before === '' || /\s$/.test(before) ? '' : ' '
    slashed.current = place + gap.length
    setDismissed(null)
    write(`${before}${gap}/${draft.text.slice(place)}`)
    placeCursor(place + gap.length + 1)
  }
  const chooseColleague = (user: User) => {
    if (!at) return
    const next = withToken(draft.text, at, `@${user.name} `)
    write(next.text, { employeeIds: [...new Set([...draft.employeeIds, user.id])] })
    mentioned.current.set(user.id, user.name)
    placeCursor(next.cursor)
  }
  /** Who was chosen by an @: gone from the text, they are no longer told. */
  const mentioned = useRef(new Map<string, string>())
  const onText = (text: string, place: number) => {
    setCursor(place)
    const gone = [...mentioned.current].filter(([, name]) => !isMentioned(text, name)).map(([id]) => id)
    for (const id of gone) mentioned.current.delete(id)
    write(text, gone.length > 0 ? { employeeIds: draft.employeeIds.filter((id) => !gone.includes(id)) } : {})
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (keys.current?.(event)) {
      event.preventDefault()
      event.stopPropagation()
      return
    }
    if (event.key === 'Escape') return field.current?.blur()
    if (!sends(event.nativeEvent, key)) return
    event.preventDefault()
    composer.send()
  }
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    // A spreadsheet copies its cells as a picture, too: their text is meant.
    if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return
    event.preventDefault()
    composer.addFiles(files)
  }
  const closed = message && !reach.possible
  return (
    <>
      {slash && (
        <div className="absolute inset-x-2 bottom-full z-20 sm:inset-x-3">
          <Suspense fallback={null}>
            <QuickReplyPanel
              taskId={task.id}
              query={slash.query}
              id={listId}
              keys={keys}
              onActive={setActiveOption}
              onClose={dismiss}
              onInsert={(quickReply, filled) => {
                const next = withToken(draft.text, slash, filled.text)
                write(next.text, { files: [...draft.files, ...filled.attachments], quickReplyId: quickReply.id })
                setMissing(filled.missing)
                placeCursor(next.cursor)
              }}
            />
          </Suspense>
        </div>
      )}
      {at && (
        <div className="absolute inset-x-2 bottom-full z-20 sm:inset-x-3">
          <Suspense fallback={null}>
            <MentionList
              channelId={task.channelId}
              query={at.query}
              id={listId}
              keys={keys}
              onActive={setActiveOption}
              onClose={dismiss}
              onChoose={chooseColleague}
            />
          </Suspense>
        </div>
      )}
      <textarea
        ref={field}
        dir="auto"
        aria-label={message ? words.composer.messageField(client) : words.composer.commentField}
        placeholder={
          closed
            ? room.closed.field
            : message
              ? words.composer.messageHint(client, channelName)
              : words.composer.commentHint
        }
        aria-autocomplete="list"
        aria-controls={activeOption === null ? undefined : listId}
        aria-activedescendant={activeOption ?? undefined}
        value={draft.text}
        readOnly={closed}
        onChange={({ target }) => onText(target.value, target.selectionStart)}
        onSelect={({ currentTarget }) => setCursor(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        rows={2}
        className={cx(
          'field-sizing-content block max-h-[35dvh] min-h-14 w-full resize-none bg-transparent px-3 py-2 outline-none',
          message ? 'placeholder:text-soft' : 'placeholder:text-comment-ink',
          closed && 'text-soft',
        )}
      />
      {missing.length > 0 && (
        <Notice look="warning" className="mx-2 mb-2">
          {room.quick.inserted(missing.join(', '))}
        </Notice>
      )}
      {closed && draft.text !== '' && (
        <Notice look="warning" className="mx-2 mb-2">
          {room.closed.field}
        </Notice>
      )}
      {quickButton(openQuick)}
    </>
  )
}
