import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore } from '../ui/store.ts'

/** How somebody likes to send, in this browser. */
export const SEND_KEYS = ['mod-enter', 'enter'] as const
export type SendKey = (typeof SEND_KEYS)[number]
export const sendKey = createStore<SendKey>(readSetting('send-key') === 'enter' ? 'enter' : 'mod-enter')

export function setSendKey(key: SendKey): void {
  writeSetting('send-key', key === 'enter' ? key : null)
  sendKey.set(key)
}

/** How many seconds a message to the client can be taken back; 0: it leaves at once. */
export const UNDO_SECONDS = [0, 5, 10, 30] as const
export const undoSeconds = createStore<number>(
  UNDO_SECONDS.find((seconds) => String(seconds) === readSetting('undo-seconds')) ?? 0,
)

export function setUndoSeconds(seconds: number): void {
  writeSetting('undo-seconds', seconds === 0 ? null : String(seconds))
  undoSeconds.set(seconds)
}

interface Pressed {
  key: string
  isComposing: boolean
  keyCode: number
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** Does this key send? Never while an input method is composing: there Enter chooses a word. */
export function sends(event: Pressed, key: SendKey): boolean {
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return false
  if (event.shiftKey || event.altKey) return false
  return event.ctrlKey || event.metaKey || key === 'enter'
}
