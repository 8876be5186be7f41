import { type SqlBool, sql } from 'kysely'
import { isEchoOf, type SentFile } from '../../domain/echoed-file.ts'
import type { DeliveryId } from '../../domain/ids.ts'
import { type ArrivedMessage, MEDIA_KINDS, type MessageContent } from '../../domain/message.ts'
import type { Tx } from '../database.ts'
import { appendEvents } from '../intake/events.ts'
import { runIn } from '../intake/run.ts'
import { parkedStatuses, recordStatuses } from '../intake/status-reports.ts'
import { applyStatuses } from '../intake/statuses.ts'
import type { ConversationState, RecordedEvent } from './conversation-state.ts'

/** A call has thirty seconds; one that is older has lost its process, and its outcome is settled elsewhere. */
const LONGEST_CALL_MS = 60_000
/** The provider's clock and ours may differ by so much. */
const CLOCKS_MS = 60_000

/**
 * Some providers send an echo of what we send ourselves, often before they answer the call. Whether an echo is one of
 * those only the answer says, with its message id: while a call is under way in this conversation, the echo waits for it
 * (docs/decisions/0036-echoes-of-our-own-sends.md).
 */
export async function waitsForAnswer(tx: Tx, state: ConversationState, { payload }: RecordedEvent): Promise<boolean> {
  if (!state.echoesSends || payload.kind !== 'message.echoed') return false
  const { rows } = await sql`
    select from deliveries d
    join delivery_attempts a on a.delivery_id = d.id and a.attempt = d.attempt
    where d.conversation_id = ${state.id} and d.state = 'sending'
      and a.started_at > now() - make_interval(secs => ${LONGEST_CALL_MS / 1000})
      and not exists (select from deliveries k
        where k.channel_id = ${state.channel.id} and k.provider_message_id = ${payload.message.id})
    limit 1`.execute(tx)
  return rows.length > 0
}

/**
 * An echo of a message whose call ended without an answer: it says that the client has it. The first message of the same
 * words, or with the same file, that waits for that word takes it, and is settled as sent; each echo settles one.
 * @returns whether the echo was of one
 */
export async function settlesUnknown(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  { id, content }: ArrivedMessage,
): Promise<boolean> {
  if (!state.echoesSends) return false
  const unknown =
    content.kind === 'text'
      ? await unknownText(tx, state, event, content)
      : await unknownFile(tx, state, event, content)
  if (!unknown) return false
  const run = runIn(tx)
  const proof = {
    channelId: state.channel.id,
    providerMessageId: id,
    deliveryId: unknown,
    state: 'sent' as const,
    at: event.at,
    errors: [],
    pricing: null,
    rawBodyId: null,
  }
  await recordStatuses(run, [proof])
  // Statuses may have come before the echo, with an id that nobody knew: what the proof says may be among them.
  const parked = await parkedStatuses(run, state.channel.id, [id])
  const statuses = parked.map((status) => ({ ...status, deliveryId: unknown }))
  const events = await applyStatuses(run, statuses, [unknown])
  await appendEvents(run, events)
  state.inbox.deliveries.add(unknown)
  // The workflow learns with this step that the record has grown.
  state.holdsChanged = true
  return true
}

async function unknownText(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  { text }: MessageContent,
): Promise<DeliveryId | null> {
  if (text === null) return null
  const { rows } = await sql<{ id: DeliveryId }>`
    select d.id from deliveries d
    where ${waitsForWord(state, event)} and d.body ->> 'kind' = 'text' and btrim(d.body ->> 'text') = btrim(${text})
    order by d.queued_at, d.ordinal limit 1`.execute(tx)
  return rows[0]?.id ?? null
}

/** What the owner sends from the phone is no message of ours, where the service tells the two apart. */
async function unknownFile(
  tx: Tx,
  state: ConversationState,
  event: RecordedEvent,
  content: MessageContent,
): Promise<DeliveryId | null> {
  const { payload } = event
  const isByPhone = payload.kind === 'message.echoed' && payload.by === 'phone_app'
  if (isByPhone || !(MEDIA_KINDS as readonly string[]).includes(content.kind)) return null
  const { rows } = await sql<SentFile & { id: DeliveryId }>`
    select d.id, d.body ->> 'media' as media, d.body ->> 'caption' as caption, a.name
    from deliveries d join attachments a on a.id = (d.body ->> 'attachmentId')::uuid
    where ${waitsForWord(state, event)} and d.body ->> 'kind' = 'media'
    order by d.queued_at, d.ordinal`.execute(tx)
  return rows.find((sent) => isEchoOf(sent, content))?.id ?? null
}

const waitsForWord = (state: ConversationState, event: RecordedEvent) => sql<SqlBool>`
  d.conversation_id = ${state.id} and d.state in ('unknown', 'queued') and d.provider_message_id is null
  and exists (select from delivery_attempts a where a.delivery_id = d.id and a.outcome = 'unknown'
    and a.started_at < ${new Date(event.at.getTime() + CLOCKS_MS)})`
