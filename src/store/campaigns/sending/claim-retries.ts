import type { DeliveryBody } from '../../../domain/delivery.ts'
import { deliveryRank } from '../../../domain/delivery-state.ts'
import type { CampaignId, ConversationId, DeliveryId } from '../../../domain/ids.ts'
import type { FilledTemplate } from '../../../domain/template/template.ts'
import { lockConversations } from '../../intake/names.ts'
import type { Run, Statement } from '../../intake/run.ts'
import { addressesOf, optedOutOf } from './next-recipients.ts'
import type { SendingCampaign } from './sending-campaign.ts'
import { UNWANTED_WORDS, type Unwanted, unwantedOf } from './still-wanted.ts'

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
    update deliveries d set state = 'failed', rank = $2, error_code = r.code, failed_at = now(), slot_at = null,
      error_detail = r.detail
    from jsonb_to_recordset($1::jsonb) as r (id uuid, code text, detail text)
    where d.id = r.id and d.lane = 'campaign' and d.state = 'queued'`,
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
  const unwanted = await unwantedIn(run, campaign, conversations)
  await lockConversations(run, conversations)
  const refused = due.flatMap(({ id, conversation }) => {
    const code = unwanted.get(conversation)
    return code === undefined ? [] : [{ id, code, detail: UNWANTED_WORDS[code] }]
  })
  const open = due.flatMap(({ id, conversation }) => (unwanted.has(conversation) ? [] : [id]))
  await run(REFUSE, [JSON.stringify(refused), deliveryRank('failed')])
  const claimed = await run<Omit<Retried, 'template'> & { body: DeliveryBody }>(CLAIM, [
    open,
    deliveryRank('sending'),
    worker,
  ])
  return claimed.flatMap(({ body, ...order }) =>
    body.kind === 'template' ? [{ ...order, template: body.template }] : [],
  )
}

/** Which of the conversations are with clients who have come to want nothing of the campaign since it was claimed. */
async function unwantedIn(
  run: Run,
  campaign: SendingCampaign,
  conversations: readonly ConversationId[],
): Promise<Map<ConversationId, Unwanted>> {
  const numbersOf = new Map(conversations.map((conversation): [ConversationId, string[]] => [conversation, []]))
  for (const { conversation, kind, value } of await addressesOf(run, conversations)) {
    if (kind === 'wa_id' || kind === 'phone') numbersOf.get(conversation)?.push(value.replace(/\D/g, ''))
  }
  const unwanted = await unwantedOf(run, campaign, numbersOf)
  if (campaign.template.category !== 'marketing') return unwanted
  // They may be known by no number.
  for (const conversation of await optedOutOf(run, conversations)) unwanted.set(conversation, 'opted_out')
  return unwanted
}
