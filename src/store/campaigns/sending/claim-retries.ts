import type { DeliveryBody } from '../../../domain/delivery.ts'
import { deliveryRank } from '../../../domain/delivery-state.ts'
import type { CampaignId, ConversationId, DeliveryId } from '../../../domain/ids.ts'
import type { FilledTemplate } from '../../../domain/template/template.ts'
import { lockConversations } from '../../intake/names.ts'
import type { Run, Statement } from '../../intake/run.ts'
import { optedOutOf } from './next-recipients.ts'
import type { SendingCampaign } from './sending-campaign.ts'

/** A message that was tried before, claimed for another try. */
export interface Retried {
  delivery: DeliveryId
  conversation: ConversationId
  attempt: number
  tries: number
  template: FilledTemplate
}

const DUE: Statement = {
  name: 'campaign-due-retries',
  text: `
    select id, conversation_id as conversation from deliveries
    where campaign_id = $1 and lane = 'campaign' and state = 'queued'
      and coalesce(slot_at, queued_at) <= clock_timestamp()
    order by coalesce(slot_at, queued_at), id limit $2`,
}

const CLAIM: Statement = {
  name: 'campaign-claim-retries',
  text: `
    with claimed as (
      update deliveries set state = 'sending', rank = $2, attempt = attempt + 1, slot_at = null
      where id = any($1::uuid[]) and lane = 'campaign' and state = 'queued'
      returning id, conversation_id, attempt, queued_at, body
    ), entered as (
      insert into delivery_attempts (delivery_id, attempt, worker) select id, attempt, $3::text from claimed
    )
    select c.id as delivery, c.conversation_id as conversation, c.attempt, c.body, 1 + (
      select count(*)::int from delivery_attempts a where a.delivery_id = c.id and a.started_at >= c.queued_at
    ) as tries from claimed c`,
}

const REFUSE: Statement = {
  name: 'campaign-refuse-retries',
  text: `
    update deliveries set state = 'failed', rank = $2, error_code = 'opted_out', failed_at = now(), slot_at = null,
      error_detail = 'the client stopped marketing messages before it left'
    where id = any($1::uuid[]) and lane = 'campaign' and state = 'queued'`,
}

/** Claims messages whose next try is due. Their conversations are held first, in the order of migrations/0001. */
export async function claimRetries(
  run: Run,
  campaign: SendingCampaign,
  { campaign: id, count, worker }: { campaign: CampaignId; count: number; worker: string },
): Promise<Retried[]> {
  const due = await run<{ id: DeliveryId; conversation: ConversationId }>(DUE, [id, count])
  if (due.length === 0) return []
  const conversations = due.map(({ conversation }) => conversation)
  const optedOut = campaign.template.category === 'marketing' ? await optedOutOf(run, conversations) : new Set()
  await lockConversations(run, conversations)
  const [stopped, open] = [
    due.filter(({ conversation }) => optedOut.has(conversation)),
    due.filter(({ conversation }) => !optedOut.has(conversation)),
  ].map((some) => (some ?? []).map((one) => one.id))
  await run(REFUSE, [stopped, deliveryRank('failed')])
  const claimed = await run<Omit<Retried, 'template'> & { body: DeliveryBody }>(CLAIM, [
    open,
    deliveryRank('sending'),
    worker,
  ])
  return claimed.flatMap(({ body, ...order }) =>
    body.kind === 'template' ? [{ ...order, template: body.template }] : [],
  )
}
