/**
 * A key or two, by their place on the keyboard (`KeyboardEvent.code`), so that they are the same on every layout:
 * the key J is also the key О of a Russian keyboard.
 */
export interface Shortcut {
  code: string
  /** Ctrl, or ⌘ on a Mac */
  mod?: boolean
  shift?: boolean
  alt?: boolean
  /** Pressed before, alone: G then I. */
  after?: string
}

type Pressed = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent)

/** A letter without Ctrl or Alt: it works only where nobody is writing, and can be switched off. */
export const isSingleKey = ({ mod, alt }: Shortcut): boolean => !mod && !alt

/** @param before code of the key that was pressed just before, if any */
export function isPressed(shortcut: Shortcut, event: Pressed, before: string | null): boolean {
  const mod = event.ctrlKey || event.metaKey
  return (
    event.code === shortcut.code &&
    mod === Boolean(shortcut.mod) &&
    event.altKey === Boolean(shortcut.alt) &&
    event.shiftKey === Boolean(shortcut.shift) &&
    (shortcut.after ?? null) === (shortcut.after === undefined ? null : before)
  )
}

const NAMES: Record<string, string> = {
  Slash: '/',
  Period: '.',
  Comma: ',',
  Escape: 'Esc',
  Enter: '↵',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Space: '␣',
}

/** The keys as a person reads them, one entry each. */
export function keyNames({ code, mod, shift, alt, after }: Shortcut): string[] {
  const name = (key: string) => NAMES[key] ?? key.replace(/^(Key|Digit)/, '')
  if (shift && code === 'Slash' && !mod && !alt) return ['?']
  return [
    ...(after === undefined ? [] : [name(after)]),
    ...(mod ? [isMac() ? '⌘' : 'Ctrl'] : []),
    ...(alt ? [isMac() ? '⌥' : 'Alt'] : []),
    ...(shift ? ['⇧'] : []),
    name(code),
  ]
}
