import { useStore } from '../ui/store.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { choiceWords } from './choice-words.ts'
import { missingFeatures, type SendLimits, shownLimits } from './send-rules.ts'
import { SEND_KEYS, sendKey, setSendKey, setUndoSeconds, UNDO_SECONDS, undoSeconds } from './send-settings.ts'

const SELECT = 'mt-1 block h-8 w-full rounded-md border border-line bg-ground px-2 pointer-coarse:h-11'

/** How this person likes to send. */
export function SendChoices() {
  const { settings } = useRoomWords(choiceWords)
  const key = useStore(sendKey)
  const undo = useStore(undoSeconds)
  return (
    <div className="space-y-3 p-2 text-[0.8125rem]">
      <label className="block">
        {settings.key}
        <select
          value={key}
          onChange={({ target }) => setSendKey(SEND_KEYS.find((one) => one === target.value) ?? key)}
          className={SELECT}
        >
          {SEND_KEYS.map((one) => (
            <option key={one} value={one}>
              {settings.keys[one]}
            </option>
          ))}
        </select>
        <span className="mt-1 block text-xs text-soft">{settings.newline}</span>
      </label>
      <label className="block">
        {settings.undo}
        <select value={undo} onChange={({ target }) => setUndoSeconds(Number(target.value))} className={SELECT}>
          {UNDO_SECONDS.map((seconds) => (
            <option key={seconds} value={seconds}>
              {settings.seconds(seconds)}
            </option>
          ))}
        </select>
      </label>
      <p className="text-xs text-soft">{settings.here}</p>
    </div>
  )
}

/** The channel has no quotes: an answer to a message is one for colleagues alone. */
export function QuoteIsLost() {
  const { info: words } = useRoomWords(choiceWords)
  return <p className="mx-2 mt-1 pl-2.5 text-xs text-soft">{words.noQuotes}</p>
}

/** What this channel takes, before somebody chooses a file in vain. */
export function LimitsList({ limits, channelName }: { limits: SendLimits; channelName: string }) {
  const { formats } = useLanguage()
  const { info: words } = useRoomWords(choiceWords)
  const missing = missingFeatures(limits)
  return (
    <div className="p-2 text-[0.8125rem]">
      <p className="mb-1 font-medium">
        <bdi>{words.title(channelName)}</bdi>
      </p>
      <ul className="space-y-1">
        {shownLimits(limits).map(({ kind, mimes, maxBytes }) => (
          <li key={kind}>
            {words.kinds[kind] ?? kind} <span className="text-soft">{words.upTo(formats.size(maxBytes))}</span>
            <span className="block text-xs text-soft">{mimes.map(shortMime).join(', ')}</span>
          </li>
        ))}
        <li>{words.text(limits.maxTextLength)}</li>
        {missing.length > 0 && (
          <li className="text-soft">{words.missing(missing.map((what) => words.features[what]))}</li>
        )}
      </ul>
    </div>
  )
}

const OFFICE: Record<string, string> = {
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'text/plain': 'txt',
}
const shortMime = (mime: string): string => OFFICE[mime] ?? mime.split('/')[1] ?? mime
