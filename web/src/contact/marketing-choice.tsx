import type { Contact } from '../api/types.ts'
import { Checkbox } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { Fact } from './section.tsx'
import { useChangeContact } from './use-change-contact.ts'
import { contactWords } from './words.ts'

/** What the client wants of marketing, since when, and an employee's word on it. */
export function MarketingChoice({ contact }: { contact: Contact }) {
  const { formats } = useLanguage()
  const { marketing, errors } = useRoomWords(contactWords)
  const errorText = useErrorText(errors)
  const change = useChangeContact(contact.id)
  const since = (at: string | null) => (at === null ? null : marketing.since(formats.moment(new Date(at))))
  return (
    <Fact label={marketing.title}>
      <div className="space-y-2">
        <Checkbox
          asSwitch
          label={marketing.optedOut}
          hint={since(contact.optedOutAt) ?? marketing.optedOutHint}
          checked={contact.optedOut}
          onChange={({ target }) => change.mutate({ optedOut: target.checked })}
        />
        <Checkbox
          asSwitch
          label={marketing.consent}
          hint={
            contact.optedOut && contact.consent
              ? marketing.consentBelow
              : (since(contact.consentAt) ?? marketing.consentHint)
          }
          checked={contact.consent}
          onChange={({ target }) => change.mutate({ consent: target.checked })}
        />
      </div>
      {change.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(change.error)}
        </Notice>
      )}
    </Fact>
  )
}
