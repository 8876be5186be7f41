import { useQuery } from '@tanstack/react-query'
import { useRoomWords } from '../words/room-words.ts'
import { phoneBookQuery } from './api.ts'
import type { Recipient } from './use-recipient.ts'
import { useSettled } from './use-settled.ts'
import { newConversationWords } from './words.ts'

const PAUSE_MS = 250
const SHORTEST = 2
const SHOWN = 5

/** People of the phone app's phone book who fit what was typed as a name or as a number. */
export function PhoneBookMatches({ channelId, recipient }: { channelId: string; recipient: Recipient }) {
  const words = useRoomWords(newConversationWords)
  const typed = (recipient.name.trim() || recipient.typed.trim()).slice(0, 100)
  const text = useSettled(typed, PAUSE_MS)
  const people = useQuery({ ...phoneBookQuery(channelId, text), enabled: text.length >= SHORTEST }).data
  // Whoever was chosen is no choice any more.
  const choices = people?.filter(({ name, phone }) => name !== recipient.name || phone !== recipient.typed) ?? []
  if (text !== typed || choices.length === 0) return null
  return (
    <section aria-label={words.phoneBook} className="rounded-lg border border-line p-2 text-[0.8125rem]">
      <h3 className="px-1 text-xs text-soft">{words.phoneBook}</h3>
      <ul>
        {choices.slice(0, SHOWN).map(({ name, phone }) => (
          <li key={phone}>
            <button
              type="button"
              className="flex min-h-8 w-full items-center gap-2 rounded px-1 text-left hover:bg-hover pointer-coarse:min-h-11"
              onClick={() => {
                recipient.setTyped(phone)
                recipient.setName(name)
              }}
            >
              <bdi className="truncate font-medium">{name}</bdi>
              <span dir="ltr" className="shrink-0 text-soft tabular-nums">
                {phone}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
