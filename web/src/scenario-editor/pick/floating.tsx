import { type ReactNode, type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react'
import { cx } from '../../ui/class-names.ts'

interface FloatingProps {
  anchor: RefObject<HTMLElement | null>
  onClose: () => void
  /** `dialog` with a name where it holds more than a list. */
  label?: string
  /** As wide as what it belongs to, or so wide at least. */
  wide?: boolean
  className?: string
  children: ReactNode
}

const GAP = 4
const EDGE = 8

/** A panel over everything else, beside what it belongs to; closed by Escape or a click elsewhere. */
export function Floating({ anchor, onClose, label, wide = false, className, children }: FloatingProps) {
  const panel = useRef<HTMLDivElement>(null)
  const close = useEffectEvent(onClose)

  useLayoutEffect(() => {
    const element = panel.current
    if (!element) return
    element.showPopover?.()
    const place = () => {
      const at = anchor.current?.getBoundingClientRect()
      if (!at) return
      if (!wide) element.style.width = `${Math.max(at.width, 200)}px`
      const { offsetWidth: width, offsetHeight: height } = element
      const below = innerHeight - at.bottom - GAP - EDGE
      const above = at.top - GAP - EDGE
      const isAbove = below < Math.min(height, 220) && above > below
      element.style.maxHeight = `${Math.max(120, isAbove ? above : below)}px`
      element.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE))}px`
      element.style.top = `${isAbove ? Math.max(EDGE, at.top - GAP - Math.min(height, above)) : at.bottom + GAP}px`
    }
    place()
    const watch = new ResizeObserver(place)
    watch.observe(element)
    addEventListener('resize', place)
    document.addEventListener('scroll', place, true)
    return () => {
      watch.disconnect()
      removeEventListener('resize', place)
      document.removeEventListener('scroll', place, true)
    }
  }, [anchor, wide])

  useEffect(() => {
    const onPointer = (event: Event) => {
      const [target] = event.composedPath()
      if (!(target instanceof Node)) return
      if (!panel.current?.contains(target) && !anchor.current?.contains(target)) close()
    }
    document.addEventListener('pointerdown', onPointer)
    return () => document.removeEventListener('pointerdown', onPointer)
  }, [anchor])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears Escape on its way up
    <div
      ref={panel}
      {...(typeof HTMLElement.prototype.showPopover === 'function' ? { popover: 'manual' as const } : {})}
      {...(label === undefined ? {} : { role: 'dialog', 'aria-label': label })}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        event.preventDefault()
        onClose()
      }}
      className={cx(
        'fixed z-50 m-0 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-[0.8125rem] text-ink shadow-xl shadow-black/15',
        wide && 'w-88 max-w-[calc(100vw-1rem)]',
        className,
      )}
    >
      {children}
    </div>
  )
}
