import { bulkRule } from '../../../domain/bulk/options.ts'
import { valueReasons } from '../../../domain/campaign/exclusion.ts'
import { mergeParameters } from '../../../domain/campaign/parameters.ts'
import { deliveryRank } from '../../../domain/delivery-state.ts'
import type { CommentId, ConversationId, DeliveryId, OutgoingMessageId } from '../../../domain/ids.ts'
import { type Pace, perSecond } from '../../../domain/pacing.ts'
import { fillTemplate } from '../../../domain/template/fill.ts'
import type { FilledTemplate, RenderedTemplate } from '../../../domain/template/template.ts'
import { appendEvents, type NewEvent } from '../../intake/events.ts'
import type { Run, Statement } from '../../intake/run.ts'
import { newId } from '../../new-id.ts'
import { templateData } from '../../outgoing/compose-message.ts'
import { takePlaces } from '../../sends/pace.ts'
import type { ExcludedNow, Recipient } from './next-recipients.ts'
import type { SendingCampaign } from './sending-campaign.ts'

/** One recipient's message, complete, with the ids that it is stored under. */
export interface DraftedMessage {
  ordinal: number
  contactName: string | null
  /** kept beside the recipient */
  detail: string | null
  conversation: ConversationId
  comment: CommentId
  delivery: DeliveryId
  outgoing: OutgoingMessageId
  filled: FilledTemplate
  rendered: RenderedTemplate
}

/** Fills the template for each recipient, as it is approved now. */
export function draftMessages(
  { template, choice }: SendingCampaign,
  recipients: readonly Recipient[],
): { drafts: DraftedMessage[]; excluded: ExcludedNow[] } {
  const drafts: DraftedMessage[] = []
  const excluded: ExcludedNow[] = []
  for (const { ordinal, name, conversation, parameters, detail: note } of recipients) {
    const preflight = fillTemplate(template, mergeParameters(choice.parameters, parameters))
    if (!preflight.ok) {
      excluded.push({ ordinal, exclusion: 'bad_parameters', reasons: valueReasons(preflight.problems) })
      continue
    }
    const { filled, rendered } = preflight
    drafts.push({
      ordinal,
      contactName: name,
      detail: note,
      conversation,
      comment: newId<CommentId>(),
      delivery: newId<DeliveryId>(),
      outgoing: newId<OutgoingMessageId>(),
      filled,
      rendered,
    })
  }
  return { drafts, excluded }
}

/** Comment, delivery with its first attempt, held message, and the place on the list: claimed the moment this commits. */
const PLACE: Statement = {
  name: 'campaign-place-messages',
  text: `
    with m as materialized (
      select * from jsonb_to_recordset($1::jsonb) as m (ordinal int, conversation uuid, comment uuid, delivery uuid,
        outgoing uuid, text text, data jsonb, body jsonb, detail text)
    ), of as (
      select id, channel_id, created_by, created_by_name, cluster_id from campaigns where id = $2::uuid
    ), written as (
      insert into comments (id, conversation_id, channel_id, author_kind, author_id, author_name, kind, text, data,
        notifies_contact, bulk, at)
      select m.comment, m.conversation, of.channel_id, 'employee', of.created_by, of.created_by_name, 'template', m.text,
        m.data, true, true, $3::timestamptz from m, of order by m.ordinal
    ), claimed as (
      insert into deliveries (id, comment_id, conversation_id, channel_id, state, rank, attempt, body, campaign_id, lane)
      select m.delivery, m.comment, m.conversation, of.channel_id, 'sending', $4::smallint, 1, m.body, of.id, 'campaign' from m, of
    ), entered as (
      insert into delivery_attempts (delivery_id, attempt, worker) select m.delivery, 1, $5::text from m
    ), held as (
      insert into outgoing_messages (id, channel_id, conversation_id, fingerprint, at, comment_id, cluster_id, state,
        hold_until)
      select m.outgoing, of.channel_id, m.conversation, $6::text, $3::timestamptz, m.comment, of.cluster_id, 'held',
        $7::timestamptz from m, of
    )
    update campaign_recipients r
    set state = 'taken', comment_id = m.comment, delivery_id = m.delivery, taken_at = $3::timestamptz,
      detail = m.detail
    from m where r.campaign_id = $2::uuid and r.ordinal = m.ordinal`,
}

/**
 * All campaigns together wake so many conversations per second: each then meets its client and sets its month-long
 * timer, which nobody waits for; a fresh workflow costs the engine more than the message itself. Whatever else happens
 * in a conversation wakes it at once.
 */
const WAKING: Pace = perSecond(10)

/**
 * Stores the messages as claimed by this worker, and enters them in their conversations' records. The caller holds the
 * campaign, the conversations and the places on the list.
 */
export async function placeMessages(
  run: Run,
  campaign: SendingCampaign,
  drafts: readonly DraftedMessage[],
  worker: string,
): Promise<void> {
  if (drafts.length === 0) return
  const rows = drafts.map(({ ordinal, conversation, comment, delivery, outgoing, filled, rendered, detail }) => ({
    ordinal,
    conversation,
    comment,
    delivery,
    outgoing,
    text: rendered.text,
    data: templateData(filled, rendered),
    body: { kind: 'template', template: filled },
    detail,
  }))
  const holdUntil = bulkRule(campaign.bulk).holdUntil(campaign.now)
  const [, { waitMs }] = await Promise.all([
    run(PLACE, [
      JSON.stringify(rows),
      campaign.id,
      campaign.now,
      deliveryRank('sending'),
      worker,
      campaign.fingerprint,
      holdUntil,
    ]),
    takePlaces(run, 'holds', WAKING, drafts.length),
  ])
  await appendEvents(
    run,
    drafts.map((draft, index) => queuedEvent(campaign, draft, waitMs[index] ?? 0)),
  )
}

const queuedEvent = (campaign: SendingCampaign, draft: DraftedMessage, dueInMs: number): NewEvent => ({
  conversationId: draft.conversation,
  channelId: campaign.channelId,
  dedupeKey: null,
  event: {
    kind: 'message.queued',
    message: draft.outgoing,
    comment: draft.comment,
    deliveries: [],
    campaign: campaign.id,
    contactName: draft.contactName,
  },
  opensWindow: false,
  rawBodyId: null,
  rawPath: null,
  at: campaign.now,
  due: new Date(campaign.now.getTime() + dueInMs),
})
