import { sql } from 'kysely'
import { deliveryRank } from '../../../src/domain/delivery-state.ts'
import type { CampaignId, CommentId, ConversationId, DeliveryId, OutgoingMessageId } from '../../../src/domain/ids.ts'
import { newId } from '../../../src/store/new-id.ts'
import { addTemplate } from '../../kit/templates.ts'
import type { Answered } from '../api.ts'
import { type Desk, openDesk } from '../work/desk.ts'

/** A desk with approved templates, and an author who plans campaigns. */
export interface CampaignDesk extends Desk {
  /** Asks as an author, by an API token. */
  author(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>
  read(path: string): Promise<Answered>
  /** Makes a campaign of the plain template; its answer. */
  create(order?: object): Promise<Answered>
}

export async function openCampaignDesk(): Promise<CampaignDesk> {
  const desk = await openDesk()
  await addTemplate(desk, { name: 'plain', category: 'marketing', body: 'Hello' })
  await addTemplate(desk, { name: 'greeting', category: 'marketing', body: 'Hi {{1}}, see {{2}}' })
  await addTemplate(desk, { name: 'by_name', body: 'Hi {{first_name}}', parameterFormat: 'named' })
  await addTemplate(desk, { name: 'waiting', body: 'Soon', status: 'pending' })
  const token = await desk.addToken('author')
  const author: CampaignDesk['author'] = (path, body = {}, headers = {}) => desk.ask(path, { token, body, headers })
  return {
    ...desk,
    author,
    read: (path) => desk.ask(path, { token }),
    create: (order = {}) =>
      author('/api/campaigns', { channelId: desk.channel, name: 'Sale', template: template('plain'), ...order }),
  }
}

export const template = (name: string, parameters?: object) => ({
  name,
  language: 'en_US',
  ...(parameters && { parameters }),
})

export const numbers = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ to: `+1650${5_000_000 + from + index}` }))

/** What the sender leaves behind when it has taken a recipient and the delivery came to a state. */
export async function take(
  { database, channel }: Pick<Desk, 'database' | 'channel'>,
  campaign: CampaignId,
  ordinal: number,
  state: 'queued' | 'sending' | 'unknown' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed',
  options: { code?: string; accepted?: boolean; outgoing?: 'held' | 'replied' | 'expired'; failedAt?: Date } = {},
): Promise<{ delivery: DeliveryId; conversation: ConversationId }> {
  const { db } = database
  const conversation = newId<ConversationId>()
  const comment = newId<CommentId>()
  const delivery = newId<DeliveryId>()
  const { cluster_id: cluster } = await db
    .selectFrom('campaigns')
    .select('cluster_id')
    .where('id', '=', campaign)
    .executeTakeFirstOrThrow()
  await db.insertInto('conversations').values({ id: conversation, channel_id: channel }).execute()
  await sql`insert into comments (id, conversation_id, channel_id, author_kind, author_name, kind, text, data, at)
    values (${comment}, ${conversation}, ${channel}, 'employee', 'Olga', 'template', 'Hello', '{}', now())`.execute(db)
  const isFailed = state === 'failed'
  await db
    .insertInto('deliveries')
    .values({
      id: delivery,
      comment_id: comment,
      conversation_id: conversation,
      channel_id: channel,
      campaign_id: campaign,
      lane: 'campaign',
      state,
      rank: deliveryRank(state),
      attempt: 1,
      body: JSON.stringify({ kind: 'text', text: 'Hello' }),
      accepted_at: options.accepted ? new Date() : null,
      failed_at: isFailed ? (options.failedAt ?? new Date()) : null,
      error_code: isFailed ? (options.code ?? '131026') : null,
    })
    .execute()
  await db
    .insertInto('outgoing_messages')
    .values({
      id: newId<OutgoingMessageId>(),
      channel_id: channel,
      conversation_id: conversation,
      fingerprint: 'template:plain:en_US',
      at: new Date(),
      comment_id: comment,
      cluster_id: cluster,
      state: options.outgoing ?? 'held',
    })
    .execute()
  await db
    .updateTable('campaign_recipients')
    .set({ state: 'taken', comment_id: comment, delivery_id: delivery, taken_at: new Date() })
    .where('campaign_id', '=', campaign)
    .where('ordinal', '=', ordinal)
    .execute()
  return { delivery, conversation }
}
