import type { IdentityValue } from '../../../domain/conversation-event.ts'
import type { CampaignId, ChannelId, ConversationId, DeliveryId, ProviderMessageId } from '../../../domain/ids.ts'
import type { Database } from '../../database.ts'
import { appendEvents, type NewEvent } from '../../intake/events.ts'
import { lockConversations, storeNames } from '../../intake/names.ts'
import { inIntakeTransaction, type Run } from '../../intake/run.ts'
import { parkedStatuses } from '../../intake/status-reports.ts'
import { applyStatuses } from '../../intake/statuses.ts'
import { tellCampaigns } from './news.ts'
import {
  type Accepted,
  markAccepted,
  markRefused,
  markUnknown,
  type Refused,
  shareState,
} from './outcome-statements.ts'

/** How one call of a campaign ended, and what becomes of its message. */
export type CampaignOutcome = {
  delivery: DeliveryId
  conversation: ConversationId
  attempt: number
  /** when the call began; absent: there was none */
  startedAt?: Date
} & (
  | { ended: 'accepted'; providerMessageId: ProviderMessageId; aliases: IdentityValue[] }
  | { ended: 'unknown'; detail: string }
  /** it certainly did not leave, and will not */
  | { ended: 'failed'; code: string; detail: string }
  /** it certainly did not leave: another try after so many milliseconds, or, null, once the campaign goes on */
  | { ended: 'again'; code: string; detail: string; waitMs: number | null }
)

type Ended<Kind extends CampaignOutcome['ended']> = Extract<CampaignOutcome, { ended: Kind }>

/**
 * Records the ends of several calls in one transaction, by the rules of the send ledger (src/store/sends/ledger.ts): a
 * status may have come first and is never moved back (P4), a late answer settles what was taken for unknown, and a
 * refusal counts only for the attempt that it answers. May be repeated.
 */
export async function recordOutcomes(
  { pool }: Database,
  { campaign, channel }: { campaign: CampaignId; channel: ChannelId },
  outcomes: readonly CampaignOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return
  const of = <Kind extends CampaignOutcome['ended']>(kind: Kind) =>
    outcomes.filter((one): one is Ended<Kind> => one.ended === kind)
  const [accepted, unknown, failed, again] = [of('accepted'), of('unknown'), of('failed'), of('again')]
  await inIntakeTransaction(pool, async (run) => {
    // A stop that is committed in between must find them in the queue, or they must find it.
    const state = again.length > 0 ? await shareState(run, campaign) : 'running'
    await lockConversations(
      run,
      outcomes.map(({ conversation }) => conversation),
    )
    const refusals: Refused[] = [
      ...failed.map((one) => ({ ...one, next: 'failed' as const, waitMs: null })),
      ...again.map((one) => ({ ...one, next: state === 'stopped' ? ('stopped' as const) : ('queued' as const) })),
    ]
    const [, , , refused, , statusEvents] = await Promise.all([
      markAccepted(run, channel, accepted),
      storeAliases(run, channel, accepted),
      markUnknown(run, unknown),
      markRefused(run, refusals),
      tellCampaigns(run, [campaign]),
      joinParkedStatuses(run, channel, accepted),
    ])
    await appendEvents(run, [...refused.flatMap((one) => failureOf(one, channel)), ...statusEvents])
  })
}

/** What the answers call the clients besides (Brazil, Mexico): other names of the same conversations. */
async function storeAliases(run: Run, channelId: ChannelId, accepted: readonly Ended<'accepted'>[]): Promise<void> {
  const names = accepted.flatMap(({ conversation: conversationId, aliases }) =>
    aliases.map((name) => ({ channelId, conversationId, ...name })),
  )
  await storeNames(run, [], names)
}

/** Statuses that came before the answer of their call, and could not be applied without it. */
async function joinParkedStatuses(run: Run, channel: ChannelId, accepted: readonly Accepted[]): Promise<NewEvent[]> {
  if (accepted.length === 0) return []
  const parked = await parkedStatuses(
    run,
    channel,
    accepted.map(({ providerMessageId }) => providerMessageId),
  )
  return applyStatuses(
    run,
    parked,
    accepted.map(({ delivery }) => delivery),
  )
}

const failureOf = ({ delivery, conversation, next, code }: Refused, channelId: ChannelId): NewEvent[] =>
  next === 'queued'
    ? []
    : [
        {
          conversationId: conversation,
          channelId,
          dedupeKey: null,
          event: { kind: 'delivery.failed', delivery, code },
          opensWindow: false,
          rawBodyId: null,
          rawPath: null,
          at: new Date(),
        },
      ]
