import { type ReactNode, useEffect, useRef } from 'react'

/** A modal window near the top of the page, with nothing around what stands in it. */
export function Bar({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    element?.querySelector('input')?.focus()
    // A click beside it closes it; Escape does so by itself.
    const onClick = (event: MouseEvent) => {
      if (event.target === element) onClose()
    }
    element?.addEventListener('click', onClick)
    return () => {
      element?.removeEventListener('click', onClick)
      element?.close()
    }
  }, [onClose])
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className="mx-auto mt-[12dvh] w-[36rem] max-w-[94vw] overflow-hidden rounded-xl border border-line bg-raised p-0 text-ink shadow-2xl"
    >
      {children}
    </dialog>
  )
}
