import { bulkRule } from '../../domain/bulk/options.ts'
import type { ConversationEvent } from '../../domain/conversation-event.ts'
import type { ConversationId, OutgoingMessageId } from '../../domain/ids.ts'
import { fingerprintOf } from '../bulk/fingerprint.ts'
import { newId } from '../new-id.ts'
import type { BulkOptions } from '../schema.ts'
import type { NewEvent } from './events.ts'
import type { Run, Statement } from './run.ts'

const KNOWN: Statement = {
  name: 'intake-echo-conversations',
  text: `
    select c.id, ct.name, ch.bulk from conversations c
    join channels ch on ch.id = c.channel_id
    left join contacts ct on ct.id = c.contact_id
    where c.id = any($1::uuid[])`,
}

/** A message of ours, or one that was counted before, is none. */
const COUNT: Statement = {
  name: 'intake-count-echoes',
  text: `
    insert into outgoing_messages (id, channel_id, conversation_id, fingerprint, at, provider_message_id)
    select e.id, e.channel, e.conversation, e.fingerprint, e.at, e.message
    from jsonb_to_recordset($1::jsonb) as e (id uuid, channel uuid, conversation uuid, fingerprint text,
      at timestamptz, message text)
    where not exists (select from deliveries d where d.channel_id = e.channel and d.provider_message_id = e.message)
    order by e.channel, e.message
    on conflict (channel_id, provider_message_id) where provider_message_id is not null do nothing`,
}

/**
 * Counts echoes for the bulk rule (M17): in the transaction that stores them, so that the step which works one off sees
 * every other of its mailing (src/store/bulk/place-outgoing.ts).
 */
export async function countEchoes(run: Run, events: readonly NewEvent[]): Promise<void> {
  const echoes = events.flatMap(({ event, ...of }) => (event.kind === 'message.echoed' ? [{ ...of, event }] : []))
  if (echoes.length === 0) return
  const conversations = [...new Set(echoes.map(({ conversationId }) => conversationId))]
  const known = await run<{ id: ConversationId; name: string | null; bulk: BulkOptions }>(KNOWN, [conversations])
  const byId = new Map(known.map((row) => [row.id, row]))
  const rows = echoes.map(({ conversationId, channelId, at, event }) => ({
    id: newId<OutgoingMessageId>(),
    channel: channelId,
    conversation: conversationId,
    fingerprint: echoFingerprint(event, byId.get(conversationId)),
    at,
    message: event.message.id,
  }))
  await run(COUNT, [JSON.stringify(rows)])
}

function echoFingerprint(
  { message }: Extract<ConversationEvent, { kind: 'message.echoed' }>,
  known: { name: string | null; bulk: BulkOptions } | undefined,
): string {
  const { kind, text, media } = message.content
  const looksAt = { kind, text, template: null, fileHash: media?.sha256 ?? null, contactName: known?.name ?? null }
  return fingerprintOf(looksAt, bulkRule(known?.bulk ?? {}).by)
}
