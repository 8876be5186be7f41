import { sql } from 'kysely'
import type { ContactId, ConversationId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import type { Tx } from '../database.ts'

/**
 * Takes the rows of the contacts' conversations, and of those in which they have an active task, in id order:
 * conversations are locked before contacts (src/store/migrations/0001).
 */
export async function lockConversationsOf(tx: Tx, contacts: readonly ContactId[]): Promise<ConversationId[]> {
  const { rows } = await sql<{ id: ConversationId }>`
    select id from conversations
    where contact_id = any(${contacts}::uuid[])
      or id in (select conversation_id from tasks where active and requester_id = any(${contacts}::uuid[]))
    order by id for update`.execute(tx)
  return rows.map(({ id }) => id)
}

/**
 * Where scenarios hear of what somebody did to a contact, and not to a conversation: where the newest message is, of
 * those that this person may see. Who may not see a channel sets nothing going there.
 * @param held those that the caller has locked: one that came to the contact meanwhile is left alone
 * @returns null where there is none
 */
export async function newestConversation(
  tx: Tx,
  { channelIds }: Pick<Actor, 'channelIds'>,
  contact: ContactId,
  held: readonly ConversationId[],
): Promise<ConversationId | null> {
  const { rows } = await sql<{ id: ConversationId }>`
    select id from conversations where contact_id = ${contact} and id = any(${held}::uuid[])
      and (${channelIds}::uuid[] is null or channel_id = any(${channelIds}::uuid[]))
    order by greatest(last_message_at, last_in_at, last_out_at) desc nulls last, id desc limit 1`.execute(tx)
  return rows[0]?.id ?? null
}
