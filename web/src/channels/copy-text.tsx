import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { useWords } from '../words/language.tsx'

const SAY_COPIED_MS = 2_000

/** A text that is entered elsewhere, with a button that copies it. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const { app } = useWords()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAY_COPIED_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <div className="flex items-center gap-2">
      <code className="min-w-0 flex-1 overflow-x-auto rounded-md bg-ground px-2.5 py-1.5 text-xs whitespace-nowrap select-all">
        {text}
      </code>
      {/* Browsers give the clipboard only to pages on https and on this machine. */}
      {'clipboard' in navigator && (
        <Button
          small
          aria-label={copied ? app.copied : label}
          className="pointer-coarse:h-11"
          onClick={() =>
            void navigator.clipboard.writeText(text).then(
              () => setCopied(true),
              () => undefined,
            )
          }
        >
          {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
          <span aria-live="polite">{copied ? app.copied : app.copy}</span>
        </Button>
      )}
    </div>
  )
}
