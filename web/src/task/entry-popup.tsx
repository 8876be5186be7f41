import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'

interface EntryPopupProps {
  label: string
  /** What it stands beside, and what gets the focus back. */
  anchor: HTMLElement
  onClose: () => void
  children: ReactNode
}

const GAP = 4

/** A menu above everything, beside a button of the feed: inside the feed it would be cut off. Arrow keys walk through it. */
export function EntryPopup({ label, anchor, onClose, children }: EntryPopupProps) {
  const popup = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useLayoutEffect(() => {
    const element = popup.current
    if (!element) return
    element.showPopover()
    const at = anchor.getBoundingClientRect()
    const { width, height } = element.getBoundingClientRect()
    const below = at.bottom + GAP + height < window.innerHeight
    element.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - height)}px`
    element.style.left = `${Math.max(GAP, Math.min(at.right - width, window.innerWidth - width - GAP))}px`
    itemsOf(element)[0]?.focus()
    const onToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') close.current()
    }
    element.addEventListener('toggle', onToggle)
    return () => element.removeEventListener('toggle', onToggle)
  }, [anchor])
  useEffect(
    () => () => {
      // The focus is left alone where it has been put elsewhere already.
      if (document.activeElement === document.body || document.activeElement === null) anchor.focus()
    },
    [anchor],
  )

  return (
    <div
      ref={popup}
      popover="auto"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => {
        const items = itemsOf(event.currentTarget)
        const here = items.indexOf(document.activeElement as HTMLElement)
        const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key]
        if (event.key === 'Tab') return close.current()
        if (event.key === 'Escape') {
          // The feed's own Escape is another wish.
          event.stopPropagation()
          anchor.focus()
          return
        }
        if (to === undefined) return
        event.preventDefault()
        items.at(to % items.length)?.focus()
      }}
      className="fixed m-0 min-w-52 rounded-lg border border-line bg-raised p-1 text-[0.8125rem] text-ink shadow-xl shadow-black/15"
    >
      {children}
    </div>
  )
}

const itemsOf = (root: HTMLElement): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('[role=menuitem]')]
