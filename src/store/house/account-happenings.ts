import type { AccountNews } from '../../domain/channel-event.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { EventName } from '../../domain/scenario/document/events.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import type { Run, Statement } from '../intake/run.ts'
import type { ChannelState } from '../schema.ts'
import { storeHouseEvents } from './house-events.ts'

/** A value of a channel, or of something that belongs to it, that is another one now. `from` null: there was none. */
interface Change<Value extends string> {
  channel: ChannelId
  from: Value | null
  to: Value
  /** in words, as far as there are any */
  reason: string | null
}

export interface TemplateStatusChange extends Change<string> {
  name: string
  language: string
}

/** What scenarios call the states in which nothing can be sent; `event.to` says which one it is. */
const eventOf = (state: ChannelState): EventName =>
  state === 'connected' || state === 'paused' ? `channel.${state}` : 'channel.disconnected'

/** Tells scenarios of channels whose state changed, in the transaction of the change. What did not change is left out. */
export const tellChannelStates = (run: Run, changes: readonly Change<ChannelState>[]): Promise<void> =>
  tell(run, changes, ({ to }) => eventOf(to))

/** Of numbers whose quality the provider judged anew. */
export const tellChannelQualities = (run: Run, changes: readonly Change<string>[]): Promise<void> =>
  tell(run, changes, () => 'channel.quality_changed')

/** Of templates whose status changed, whoever said so: an event, the list, a person, a refused send. */
export const tellTemplateStatuses = (run: Run, changes: readonly TemplateStatusChange[]): Promise<void> =>
  tell(run, changes, () => 'template.status_changed')

export interface ToldAccountNews {
  channel: ChannelId
  news: AccountNews
  /** of the provider's event: it is told once, however often that comes */
  key: string
  /** the provider's time */
  at: Date | null
}

/** Of what the provider has changed, decided or warned of in an account: limits, name, review, bans, alerts. */
export async function tellAccountNews(run: Run, all: readonly ToldAccountNews[]): Promise<void> {
  const names = await namesOf(run, all)
  await storeHouseEvents(
    run,
    all.map(({ channel, news, key, at }) => ({
      name: 'channel.account_changed',
      data: { channelId: channel, channelName: names.get(channel) ?? null, ...news },
      scenario: null,
      channel,
      dedupeKey: `channel.account_changed:${channel}:${key}`,
      at: at ?? new Date(),
    })),
  )
}

export interface PhoneSilence {
  channel: ChannelId
  /** the last sign of life of the phone app; where there was none, since the channel is connected */
  since: Date
  /** about when the provider ends the connection */
  endsAt: Date
}

/** Of phone apps that use a channel's number and of which nothing is heard any more: each silence once. */
export async function tellPhoneSilences(
  run: Run,
  silences: readonly PhoneSilence[],
  reason: string,
  at: Date,
): Promise<void> {
  const names = await namesOf(run, silences)
  await storeHouseEvents(
    run,
    silences.map(({ channel, since, endsAt }) => ({
      name: 'channel.phone_silent',
      data: {
        channelId: channel,
        channelName: names.get(channel) ?? null,
        since: since.toISOString(),
        endsAt: endsAt.toISOString(),
        reason,
      },
      scenario: null,
      channel,
      dedupeKey: `channel.phone_silent:${channel}:${since.toISOString()}`,
      at,
    })),
  )
}

const NAMES: Statement = {
  name: 'house-channel-names',
  text: 'select id, name from channels where id = any($1::uuid[])',
}

async function namesOf(run: Run, of: readonly { channel: ChannelId }[]): Promise<ReadonlyMap<ChannelId, string>> {
  if (of.length === 0) return new Map()
  const rows = await run<{ id: ChannelId; name: string }>(NAMES, [[...new Set(of.map(({ channel }) => channel))]])
  return new Map(rows.map(({ id, name }) => [id, name]))
}

async function tell<C extends Change<string>>(
  run: Run,
  changes: readonly C[],
  nameOf: (change: C) => EventName,
): Promise<void> {
  const real = changes.filter(({ from, to }) => from !== to)
  if (real.length === 0) return
  const names = await namesOf(run, real)
  const at = new Date()
  await storeHouseEvents(
    run,
    real.map((change) => {
      const { channel, ...data } = change
      const seen: Record<string, Json> = { ...data, channelId: channel, channelName: names.get(channel) ?? null }
      return { name: nameOf(change), data: seen, scenario: null, channel, dedupeKey: null, at }
    }),
  )
}
