import { type DragEvent, type ReactNode, useState } from 'react'
import { useWords } from '../words/language.tsx'

interface DropZoneProps {
  onFiles: (files: readonly File[]) => void
  className: string
  children: ReactNode
}

/** Files can be dropped anywhere in the conversation. */
export function DropZone({ onFiles, className, children }: DropZoneProps) {
  const words = useWords()
  const [over, setOver] = useState(false)
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the button that attaches files
    <div
      className={`relative ${className}`}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false)
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return
        event.preventDefault()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-xl border-2 border-dashed border-accent bg-panel/90 font-medium text-accent">
          {words.composer.dropHere}
        </div>
      )}
    </div>
  )
}
