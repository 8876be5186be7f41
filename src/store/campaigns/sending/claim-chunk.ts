import type { PauseReason } from '../../../domain/campaign/pause-reason.ts'
import type { IdentityValue } from '../../../domain/conversation-event.ts'
import type { CampaignId, ConversationId, DeliveryId } from '../../../domain/ids.ts'
import type { Pace } from '../../../domain/pacing.ts'
import type { FilledTemplate } from '../../../domain/template/template.ts'
import { type Database, isRepeatable, sqlState } from '../../database.ts'
import { inIntakeTransaction, type Run, type Statement } from '../../intake/run.ts'
import { channelPace, takePlaces } from '../../sends/pace.ts'
import { claimRetries } from './claim-retries.ts'
import { addressesOf, exclude, nextListed, reachListed } from './next-recipients.ts'
import { draftMessages, placeMessages } from './place-messages.ts'
import { holdCampaign, type SendingCampaign } from './sending-campaign.ts'

/** One message of a campaign, claimed: its call is committed in the ledger, and has to be made once (P3). */
export interface CampaignOrder {
  delivery: DeliveryId
  conversation: ConversationId
  attempt: number
  /** attempts since it was queued, this one included */
  tries: number
  template: FilledTemplate
  recipient: IdentityValue[]
  /** milliseconds until its place in the channel's pace */
  waitMs: number
}

export type Chunk =
  /** `aheadMs`: how far the channel's pace has now been given away */
  | { got: 'orders'; orders: CampaignOrder[]; aheadMs: number }
  /** the channel's next places belong to others */
  | { got: 'wait'; ms: number }
  /** nobody is left whose turn it is now; `nextInMs`: somebody's try comes then */
  | { got: 'nothing'; nextInMs: number | null }
  /** something is in the way that a person has to mend */
  | { got: 'obstacle'; reason: PauseReason }
  /** the campaign does not run (any more) */
  | { got: 'stopped' }

export interface ChunkRequest {
  campaign: CampaignId
  worker: string
  pace: Pace
  /** at most so many messages */
  count: number
}

/** A campaign does not queue for its channel: replies, which do, come before it (P9). */
export const AHEAD_MS = 200
/** So often another transaction may come in the way of one claim. */
const RACES = 6

/**
 * Claims the next messages of a campaign, in one transaction: whoever is due for another try first, else the next of the
 * list. The campaign is looked at under its lock: once a pause or a stop is committed, nothing more is claimed.
 * @throws what keeps the database from it; nothing is claimed then
 */
export async function claimChunk({ pool }: Database, request: ChunkRequest): Promise<Chunk> {
  for (let race = 1; ; race++) {
    try {
      return await inIntakeTransaction(pool, (run) => claim(run, request))
    } catch (error) {
      if (race >= RACES || !isRace(error)) throw error
    }
  }
}

/** A deadlock, a row that another transaction stored first, a conversation that somebody holds. */
const isRace = (error: unknown): boolean =>
  isRepeatable(error) || sqlState(error) === '23505' || sqlState(error) === '55P03'

async function claim(run: Run, request: ChunkRequest): Promise<Chunk> {
  const held = await holdCampaign(run, request.campaign)
  if (held.held === 'stopped') return { got: 'stopped' }
  if (held.held === 'paused') return { got: 'obstacle', reason: held.reason }
  const { campaign } = held
  if (campaign.aheadMs >= AHEAD_MS) return { got: 'wait', ms: campaign.aheadMs - AHEAD_MS }

  const again = await claimRetries(run, campaign, request)
  if (again.length > 0) return withPlaces(run, campaign, request, again)
  const listed = await nextListed(run, request.campaign, request.count)
  if (listed.length === 0) return { got: 'nothing', nextInMs: await nextTry(run, request.campaign) }

  const { recipients, excluded } = await reachListed(run, campaign, listed)
  const { drafts, excluded: unfit } = draftMessages(campaign, recipients)
  await exclude(run, campaign.id, [...excluded, ...unfit])
  await placeMessages(run, campaign, drafts, request.worker)
  const claimed = drafts.map(({ delivery, conversation, filled }) => ({
    delivery,
    conversation,
    attempt: 1,
    tries: 1,
    template: filled,
  }))
  return withPlaces(run, campaign, request, claimed)
}

/** Where everybody goes, and when: the channel's places are taken last, because others wait for its row. */
async function withPlaces(
  run: Run,
  campaign: SendingCampaign,
  { pace }: ChunkRequest,
  claimed: readonly Omit<CampaignOrder, 'recipient' | 'waitMs'>[],
): Promise<Chunk> {
  if (claimed.length === 0) return { got: 'orders', orders: [], aheadMs: campaign.aheadMs }
  const [addresses, { waitMs, aheadMs }] = await Promise.all([
    addressesOf(
      run,
      claimed.map(({ conversation }) => conversation),
    ),
    takePlaces(run, channelPace(campaign.channelId), pace, claimed.length),
  ])
  const orders = claimed.map((order, index) => ({
    ...order,
    recipient: addresses
      .filter(({ conversation }) => conversation === order.conversation)
      .map(({ kind, value }) => ({ kind, value })),
    waitMs: waitMs[index] ?? 0,
  }))
  return { got: 'orders', orders, aheadMs }
}

const NEXT_TRY: Statement = {
  name: 'campaign-next-try',
  text: `
    select least(
      (select extract(epoch from min(coalesce(slot_at, queued_at)) - clock_timestamp()) * 1000
        from deliveries where campaign_id = $1 and lane = 'campaign' and state = 'queued'),
      (select 1000 from campaign_recipients where campaign_id = $1 and state = 'queued' limit 1)
    )::float8 as ms`,
}

/** When the first message that waits for another try is due; a second, where another slice holds the rest of the list. */
async function nextTry(run: Run, campaign: CampaignId): Promise<number | null> {
  const [row] = await run<{ ms: number | null }>(NEXT_TRY, [campaign])
  return row?.ms == null ? null : Math.max(1, Math.ceil(row.ms))
}
