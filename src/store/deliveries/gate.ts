import { type Selectable, sql } from 'kysely'
import type { SendableMedia } from '../../domain/attachment-kind.ts'
import type { CaptionRules } from '../../domain/compose-deliveries.ts'
import type { PrivateReply } from '../../domain/delivery.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InteractiveRules } from '../../domain/interactive-message.ts'
import type { PersonsReply } from '../../domain/persons-reply.ts'
import { replyWindow } from '../../domain/reply-window.ts'
import { knownPeople } from '../campaigns/known-people.ts'
import type { Tx } from '../database.ts'
import { runIn } from '../intake/run.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import type { ConversationsTable } from '../schema.ts'
import { usableTemplates } from '../templates/find-template.ts'
import { openPrivateReply } from './private-reply.ts'

/** What a provider allows to be sent; an adapter's capabilities have this form. */
export interface SendRules extends CaptionRules {
  replyWindowHours: number | null
  /** so long an employee may answer, where the channel's option `humanAgent` is on */
  personWindowHours?: number
  quotes: boolean
  /** what we send comes back as an echo */
  echoesSends?: boolean
  /** the provider says who a client is only when it is asked */
  namesOnRequest?: boolean
  templates: boolean
  maxTextLength: number
  media: readonly SendableMedia[]
  interactive: InteractiveRules | null
}

/** Null: no adapter for such a provider. */
export type SendRulesOf = (provider: string) => SendRules | null

/** Why a delivery waits though nothing is wrong with it; taken away when the channel is resumed. */
export const CHANNEL_PAUSED = 'channel_paused'

/**
 * What is to leave: free words and files, or a template, of which marketing needs the client's leave. `typed`: an
 * employee wrote them, which some messengers allow for longer; `answers`: the entry that they answer.
 */
export type GateSubject =
  | { kind: 'free'; typed: PersonsReply | null; answers: ProviderMessageId | null }
  | { kind: 'template'; category: string }

/** Why free words may leave though the reply window is closed; null: it is open. */
export type Exception = { by: 'person'; reply: PersonsReply } | { by: 'public_comment'; reply: PrivateReply } | null

/**
 * May a message leave for the client now (design.md, Sends)? Asked in the transaction that makes the delivery,
 * under the conversation's lock. The channel's row is not held: every inbound message writes to it. Should it be resumed
 * in this very moment, the sweep for stranded deliveries finds what we park (src/store/channels/release-parked.ts).
 * @returns the provider's rules, and why the delivery must wait, if it must
 */
export async function checkGate(
  tx: Tx,
  conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id' | 'contact_id' | 'last_in_at'>,
  rulesOf: SendRulesOf,
  subject: GateSubject,
): Promise<Refusable<{ rules: SendRules; parked: string | null; exception: Exception }>> {
  const channel = await tx
    .selectFrom('channels')
    .select(['provider', 'state', 'deleted_at', 'config', sql<Date>`clock_timestamp()`.as('now')])
    .where('id', '=', conversation.channel_id)
    .executeTakeFirstOrThrow()
  if (channel.deleted_at !== null || channel.state === 'disconnected') {
    return refuse('conflict', 'channel_disconnected', 'The channel is disconnected: nothing can be sent over it')
  }
  const rules = rulesOf(channel.provider)
  if (!rules) {
    return refuse('conflict', 'provider_unknown', `This installation cannot send over ${channel.provider}`)
  }
  const parked = channel.state === 'paused' ? CHANNEL_PAUSED : null
  if (subject.kind === 'template') {
    const refusal = await templateRefusal(tx, conversation, rules, subject.category)
    return refusal ?? done({ rules, parked, exception: null })
  }
  const personHours = channel.config.humanAgent === true ? (rules.personWindowHours ?? null) : null
  const window = await throughWindow(tx, conversation, rules, { subject, personHours, now: channel.now })
  return window.refused ? window : done({ rules, parked, exception: window.value })
}

/**
 * Free words need an open reply window. Closed, there are two exceptions: an employee's own words, where the provider
 * has granted that, and the one private answer to a comment under a post. Else what would work is said.
 */
async function throughWindow(
  tx: Tx,
  conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id' | 'last_in_at'>,
  rules: SendRules,
  of: { subject: Extract<GateSubject, { kind: 'free' }>; personHours: number | null; now: Date },
): Promise<Refusable<Exception>> {
  const { subject, personHours, now } = of
  const window = replyWindow(conversation.last_in_at, rules.replyWindowHours, now)
  if (window.open) return done(null)
  const forPeople = personHours === null ? null : replyWindow(conversation.last_in_at, personHours, now)
  if (forPeople?.open && subject.typed) return done({ by: 'person', reply: subject.typed })
  const reply = await openPrivateReply(tx, conversation.id, subject.answers, now)
  if (reply) return done({ by: 'public_comment', reply })
  const closed = { closedAt: window.closesAt, ...(forPeople?.open && { personsUntil: forPeople.closesAt }) }
  if (!rules.templates) {
    const words = forPeople?.open
      ? 'The reply window is closed: only an employee can still answer this client, in their own words'
      : 'The reply window is closed: nothing can be sent to this client until they write again'
    return refuse('conflict', 'window_closed', words, { ...closed, templates: [] })
  }
  return refuse(
    'conflict',
    'window_closed',
    'The reply window is closed: only an approved template can be sent to this client now',
    { ...closed, templates: await usableTemplates(tx, conversation.channel_id) },
  )
}

/** Templates leave at any time; marketing not to a client who stopped it. */
async function templateRefusal(
  tx: Tx,
  conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id' | 'contact_id'>,
  rules: SendRules,
  category: string,
) {
  if (!rules.templates) return refuse('conflict', 'templates_not_supported', 'This channel knows no templates')
  if (category !== 'marketing') return null
  const contact =
    conversation.contact_id === null
      ? undefined
      : await tx
          .selectFrom('contacts')
          .select('opted_out_at')
          .where('id', '=', conversation.contact_id)
          .executeTakeFirst()
  if (contact?.opted_out_at) {
    return refuse('conflict', 'opted_out', 'The client stopped marketing messages', { since: contact.opted_out_at })
  }
  return refusalElsewhere(tx, conversation)
}

/** As for campaigns: an opt-out counts wherever it was said, perhaps on a channel that is deleted by now. */
async function refusalElsewhere(tx: Tx, conversation: Pick<Selectable<ConversationsTable>, 'id' | 'channel_id'>) {
  const numbers = await tx
    .selectFrom('identities')
    .select('value')
    .where('conversation_id', '=', conversation.id)
    .where('kind', 'in', ['wa_id', 'phone'])
    .where('retired_at', 'is', null)
    .execute()
  const digits = numbers.map(({ value }) => value.replace(/\D/g, ''))
  const people = await knownPeople(runIn(tx), conversation.channel_id, digits)
  return [...people.values()].some(({ optedOut }) => optedOut)
    ? refuse('conflict', 'opted_out', 'The client stopped marketing messages on another channel')
    : null
}
