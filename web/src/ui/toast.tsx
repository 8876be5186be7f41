import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useWords } from '../words/language.tsx'
import { Button, IconButton } from './button.tsx'
import { cx } from './class-names.ts'
import { createStore, useStore } from './store.ts'

interface Toast {
  id: number
  text: string
  look: 'plain' | 'danger'
  action?: { label: string; run: () => void }
}

const toasts = createStore<readonly Toast[]>([])
const SHOWN_MS = 6_000
const MOST = 3
let last = 0

/** Says in a corner what was done, with a way back where there is one. Errors stay until they are closed. */
export function showToast(
  text: string,
  { look = 'plain', action }: Partial<Pick<Toast, 'look' | 'action'>> = {},
): void {
  const toast: Toast = { id: ++last, text, look, ...(action ? { action } : {}) }
  toasts.update((shown) => [...shown, toast].slice(-MOST))
}

const close = (id: number) => toasts.update((shown) => shown.filter((toast) => toast.id !== id))

/** The region is always there, so that what comes into it is read out. */
export function Toasts() {
  const shown = useStore(toasts)
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-16 z-40 flex flex-col items-end gap-2 md:bottom-4"
    >
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastView({ toast }: { toast: Toast }) {
  const words = useWords()
  const { id, text, look, action } = toast
  useEffect(() => {
    if (look === 'danger') return
    const timer = setTimeout(() => close(id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [id, look])
  return (
    <div
      className={cx(
        'pointer-events-auto flex max-w-sm items-center gap-2 rounded-lg border border-line py-1 pr-1 pl-3 text-[0.8125rem] shadow-xl',
        look === 'danger' ? 'bg-danger-ground text-danger' : 'bg-raised text-ink',
      )}
    >
      <span className="min-w-0 wrap-anywhere">{text}</span>
      {action && (
        <Button
          small
          look="quiet"
          className="text-accent"
          onClick={() => {
            close(id)
            action.run()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label={words.app.close} onClick={() => close(id)}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </div>
  )
}
