import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { Field, Select } from '../ui/field.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { KnownContact } from './known-contact.tsx'
import { PhoneBookMatches } from './phone-book-matches.tsx'
import type { Recipient } from './use-recipient.ts'
import { newConversationWords } from './words.ts'

interface WhomFieldsProps {
  channels: Channel[]
  channel: Channel
  recipient: Recipient
  onChannel: (id: string) => void
}

/** Over which channel, to which number; who that is, if they are known. */
export function WhomFields({ channels, channel, recipient, onChannel }: WhomFieldsProps) {
  const words = useRoomWords(newConversationWords)
  const { states } = useWords().channels
  const { number, known } = recipient
  const [left, setLeft] = useState(false)
  const problem = () => {
    if (number.ok) return null
    if (number.reason === 'empty') return recipient.strict ? words.reasons.empty : null
    return left || recipient.strict ? words.reasons[number.reason] : null
  }
  const hint = () => {
    if (!number.ok) return words.phoneHint
    const { country, display, valid } = number.phone
    const read = words.numberIs(country === null ? '' : words.country(country), display)
    return (
      <span role="status">
        {read}
        {!valid && !known && <span className="block text-warning">{words.unusual}</span>}
      </span>
    )
  }
  return (
    <div className="space-y-3">
      <div className="grid gap-3 sm:grid-cols-3">
        <Field
          label={words.phone}
          type="tel"
          value={recipient.typed}
          onChange={({ target }) => recipient.setTyped(target.value)}
          onBlur={() => setLeft(true)}
          hint={hint()}
          error={problem()}
          autoComplete="off"
          dir="ltr"
          autoFocus={recipient.typed === ''}
          data-autofocus={recipient.typed === '' || undefined}
        />
        <Field
          label={words.name}
          value={known ? known.contact.name : recipient.name}
          disabled={known !== null}
          maxLength={120}
          onChange={({ target }) => recipient.setName(target.value)}
          hint={known ? undefined : words.nameHint}
          autoComplete="off"
        />
        <Select
          label={words.channel}
          value={channel.id}
          onChange={({ target }) => onChannel(target.value)}
          options={channels.map(({ id, name, state }) => ({
            value: id,
            label: state === 'connected' ? name : words.notConnected(name, states[state]),
            disabled: state === 'disconnected',
          }))}
        />
      </div>
      {!known && channel.phoneApp && <PhoneBookMatches channelId={channel.id} recipient={recipient} />}
      {known && <KnownContact contact={known.contact} tasks={known.tasks} channelId={channel.id} />}
    </div>
  )
}
