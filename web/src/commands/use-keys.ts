import { useEffect } from 'react'
import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore } from '../ui/store.ts'
import { allCommands } from './commands.ts'
import { isPressed, isSingleKey } from './shortcut.ts'

/** Single keys, such as J and K, can be switched off: dictation software and habits may press them. */
export const singleKeys = createStore(readSetting('single-keys') !== 'off')

export function setSingleKeys(on: boolean): void {
  writeSetting('single-keys', on ? null : 'off')
  singleKeys.set(on)
}

/** The second key of two has to follow within this time. */
const SEQUENCE_MS = 1_000

/** Runs the command of the pressed keys. One listener for the whole app. */
export function useKeys(): void {
  useEffect(() => {
    let before: { code: string; at: number } | null = null
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || inDialog()) return
      const previous = before && event.timeStamp - before.at < SEQUENCE_MS ? before.code : null
      before = event.ctrlKey || event.metaKey || event.altKey ? null : { code: event.code, at: event.timeStamp }
      const fits = allCommands().filter(({ shortcut, repeats = false, when = always }) => {
        if (!shortcut || !isPressed(shortcut, event, previous) || (event.repeat && !repeats)) return false
        if (isSingleKey(shortcut) && (!singleKeys.get() || isWriting(event.target))) return false
        return when()
      })
      // G then I is no I.
      const command = fits.findLast(({ shortcut }) => shortcut?.after !== undefined) ?? fits.at(-1)
      if (!command) return
      event.preventDefault()
      before = null
      command.run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

const always = () => true

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role=menu], [role=listbox]')) return true
  return target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
}

const inDialog = (): boolean => document.querySelector('dialog[open]') !== null
