import type { ConversationEvent, Doer } from '../../domain/conversation-event.ts'
import type { FieldChange } from '../../domain/field-change.ts'
import type { Happening } from '../../domain/scenario/engine/happening.ts'
import type { Chain } from '../../domain/scenario/interpreter/run.ts'

type Event<Kind extends ConversationEvent['kind']> = Extract<ConversationEvent, { kind: Kind }>

/** Who did it, and what led to that: null where it was a person or a token. */
export interface DoneBy {
  by: Doer
  cause: Chain | null
}

/** `event.by`: a plain object, for the scope of conditions. */
const whoDid = ({ id, name, kind }: Doer) => ({ id, name, kind })

/** Each field that changed is an event of its own. */
export const fieldHappenings = (changes: readonly FieldChange[], { by, cause }: DoneBy): Happening[] =>
  changes.map(({ field, from, to }) => ({
    name: 'field.changed',
    data: { field, from, to, by: whoDid(by) },
    comment: null,
    cause,
  }))

/** Each tag that came or went is an event of its own. */
export function tagHappenings(
  tags: { added: readonly string[]; removed: readonly string[] },
  { by, cause }: DoneBy,
): Happening[] {
  const happening = (name: 'tag.added' | 'tag.removed') => (tag: string) => ({
    name,
    data: { tag, by: whoDid(by) },
    comment: null,
    cause,
  })
  return [...tags.removed.map(happening('tag.removed')), ...tags.added.map(happening('tag.added'))]
}

/** The client wants no marketing. @param done null: they told the messenger themselves */
export const optOutHappening = (done: DoneBy | null): Happening => ({
  name: 'contact.opted_out',
  data: { by: done ? whoDid(done.by) : null },
  comment: null,
  cause: done?.cause ?? null,
})

/** What people changed of the client, in the order field, tag, opt-out; allowing marketing again is no event. */
export function contactHappenings({ changes, tags, optedOut, doer }: Event<'contact.changed'>): Happening[] {
  const done = { by: doer, cause: null }
  return [...fieldHappenings(changes, done), ...tagHappenings(tags, done), ...(optedOut ? [optOutHappening(done)] : [])]
}

export const mergeHappening = ({ contact, merged, doer }: Event<'contact.merged'>): Happening => ({
  name: 'contact.merged',
  data: { contactId: contact, mergedContactId: merged, by: whoDid(doer) },
  comment: null,
  cause: null,
})
