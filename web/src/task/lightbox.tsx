import { ChevronLeft, ChevronRight, Download, Maximize, X, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Attachment } from '../api/types.ts'
import { fileUrl } from '../api/upload.ts'
import { IconButton } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { mediaWords } from './media-words.ts'
import { shownPicture } from './pictures.ts'

const MOST_ZOOM = 5
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 }
const FACTORS: Record<string, number> = { '+': 1.5, '=': 1.5, '-': 1 / 1.5, '0': 0 }
const BUTTON = 'text-white hover:bg-white/15 hover:text-white disabled:opacity-30'

/** A picture as large as the window, and the way to the others of the conversation. */
export function Lightbox({ pictures, shown }: { pictures: readonly Attachment[]; shown: string }) {
  const words = useWords()
  const { lightbox } = useRoomWords(mediaWords)
  const dialog = useRef<HTMLDialogElement>(null)
  const [zoom, setZoom] = useState(1)
  const [offset, setOffset] = useState({ x: 0, y: 0 })
  const drag = useRef<{ x: number; y: number } | null>(null)
  const index = pictures.findIndex(({ id }) => id === shown)
  const picture = pictures[index]
  const close = () => shownPicture.set(null)

  // Closed while it is still there: then the browser gives the focus back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  // Another picture begins as a whole.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is shown
  useEffect(() => {
    setZoom(1)
    setOffset({ x: 0, y: 0 })
  }, [shown])

  const zoomTo = (next: number) => {
    const limited = Math.min(MOST_ZOOM, Math.max(1, next))
    setZoom(limited)
    if (limited === 1) setOffset({ x: 0, y: 0 })
  }
  const go = (step: number) => {
    const next = pictures[index + step]
    if (next) shownPicture.set(next.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    const factor = FACTORS[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey || (step === undefined && factor === undefined)) return
    event.preventDefault()
    event.stopPropagation()
    if (step !== undefined) go(step)
    if (factor !== undefined) zoomTo(zoom * factor)
  }
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current
    if (!from) return
    drag.current = { x: event.clientX, y: event.clientY }
    setOffset(({ x, y }) => ({ x: x + event.clientX - from.x, y: y + event.clientY - from.y }))
  }
  if (!picture) return null
  return (
    <dialog
      ref={dialog}
      aria-label={picture.name}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onKeyDown={onKeyDown}
      className="m-0 flex h-dvh max-h-none w-dvw max-w-none flex-col overflow-hidden bg-black/90 text-white"
    >
      <header className="flex items-center gap-1 px-3 py-2">
        <p className="min-w-0 flex-1 truncate text-[0.8125rem]">
          <bdi className="font-medium">{picture.name}</bdi>
          {pictures.length > 1 && (
            <span aria-live="polite" className="ml-2 text-white/70">
              {lightbox.place(index + 1, pictures.length)}
            </span>
          )}
        </p>
        <IconButton label={lightbox.zoomOut} disabled={zoom <= 1} onClick={() => zoomTo(zoom / 1.5)} className={BUTTON}>
          <ZoomOut size={18} aria-hidden="true" />
        </IconButton>
        <IconButton label={lightbox.fit} disabled={zoom === 1} onClick={() => zoomTo(1)} className={BUTTON}>
          <Maximize size={17} aria-hidden="true" />
        </IconButton>
        <IconButton
          label={lightbox.zoomIn}
          disabled={zoom >= MOST_ZOOM}
          onClick={() => zoomTo(zoom * 1.5)}
          className={BUTTON}
        >
          <ZoomIn size={18} aria-hidden="true" />
        </IconButton>
        <a
          href={fileUrl(picture.id, false)}
          download
          aria-label={words.files.download(picture.name)}
          title={words.files.download(picture.name)}
          className={`inline-flex size-8 items-center justify-center rounded-md pointer-coarse:size-11 ${BUTTON}`}
        >
          <Download size={18} aria-hidden="true" />
        </a>
        <IconButton label={words.app.close} onClick={close} className={BUTTON}>
          <X size={20} aria-hidden="true" />
        </IconButton>
      </header>
      <div className="relative min-h-0 flex-1">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: Escape and the button do the same */}
        <div
          className="flex h-full touch-none items-center justify-center overflow-hidden p-3"
          onClick={(event) => event.target === event.currentTarget && close()}
          onWheel={({ deltaY }) => zoomTo(zoom * (deltaY < 0 ? 1.15 : 1 / 1.15))}
          onPointerMove={onPointerMove}
          onPointerUp={() => {
            drag.current = null
          }}
        >
          <img
            src={fileUrl(picture.id, true)}
            alt={picture.name}
            draggable={false}
            onDoubleClick={() => zoomTo(zoom > 1 ? 1 : 2.5)}
            onPointerDown={(event) => {
              if (zoom === 1) return
              event.currentTarget.setPointerCapture(event.pointerId)
              drag.current = { x: event.clientX, y: event.clientY }
            }}
            style={{ transform: `translate(${offset.x}px, ${offset.y}px) scale(${zoom})` }}
            className={`max-h-full max-w-full object-contain select-none ${zoom > 1 ? 'cursor-grab' : 'cursor-zoom-in'}`}
          />
        </div>
        {index > 0 && (
          <IconButton
            label={lightbox.previous}
            onClick={() => go(-1)}
            className={`absolute top-1/2 left-2 size-11 -translate-y-1/2 bg-black/40 ${BUTTON}`}
          >
            <ChevronLeft size={26} aria-hidden="true" />
          </IconButton>
        )}
        {index < pictures.length - 1 && (
          <IconButton
            label={lightbox.next}
            onClick={() => go(1)}
            className={`absolute top-1/2 right-2 size-11 -translate-y-1/2 bg-black/40 ${BUTTON}`}
          >
            <ChevronRight size={26} aria-hidden="true" />
          </IconButton>
        )}
      </div>
    </dialog>
  )
}
