import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { knownByNumberQuery } from './api.ts'
import type { NewConversationPrefill } from './open-new-conversation.ts'
import { readNumber } from './read-number.ts'
import { useSettled } from './use-settled.ts'

const PAUSE_MS = 250

/** Whom to write to: the number as typed and as read, and who has it already. */
export function useRecipient(prefill: NewConversationPrefill, channel: Channel) {
  const [typed, setTyped] = useState(prefill.phone ?? '')
  const [name, setName] = useState(prefill.name ?? '')
  const [strict, setStrict] = useState(false)
  const number = readNumber(typed, channel.displayPhone)
  const digits = number.ok ? number.phone.digits : ''
  const settled = useSettled(digits, PAUSE_MS)
  const known = useQuery({ ...knownByNumberQuery(settled), enabled: settled !== '' && settled === digits })
  const person = digits !== '' && settled === digits ? (known.data ?? null) : null
  return {
    typed,
    setTyped,
    name,
    setName,
    number,
    /** somebody tried to send: what is missing is marked, too */
    strict,
    insist: () => setStrict(true),
    known: person,
    optedOut: person?.contact.optedOut ?? false,
    /** for the button that sends */
    called: person?.contact.name || name.trim() || (number.ok ? number.phone.display : '…'),
  }
}

export type Recipient = ReturnType<typeof useRecipient>
