import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { contactWords } from './words.ts'

const SAY_COPIED_MS = 2_000

export function PhoneLine({ phone }: { phone: string }) {
  const words = useRoomWords(contactWords)
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(phone)
    setCopied(true)
    setTimeout(() => setCopied(false), SAY_COPIED_MS)
  }
  return (
    <div className="flex items-center gap-0.5">
      <a href={`tel:${phone}`} aria-label={words.call(phone)} className="text-accent tabular-nums hover:underline">
        {phone}
      </a>
      {/* Browsers give the clipboard only to pages on https and on this machine. */}
      {'clipboard' in navigator && (
        <IconButton label={copied ? words.copied : words.copyPhone} onClick={() => void copy()}>
          {copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
        </IconButton>
      )}
      <span className="sr-only" aria-live="polite">
        {copied ? words.copied : ''}
      </span>
    </div>
  )
}
