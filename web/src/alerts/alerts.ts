import type { Task } from '../api/types.ts'
import { callsFor } from './alert-rules.ts'
import { alertSettings } from './alert-settings.ts'
import { ring } from './ring.ts'

const AGAIN_MS = 30_000
/** Several tabs hear of the same message within this time; one of them calls. */
const SAME_MS = 3_000
const FOCUSED = 'parley-focused'

interface Teller {
  title: (task: Task) => string
  /** @param shown may the text be shown? */
  body: (task: Task, shown: boolean) => string
  open: (task: Task) => void
  /** says on the screen that a task has come back */
  back: (task: Task) => void
}

let teller: Teller | null = null
/** Called for, and not read yet. */
const waiting = new Map<string, Task>()
let again: ReturnType<typeof setInterval> | undefined

/** The words and the way to a task, for as long as somebody is signed in. */
export function tellAlertsBy(next: Teller | null): void {
  teller = next
  if (next === null) stopCalling()
}

/** A task has changed: somebody may have to be called. */
export function considerAlert(before: Task | undefined, after: Task, me: string | null): void {
  if (after.unread === 0) forget(after.id)
  if (callsFor(before, after, { me, settings: alertSettings.get(), now: new Date() })) void call(after)
}

/** A task has come back by itself. */
export function alertFor(task: Task): void {
  teller?.back(task)
  if (alertSettings.get().for !== 'none') void call(task)
}

async function call(task: Task) {
  if (await somebodyLooks()) return
  await onceOfAllTabs(task.id, () => {
    waiting.set(task.id, task)
    say(task)
    if (alertSettings.get().repeat) again ??= setInterval(() => void callAgain(), AGAIN_MS)
  })
}

async function callAgain() {
  const [task] = [...waiting.values()].slice(-1)
  if (!task || !alertSettings.get().repeat || (await somebodyLooks())) return stopCalling()
  say(task)
}

function say(task: Task) {
  const settings = alertSettings.get()
  if (settings.sound) ring()
  if (!settings.desktop || !teller || !('Notification' in window) || Notification.permission !== 'granted') return
  const { title, body, open } = teller
  try {
    const notification = new Notification(title(task), {
      body: body(task, settings.showText),
      // A second message of a task takes the place of the first.
      tag: `parley-${task.id}`,
      icon: '/icon.svg',
      silent: true,
    })
    notification.onclick = () => {
      window.focus()
      open(task)
      notification.close()
    }
  } catch {
    // Android shows them only from a service worker.
  }
}

function forget(id: string) {
  waiting.delete(id)
  if (waiting.size === 0) stopCalling()
}

function stopCalling() {
  clearInterval(again)
  again = undefined
  waiting.clear()
}

/** Holds a lock while this tab is looked at, so that the others know. @returns ends it */
export function watchFocus(): () => void {
  let release: (() => void) | null = null
  const onFocus = () => {
    stopCalling()
    if (release || !('locks' in navigator)) return
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    void navigator.locks.request(FOCUSED, { mode: 'shared' }, () => held).catch(() => undefined)
  }
  const onBlur = () => {
    release?.()
    release = null
  }
  if (document.hasFocus()) onFocus()
  window.addEventListener('focus', onFocus)
  window.addEventListener('blur', onBlur)
  return () => {
    window.removeEventListener('focus', onFocus)
    window.removeEventListener('blur', onBlur)
    onBlur()
  }
}

async function somebodyLooks(): Promise<boolean> {
  if (document.hasFocus() && document.visibilityState === 'visible') return true
  if (!('locks' in navigator)) return false
  const { held = [] } = await navigator.locks.query()
  return held.some(({ name }) => name === FOCUSED)
}

async function onceOfAllTabs(id: string, work: () => void) {
  if (!('locks' in navigator)) return work()
  await navigator.locks.request(`parley-alert-${id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return
    work()
    await new Promise((resolve) => setTimeout(resolve, SAME_MS))
  })
}
