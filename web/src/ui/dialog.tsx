import { X } from 'lucide-react'
import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { useWords } from '../words/language.tsx'
import { IconButton } from './button.tsx'
import { cx } from './class-names.ts'

interface DialogProps {
  title: string
  onClose: () => void
  /** For pictures: nothing around them. */
  bare?: boolean
  size?: keyof typeof WIDTHS
  children: ReactNode
}

const WIDTHS = { small: 'w-96', medium: 'w-[36rem]', large: 'w-[60rem]' }

/** A modal window; the browser keeps the focus inside and closes it by Escape. */
export function Dialog({ title, onClose, bare = false, size = 'small', children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const words = useWords()
  // Closed while it is still there: then the browser gives the focus back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    // React's own `autoFocus` comes before the window opens, which then takes the focus for its first button.
    element?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className={cx(
        'm-auto max-h-[92dvh] max-w-[94vw] overflow-auto rounded-xl text-ink',
        bare ? 'bg-transparent' : `${WIDTHS[size]} border border-line bg-raised p-5 shadow-2xl`,
      )}
    >
      <div className={cx('flex items-center justify-between gap-3', bare ? 'mb-2' : 'mb-4')}>
        <h2 className={cx('truncate font-semibold', bare && 'text-white')}>
          <bdi>{title}</bdi>
        </h2>
        <IconButton label={words.app.close} onClick={onClose} className={bare ? 'text-white' : ''}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
      {children}
    </dialog>
  )
}
