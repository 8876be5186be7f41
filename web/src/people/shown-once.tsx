import { Check, Copy } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { peopleWords } from './words.ts'

const SAY_COPIED_MS = 2_000

/** A secret that is never shown again: whole, easy to copy, kept nowhere. */
export function ShownOnce({ label, secret }: { label: string; secret: string }) {
  const words = useRoomWords(peopleWords).once
  const id = useId()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(secret)
    setCopied(true)
    setTimeout(() => setCopied(false), SAY_COPIED_MS)
  }
  // Browsers give the clipboard only to pages on https and on this machine.
  const mayCopy = 'clipboard' in navigator
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] text-soft">
        {label}
      </label>
      <div className="flex items-start gap-2">
        <textarea
          id={id}
          readOnly
          rows={1}
          value={secret}
          spellCheck={false}
          onFocus={({ target }) => target.select()}
          className="field-sizing-content w-full resize-none rounded-md border border-line-strong bg-ground px-2.5 py-2 font-mono text-xs break-all"
        />
        {mayCopy && (
          <Button look="primary" onClick={() => void copy()}>
            {copied ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />}
            <span aria-live="polite">{copied ? words.copied : words.copy}</span>
          </Button>
        )}
      </div>
      {!mayCopy && <p className="mt-1 text-xs text-soft">{words.select}</p>}
    </div>
  )
}
