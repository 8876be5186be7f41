import type { ChannelEffect, ChannelEvent } from '../../domain/channel-event.ts'
import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import type { SendRestriction } from '../../domain/send-restriction.ts'
import type { ChannelState } from '../schema.ts'
import type { Run, Statement } from './run.ts'

/** An event of an account, for one of its channels. */
export interface NewChannelEvent {
  channelId: ChannelId
  dedupeKey: string
  at: Date | null
  event: ChannelEvent
  rawBodyId: number
}

/** What a stored event does to its channel. */
export interface ArrivedEffect {
  channelId: ChannelId
  effect: ChannelEffect
  at: Date | null
}

const STORE: Statement = {
  name: 'intake-channel-events',
  text: `
    with arrived as materialized (
      select * from jsonb_to_recordset($1::jsonb)
        as e (place int, channel uuid, key text, kind text, payload jsonb, effect jsonb, raw bigint, at timestamptz)
    ), stored as (
      insert into channel_events (channel_id, dedupe_key, kind, payload, effect, raw_body_id, provider_at)
      select channel, key, kind, payload, effect, raw, at from arrived order by channel, key
      on conflict (channel_id, dedupe_key) do nothing
      returning channel_id, dedupe_key
    )
    select a.channel as "channelId", a.effect, a.at from arrived a
    join stored s on s.channel_id = a.channel and s.dedupe_key = a.key order by a.place`,
}

/**
 * @param events no key twice for one channel
 * @returns the effects of those that were not known, in their order
 */
export async function storeChannelEvents(run: Run, events: readonly NewChannelEvent[]): Promise<ArrivedEffect[]> {
  if (events.length === 0) return []
  const rows = events.map(({ channelId, dedupeKey, at, event, rawBodyId }, place) => ({
    place,
    channel: channelId,
    key: dedupeKey,
    kind: event.kind,
    payload: event.value,
    effect: event.effect,
    raw: rawBodyId,
    at,
  }))
  return run<ArrivedEffect>(STORE, [JSON.stringify(rows)])
}

/** How a channel stands. */
export interface ChannelStanding {
  state: ChannelState
  reason: string | null
  /** of a restricted channel; empty: it can send nothing */
  restrictions: SendRestriction[]
  /** a person ended the connection here: only a person begins it again */
  closed: boolean
}

const LOCK: Statement = {
  name: 'intake-lock-channels',
  text: `
    select c.id, c.state, c.state_reason as reason, c.restrictions, c.closed is not null as closed from channels c
    where c.id = any($1::uuid[]) order by c.id for no key update`,
}

export async function lockChannels(run: Run, ids: readonly ChannelId[]) {
  return run<{ id: ChannelId } & ChannelStanding>(LOCK, [ids])
}

const NEWEST: Statement = {
  name: 'intake-newest-effect',
  text: `
    select channel_id as "channelId", max(provider_at) as at from channel_events
    where channel_id = any($1::uuid[]) and effect ->> 'does' not in ('nothing', 'template', 'quality', 'history') group by channel_id`,
}

/** The provider's time of the newest event that meant something for the state of each channel. */
export async function newestEffects(run: Run, ids: readonly ChannelId[]) {
  return run<{ channelId: ChannelId; at: Date | null }>(NEWEST, [ids])
}

const SET_STATE: Statement = {
  name: 'intake-channel-state',
  text: 'update channels set state = $2, state_reason = $3, restrictions = $4::jsonb where id = $1',
}

export async function setChannelState(run: Run, id: ChannelId, standing: Omit<ChannelStanding, 'closed'>) {
  await run(SET_STATE, [id, standing.state, standing.reason, JSON.stringify(standing.restrictions)])
}

const SET_QUALITY: Statement = {
  name: 'intake-channel-quality',
  text: `
    with before as materialized (select quality from channels where id = $1)
    update channels c set quality = $2, quality_at = coalesce($3, now()) from before
    where c.id = $1 and ($3::timestamptz is null or c.quality_at is null or c.quality_at <= $3)
    returning before.quality as "from"`,
}

/** The caller holds the channel. @returns what it was before; undefined where something newer is known */
export async function setChannelQuality(
  run: Run,
  id: ChannelId,
  quality: string,
  at: Date | null,
): Promise<string | null | undefined> {
  const [row] = await run<{ from: string | null }>(SET_QUALITY, [id, quality, at])
  return row?.from
}

/** `saidAt` by fact: a later look at the account (`checkedAt`) writes the whole anew, and is older than what is said after it. */
const SET_FACT: Statement = {
  name: 'intake-account-fact',
  text: `
    update channels set account = jsonb_set(account || jsonb_build_object($2::text, $3::text), '{saidAt}',
      coalesce(account -> 'saidAt', '{}') || jsonb_build_object($2::text, coalesce($4::timestamptz, now())))
    where id = $1 and coalesce((account -> 'saidAt' ->> $2)::timestamptz <= coalesce($4::timestamptz, now()), true)`,
}

/** What the provider says of an account by itself. The caller holds the channel. @param at its time; an older word changes nothing */
export async function setAccountFact(
  run: Run,
  id: ChannelId,
  fact: 'messagingLimit' | 'throughput' | 'name',
  value: string,
  at: Date | null,
): Promise<void> {
  await run(SET_FACT, [id, fact, value, at])
}

const WAITING: Statement = {
  name: 'intake-waiting-conversations',
  text: `
    select distinct conversation_id as id, channel_id as "channelId" from deliveries
    where channel_id = any($1::uuid[]) and lane = 'conversation' and state = 'queued' and parked is not null`,
}

/** Conversations whose deliveries wait until their channel can send again. */
export async function waitingConversations(run: Run, channels: readonly ChannelId[]) {
  return channels.length === 0 ? [] : run<{ id: ConversationId; channelId: ChannelId }>(WAITING, [channels])
}
