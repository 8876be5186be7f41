import { type Selectable, sql } from 'kysely'
import type { SendableMedia } from '../../domain/attachment-kind.ts'
import type { CaptionRules } from '../../domain/compose-deliveries.ts'
import type { InteractiveRules } from '../../domain/interactive-message.ts'
import { replyWindow } from '../../domain/reply-window.ts'
import { knownPeople } from '../campaigns/known-people.ts'
import type { Tx } from '../database.ts'
import { runIn } from '../intake/run.ts'
import { done, type Refusable, refuse } from '../refusal.ts'
import type { ConversationsTable } from '../schema.ts'
import { usableTemplates } from '../templates/find-template.ts'

/** What a provider allows to be sent; an adapter's capabilities have this form. */
export interface SendRules extends CaptionRules {
  replyWindowHours: number | null
  quotes: boolean
  templates: boolean
  maxTextLength: number
  media: readonly SendableMedia[]
  interactive: InteractiveRules | null
}

/** Null: no adapter for such a provider. */
export type SendRulesOf = (provider: string) => SendRules | null

/** Why a delivery waits though nothing is wrong with it; taken away when the channel is resumed. */
export const CHANNEL_PAUSED = 'channel_paused'

/** What is to leave: free words and files, or a template, of which marketing needs the client's leave. */
export type GateSubject = { kind: 'free' } | { kind: 'template'; category: string }

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
): Promise<Refusable<{ rules: SendRules; parked: string | null }>> {
  const channel = await tx
    .selectFrom('channels')
    .select(['provider', 'state', 'deleted_at', sql<Date>`clock_timestamp()`.as('now')])
    .where('id', '=', conversation.channel_id)
    .executeTakeFirstOrThrow()
  if (channel.deleted_at !== null || channel.state === 'disconnected') {
    return refuse('conflict', 'channel_disconnected', 'The channel is disconnected: nothing can be sent over it')
  }
  const rules = rulesOf(channel.provider)
  if (!rules) {
    return refuse('conflict', 'provider_unknown', `This installation cannot send over ${channel.provider}`)
  }
  const refusal =
    subject.kind === 'free'
      ? await windowRefusal(tx, conversation, rules, channel.now)
      : await templateRefusal(tx, conversation, rules, subject.category)
  if (refusal) return refusal
  return done({ rules, parked: channel.state === 'paused' ? CHANNEL_PAUSED : null })
}

/** Free words need an open reply window; closed, the templates that would work are offered. */
async function windowRefusal(
  tx: Tx,
  conversation: Pick<Selectable<ConversationsTable>, 'channel_id' | 'last_in_at'>,
  rules: SendRules,
  now: Date,
) {
  const window = replyWindow(conversation.last_in_at, rules.replyWindowHours, now)
  if (window.open) return null
  return refuse(
    'conflict',
    'window_closed',
    'The reply window is closed: only an approved template can be sent to this client now',
    { closedAt: window.closesAt, templates: await usableTemplates(tx, conversation.channel_id) },
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
