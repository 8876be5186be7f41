import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import { digitsToWrite } from '../../domain/phone-variants.ts'
import { type Actor, maySee } from '../actor.ts'
import { lockConversation } from '../conversation-events.ts'
import type { Tx } from '../database.ts'
import { runIn } from '../intake/run.ts'
import { reachNumbers } from '../names/reach-numbers.ts'
import { done, missing, type Refusable, refuse } from '../refusal.ts'

/** Why a text is no number that can be written to, in words. */
export const NUMBER_WORDS = {
  empty: 'The phone number is empty',
  not_a_number: 'This is no phone number',
  no_country_code: 'The phone number needs its country code: +1 650 555 1234',
  too_short: 'The phone number is too short',
  too_long: 'The phone number is too long',
} as const

/** A client whom the messenger knows by an id of its own, and who has written: they cannot be written to first. */
async function namedByMessenger(tx: Tx, channelId: ChannelId, to: string) {
  const row = await tx
    .selectFrom('identities')
    .select('conversation_id')
    .where('channel_id', '=', channelId)
    .where('kind', '=', 'igsid')
    .where('value', '=', to.trim())
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  const lock = row && (await lockConversation(tx, row.conversation_id))
  return lock ? { conversation: lock.id, lock } : null
}

/**
 * The conversation over which a number is reached, its row taken: a known one under any form of the number, else a new
 * one (M14).
 * @throws NameRace when a message from that number came in the same moment; inTransaction runs the work again
 */
export async function reachClient(
  tx: Tx,
  actor: Actor,
  channelId: ChannelId,
  to: string,
): Promise<
  Refusable<{ conversation: ConversationId; lock: NonNullable<Awaited<ReturnType<typeof lockConversation>>> }>
> {
  const channel = await tx
    .selectFrom('channels')
    .select(['id', 'deleted_at'])
    .where('id', '=', channelId)
    .executeTakeFirst()
  if (!channel || channel.deleted_at !== null || !maySee(actor, channelId)) return missing('The channel')
  const named = await namedByMessenger(tx, channelId, to)
  if (named) return done(named)
  const number = digitsToWrite(to)
  if (!number.ok) {
    return refuse('invalid', 'invalid_number', NUMBER_WORDS[number.reason], { to, reason: number.reason })
  }
  const reached = await reachNumbers(runIn(tx), channelId, [number.digits], new Date())
  const conversation = reached.get(number.digits)?.conversation
  const lock = conversation && (await lockConversation(tx, conversation))
  if (!conversation || !lock) throw new Error('a number was reached without a conversation')
  return done({ conversation, lock })
}
