import type { AccountNews, ChannelEffect } from '../domain/channel-event.ts'
import type { ChannelId, ConversationId } from '../domain/ids.ts'
import { mergedRestrictions, stillInForce } from '../domain/send-restriction.ts'
import { tellAccountNews, tellChannelQualities, tellChannelStates } from '../store/house/account-happenings.ts'
import type { ChannelState } from '../store/index.ts'
import {
  type ArrivedEffect,
  type ChannelStanding,
  lockChannels,
  type NewChannelEvent,
  newestEffects,
  setAccountFact,
  setChannelQuality,
  setChannelState,
  storeChannelEvents,
} from '../store/intake/channel-events.ts'
import type { NewEvent } from '../store/intake/events.ts'
import { applyPhoneBook, noteHistory, storeImported } from '../store/intake/imported-messages.ts'
import { storeAudit, storeLive } from '../store/intake/notes.ts'
import type { Run } from '../store/intake/run.ts'
import type { LiveEvent } from '../store/live-events.ts'
import { applyTemplateEffects } from './template-effects.ts'

/** The worse of two troubles stays in sight; only a reconnection ends one. */
const GRAVITY: Record<ChannelState, number> = {
  connected: 0,
  needs_attention: 1,
  restricted: 2,
  paused: 3,
  disconnected: 4,
}

/** Says nothing of whether the channel can be used. */
const isNoState = (
  effect: ChannelEffect,
): effect is Extract<ChannelEffect, { does: 'nothing' | 'template' | 'quality' | 'history' }> =>
  effect.does === 'nothing' || effect.does === 'template' || effect.does === 'quality' || effect.does === 'history'

/**
 * What a provider's event makes of a channel's state.
 * A person's pause stays a pause, whatever the provider says, until the account itself is gone; what a person has ended
 * here, nothing that the provider says begins again.
 * @returns null where nothing changes
 */
export function stateAfter(
  {
    closed = false,
    restrictions = [],
    ...current
  }: Pick<ChannelStanding, 'state' | 'reason'> & Partial<ChannelStanding>,
  effect: ChannelEffect,
  now = new Date(),
): ChannelStanding | null {
  if (closed || isNoState(effect)) return null
  const standing = (state: ChannelState, reason: string | null, sends: ChannelStanding['restrictions'] = []) => ({
    state,
    reason,
    restrictions: sends,
    closed,
  })
  if (effect.does === 'reconnect') {
    const ends = effect.only === 'restriction' ? ['restricted'] : ['restricted', 'needs_attention', 'disconnected']
    return ends.includes(current.state) ? standing('connected', null) : null
  }
  if (effect.does === 'notice') {
    const isNews = current.state === 'connected' && current.reason !== effect.reason
    return isNews ? standing('connected', effect.reason) : null
  }
  if (effect.does === 'restrict' && effect.sends) {
    const sends = stillInForce(effect.sends, now)
    const stopsAll = current.state === 'restricted' && restrictions.length === 0
    if (sends.length === 0 || stopsAll || GRAVITY[current.state] > GRAVITY.restricted) return null
    return standing('restricted', effect.reason, mergedRestrictions(stillInForce(restrictions, now), sends))
  }
  const state = ({ disconnect: 'disconnected', restrict: 'restricted', needs_attention: 'needs_attention' } as const)[
    effect.does
  ]
  if (GRAVITY[state] < GRAVITY[current.state]) return null
  const isKnown = state === current.state && effect.reason === current.reason && restrictions.length === 0
  return isKnown ? null : standing(state, effect.reason)
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
    ...new Set(
      events.filter(({ event }) => event.effect.does !== 'nothing' || event.news).map(({ channelId }) => channelId),
    ),
  ]
  // Locked before the events are stored: two servers that judge one channel do it one after the other.
  const channels = ids.length === 0 ? [] : await lockChannels(run, ids.sort())
  const newest = new Map(
    ids.length === 0 ? [] : (await newestEffects(run, ids)).map(({ channelId, at }) => [channelId, at]),
  )
  const effects = await storeChannelEvents(run, events)
  await applyTemplateEffects(run, effects)
  await applyQualities(run, effects)
  await applyAccountNews(run, events)
  await applyPhoneApp(run, events, effects)
  const news = new Set(effects.flatMap(({ channelId, effect }) => (effect.does === 'template' ? [] : [channelId])))
  const resumed: NewEvent[] = []
  for (const { id, ...before } of channels) {
    const after: ChannelStanding = effects
      .filter((effect) => effect.channelId === id && !isLate(effect, newest.get(id) ?? null))
      .reduce((state, { effect }) => stateAfter(state, effect) ?? state, before)
    if (after === before) continue
    await setChannelState(run, id, after)
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
    news.delete(id)
    if (after.state === 'connected' && before.state !== 'connected') {
      resumed.push(...waiting.filter(({ channelId }) => channelId === id).map(resumption))
    }
  }
  const told = [...news].map((channelId): LiveEvent => ({ event: 'channel', data: { channelId, what: 'account' } }))
  await storeLive(run, told)
  return resumed
}

/** What the phone app of a number hands over (M4). Messages and names may come again; progress counts once. */
async function applyPhoneApp(
  run: Run,
  events: readonly NewChannelEvent[],
  effects: readonly ArrivedEffect[],
): Promise<void> {
  const imports = events.map(({ channelId, rawBodyId, event }) => ({
    channelId,
    rawBodyId,
    messages: event.imported ?? [],
  }))
  await storeImported(run, imports)
  const history = effects.flatMap(({ channelId, effect }) => (effect.does === 'history' ? [{ channelId, effect }] : []))
  for (const channel of new Set(history.map(({ channelId }) => channelId))) {
    const chunks = history.filter(({ channelId }) => channelId === channel).map(({ effect }) => effect)
    await noteHistory(run, channel, chunks)
  }
  const book = events.flatMap(({ channelId, event }) => (event.phoneBook ?? []).map((entry) => ({ channelId, entry })))
  const named = await applyPhoneBook(run, book)
  if (named.length > 0)
    await storeLive(
      run,
      named.map((data) => ({ event: 'contact' as const, data })),
    )
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

/** What scenarios hear of the account, and what of it the channel shows: the newest by the provider's time stands. */
async function applyAccountNews(run: Run, events: readonly NewChannelEvent[]): Promise<void> {
  const told = events.flatMap(({ channelId, dedupeKey, at, event: { news } }) =>
    news ? [{ channel: channelId, news, key: dedupeKey, at }] : [],
  )
  if (told.length === 0) return
  await tellAccountNews(run, told)
  for (const { channel, news, at } of told) {
    const fact = FACTS[news.what]
    if (fact !== undefined && (news.what !== 'name' || news.detail === 'approved')) {
      await setAccountFact(run, channel, fact, news.value, at)
    }
  }
}

const FACTS: Readonly<Partial<Record<AccountNews['what'], 'messagingLimit' | 'throughput' | 'name'>>> = {
  limit: 'messagingLimit',
  throughput: 'throughput',
  name: 'name',
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
