import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '../api/people.ts'
import type { Contact } from '../api/types.ts'
import type { Words } from '../words/en.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { FieldList } from './field-list.tsx'
import { MarketingChoice } from './marketing-choice.tsx'
import { MergeList } from './merge-list.tsx'
import { Fact, Section } from './section.tsx'
import { useChangeContact } from './use-change-contact.ts'
import { contactWords } from './words.ts'

/** What else is known of the contact: fields, marketing, numbers and accounts, whom they were merged with. */
export function ContactDetails({ contact }: { contact: Contact }) {
  const { words: common, formats } = useLanguage()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const change = useChangeContact(contact.id)
  return (
    <Section name="contact" title={words.details}>
      <Fact label={words.fields.ofContact}>
        <FieldList
          fields={contact.fields}
          error={change.error ? errorText(change.error) : null}
          onChange={(fields) => change.mutate({ fields })}
        />
      </Fact>
      <MarketingChoice contact={contact} />
      {contact.identities.length > 0 && (
        <Fact label={common.contact.identities}>
          <Identities identities={contact.identities} />
        </Fact>
      )}
      <Fact label={words.firstSeen}>{formats.moment(new Date(contact.createdAt))}</Fact>
      <MergeList contact={contact} />
    </Section>
  )
}

function Identities({ identities }: Pick<Contact, 'identities'>) {
  const { words: common } = useLanguage()
  const words = useRoomWords(contactWords)
  const channels = useQuery(channelsQuery).data ?? []
  return (
    <ul className="space-y-1.5">
      {identities.map((identity) => (
        <li key={identity.id}>
          <p className="min-w-0 tabular-nums wrap-anywhere select-all">{identity.value}</p>
          <p className="text-xs text-soft">
            {kindName(identity.kind, common)}
            {identity.retiredAt && ` · ${words.formerNumber}`}
            {' · '}
            <bdi>{channels.find(({ id }) => id === identity.channelId)?.name ?? words.task.channelGone}</bdi>
          </p>
        </li>
      ))}
    </ul>
  )
}

function kindName(kind: string, words: Words): string {
  const kinds: Record<string, string> = words.contact.identityKinds
  return kinds[kind] ?? kind
}
