import type { ChannelEffect } from '../domain/channel-event.ts'
import type { ChannelId, ConversationId } from '../domain/ids.ts'
import { tellChannelQualities, tellChannelStates } from '../store/house/account-happenings.ts'
import type { ChannelState } from '../store/index.ts'
import {
  type ArrivedEffect,
  lockChannels,
  type NewChannelEvent,
  newestEffects,
  setChannelQuality,
  setChannelState,
  storeChannelEvents,
} from '../store/intake/channel-events.ts'
import type { NewEvent } from '../store/intake/events.ts'
import { storeAudit, storeLive } from '../store/intake/notes.ts'
import type { Run } from '../store/intake/run.ts'
import { applyTemplateEffects } from './template-effects.ts'

/** The worse of two troubles stays in sight; only a reconnection ends one. */
const GRAVITY: Record<ChannelState, number> = {
  connected: 0,
  needs_attention: 1,
  restricted: 2,
  paused: 3,
  disconnected: 4,
}

/**
 * What a provider's event makes of a channel's state.
 * A person's pause stays a pause, whatever the provider says, until the account itself is gone.
 * @returns null where nothing changes
 */
export function stateAfter(
  current: { state: ChannelState; reason: string | null },
  effect: ChannelEffect,
): { state: ChannelState; reason: string | null } | null {
  if (effect.does === 'nothing' || effect.does === 'template' || effect.does === 'quality') return null
  if (effect.does === 'reconnect') {
    return current.state === 'connected' || current.state === 'paused' ? null : { state: 'connected', reason: null }
  }
  if (effect.does === 'notice') {
    const isNews = current.state === 'connected' && current.reason !== effect.reason
    return isNews ? { state: 'connected', reason: effect.reason } : null
  }
  const state = ({ disconnect: 'disconnected', restrict: 'restricted', needs_attention: 'needs_attention' } as const)[
    effect.does
  ]
  if (GRAVITY[state] < GRAVITY[current.state]) return null
  return state === current.state && effect.reason === current.reason ? null : { state, reason: effect.reason }
}

/**
 * Stores account events and what they do to their channels.
 * @param waiting conversations with deliveries that wait for their channel; the caller holds them
 * @returns events for those of them whose channel can send again
 */
export async function applyChannelEvents(
  run: Run,
  events: readonly NewChannelEvent[],
  waiting: readonly { id: ConversationId; channelId: ChannelId }[],
): Promise<NewEvent[]> {
  if (events.length === 0) return []
  const ids = [
    ...new Set(events.filter(({ event }) => event.effect.does !== 'nothing').map((event) => event.channelId)),
  ]
  // Locked before the events are stored: two servers that judge one channel do it one after the other.
  const channels = ids.length === 0 ? [] : await lockChannels(run, ids.sort())
  const newest = new Map(
    ids.length === 0 ? [] : (await newestEffects(run, ids)).map(({ channelId, at }) => [channelId, at]),
  )
  const effects = await storeChannelEvents(run, events)
  await applyTemplateEffects(run, effects)
  await applyQualities(run, effects)
  const resumed: NewEvent[] = []
  for (const { id, ...before } of channels) {
    const after = effects
      .filter((effect) => effect.channelId === id && !isLate(effect, newest.get(id) ?? null))
      .reduce((state, { effect }) => stateAfter(state, effect) ?? state, before)
    if (after === before) continue
    await setChannelState(run, id, after.state, after.reason)
    await tellChannelStates(run, [{ channel: id, from: before.state, to: after.state, reason: after.reason }])
    await storeAudit(run, [
      {
        actor: { kind: 'system', id: null },
        action: 'channel.state_changed',
        subject: { kind: 'channel', id },
        detail: { from: before.state, to: after.state, reason: after.reason },
      },
    ])
    await storeLive(run, [{ event: 'channel', data: { channelId: id, state: after.state } }])
    if (after.state === 'connected' && before.state !== 'connected') {
      resumed.push(...waiting.filter(({ channelId }) => channelId === id).map(resumption))
    }
  }
  return resumed
}

/** A raised or lowered limit is news each time; every other word only where it is another one than before. */
const STEPS: ReadonlySet<string> = new Set(['upgrade', 'downgrade'])

/** What the provider thinks of the channels' numbers. The newest by its time stands. */
async function applyQualities(run: Run, effects: readonly ArrivedEffect[]): Promise<void> {
  for (const { channelId, effect, at } of effects) {
    const quality = 'quality' in effect ? effect.quality : undefined
    if (quality === undefined) continue
    const before = await setChannelQuality(run, channelId, quality, at)
    if (before === undefined) continue
    const from = STEPS.has(quality) && before === quality ? null : before
    const reason = 'reason' in effect ? effect.reason : null
    await tellChannelQualities(run, [{ channel: channelId, from, to: quality, reason }])
  }
}

/** Events come out of order, and days late: an old one must not undo what a newer one said. */
const isLate = (effect: ArrivedEffect, newest: Date | null): boolean =>
  newest !== null && effect.at !== null && new Date(effect.at) < newest

const resumption = ({ id, channelId }: { id: ConversationId; channelId: ChannelId }): NewEvent => ({
  conversationId: id,
  channelId,
  dedupeKey: null,
  event: { kind: 'channel.resumed' },
  opensWindow: false,
  rawBodyId: null,
  rawPath: null,
  at: new Date(),
})
