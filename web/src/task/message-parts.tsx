import { CornerUpLeft, ExternalLink, List, Phone } from 'lucide-react'
import { useRoomWords } from '../words/room-words.ts'
import { LinkedText } from './linked-text.tsx'
import type { Parts } from './shared-data.ts'
import { taskWords } from './words.ts'

const ICONS: Record<string, typeof Phone> = { url: ExternalLink, phone: Phone, list: List }

/** A template, or a text with something to tap, as the client sees it. Its buttons are theirs to tap, not ours. */
export function MessageParts({ parts }: { parts: Parts }) {
  const { marks } = useRoomWords(taskWords)
  const { header, body, footer, buttons, sections, template } = parts
  return (
    <div className="min-w-44">
      {header && (
        <p dir="auto" className="mb-1 font-semibold wrap-anywhere">
          {header}
        </p>
      )}
      {body && <LinkedText text={body} />}
      {footer && (
        <p dir="auto" className="mt-1 text-xs wrap-anywhere text-soft">
          {footer}
        </p>
      )}
      {buttons.length > 0 && (
        <ul className="mt-2 border-t border-ink/10">
          {buttons.map(({ kind, text, target }, index) => {
            const Icon = ICONS[kind] ?? CornerUpLeft
            return (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: buttons of one message never move
                key={index}
                className="flex items-center justify-center gap-1.5 border-b border-ink/10 py-1.5 last:border-b-0"
              >
                <Icon size={13} aria-hidden="true" className="shrink-0 text-accent" />
                <bdi
                  title={target ? `${marks.opens} ${target}` : undefined}
                  className="truncate font-medium text-accent"
                >
                  {text}
                </bdi>
              </li>
            )
          })}
        </ul>
      )}
      {sections.length > 0 && (
        <ul className="mt-1 space-y-0.5 text-xs">
          {sections.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one message never move
            <li key={index} className="text-soft">
              · <bdi>{row}</bdi>
            </li>
          ))}
        </ul>
      )}
      {template && <p className="mt-1 text-xs text-soft">{marks.template(template)}</p>}
    </div>
  )
}
