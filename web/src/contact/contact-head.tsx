import type { Contact, OpenedTask } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { EditableText } from './editable-text.tsx'
import { PhoneLine } from './phone-line.tsx'
import { TagList } from './tag-list.tsx'
import { useChangeContact } from './use-change-contact.ts'
import { contactWords } from './words.ts'

/** Who the client is: name, number, tags, and whether they want marketing. */
export function ContactHead({ task, contact }: { task: OpenedTask; contact: Contact | undefined }) {
  const { contact: common } = useWords()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const change = useChangeContact(task.requester.id)
  const { id } = task.requester
  const name = contact?.name ?? task.requester.name
  const phone = contact?.phone ?? task.requester.phone
  return (
    <section aria-label={common.title} className="p-4">
      <div className="flex items-start gap-3">
        <Avatar name={name} id={id} />
        <div className="min-w-0 flex-1">
          <EditableText
            value={name}
            label={words.name}
            editLabel={words.rename}
            maxLength={120}
            onSave={(next) => change.mutate({ name: next })}
          >
            <h2 className="truncate text-sm font-semibold" title={name}>
              <bdi>{name}</bdi>
            </h2>
          </EditableText>
          {phone ? <PhoneLine phone={phone} /> : <p className="text-soft">{common.noPhone}</p>}
        </div>
      </div>
      {change.error && (
        <Notice look="danger" urgent className="mt-2">
          {errorText(change.error)}
        </Notice>
      )}
      {contact?.optedOut && (
        <p className="mt-2 rounded-md bg-warning-ground px-2 py-1 text-warning">{words.marketing.optedOut}</p>
      )}
      {contact && <TagList contact={contact} />}
    </section>
  )
}
